import { expect, it } from "vitest";
import type { LocalDate, TimetableEntry } from "../types.ts";
import { isOnlinePlace, onlinePlace, withOnlinePlace } from "./online-place.ts";

it.each(["Trực tuyến", "Học trực tuyến qua MS Teams", "ONLINE", "Teams", "Zoom", onlinePlace])(
  "%s is no room",
  (text) => {
    expect(isOnlinePlace(text)).toBe(true);
  },
);

it.each(["Phòng 301 nhà A", "Hội trường B", "P.301", "Nhà trực ban"])("%s is a room", (text) => {
  expect(isOnlinePlace(text)).toBe(false);
});

const entry = (roomText: string | null): TimetableEntry => ({
  day: "2026-09-14" as LocalDate,
  shift: "morning",
  startsAtLocal: null,
  roomText,
  topic: "",
  lecturer: null,
  where: "",
});

it("leaves a room that is really called so alone: a studio with cameras", () => {
  const entries = [entry("Phòng trực tuyến 2"), entry("trực tuyến"), entry(null)];
  const placed = withOnlinePlace(entries, (text) => text === "Phòng trực tuyến 2");
  expect(placed.map(({ roomText }) => roomText)).toEqual(["Phòng trực tuyến 2", onlinePlace, null]);
});
