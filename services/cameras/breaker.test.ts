import { describe, expect, it } from "vitest";
import type { CameraId } from "../types.ts";
import { createBreaker, defaultBreakerOptions } from "./breaker.ts";

const camera = "room-1" as CameraId;
const other = "room-2" as CameraId;
const at = (minutes: number): Date => new Date(Date.UTC(2026, 10, 23, 1, minutes));

describe("the circuit breaker", () => {
  it("opens after two wrong passwords, for half an hour, for this camera only", () => {
    const breaker = createBreaker(defaultBreakerOptions);
    breaker.report(camera, "wrong-password", at(0));
    expect(breaker.ask(camera, at(0)).allowed).toBe(true);
    breaker.report(camera, "wrong-password", at(1));
    expect(breaker.ask(camera, at(1))).toEqual({
      allowed: false,
      openUntil: at(31),
      because: "wrong-password",
    });
    expect(breaker.ask(camera, at(30)).allowed).toBe(false);
    expect(breaker.ask(other, at(1)).allowed).toBe(true);
  });

  it("lets one capture through when the pause is over, and closes when a picture came", () => {
    const breaker = createBreaker(defaultBreakerOptions);
    for (const minute of [0, 1]) breaker.report(camera, "wrong-password", at(minute));
    expect(breaker.ask(camera, at(31)).allowed).toBe(true);
    expect(breaker.ask(camera, at(31)).allowed).toBe(false);
    breaker.report(camera, null, at(32));
    expect(breaker.ask(camera, at(32)).allowed).toBe(true);
    breaker.report(camera, "wrong-password", at(33));
    expect(breaker.ask(camera, at(33)).allowed).toBe(true);
  });

  it("opens again at once when the trial fails", () => {
    const breaker = createBreaker(defaultBreakerOptions);
    for (const minute of [0, 1]) breaker.report(camera, "wrong-password", at(minute));
    expect(breaker.ask(camera, at(31)).allowed).toBe(true);
    breaker.report(camera, "wrong-password", at(31));
    expect(breaker.ask(camera, at(60)).allowed).toBe(false);
    expect(breaker.ask(camera, at(61)).allowed).toBe(true);
  });

  it("bears with an unreachable camera longer and forgets sooner", () => {
    const breaker = createBreaker(defaultBreakerOptions);
    for (let i = 0; i < 4; i += 1) breaker.report(camera, i % 2 === 0 ? "unreachable" : "deadline", at(0));
    expect(breaker.ask(camera, at(0)).allowed).toBe(true);
    breaker.report(camera, "unreachable", at(0));
    expect(breaker.ask(camera, at(1)).allowed).toBe(false);
    expect(breaker.ask(camera, at(2)).allowed).toBe(true);
  });

  it("opens at once when the camera says that the account is locked", () => {
    const breaker = createBreaker(defaultBreakerOptions);
    breaker.report(camera, "locked-out", at(0));
    expect(breaker.ask(camera, at(29)).allowed).toBe(false);
  });

  it("counts a bad picture as an answer", () => {
    const breaker = createBreaker(defaultBreakerOptions);
    for (let i = 0; i < 3; i += 1) {
      breaker.report(camera, "wrong-password", at(i));
      breaker.report(camera, "grey", at(i));
    }
    expect(breaker.ask(camera, at(3)).allowed).toBe(true);
  });
});
