import { describe, expect, it } from "vitest";
import { decideRound } from "./decide-round.ts";
import type { CameraRound } from "./round-input.ts";
import { seatKey } from "./seats.ts";
import { burst, faceAt, faceVector, roundOf, seatOf, trainee } from "./test-scenes.ts";

const roster = Array.from({ length: 10 }, (_, index) => trainee(index));
const looked = 7;
const sitters = roster.flatMap((_, index) => (index === looked ? [] : [index]));

/** A camera to which the seat looks taken as surely as said, known to see it or not. */
function view(name: string, probability: number | null, proven: boolean): CameraRound {
  const key = seatKey(seatOf(looked));
  const faces = sitters.map((index) => faceAt(seatOf(index), faceVector(index, 0.8, 20 + index)));
  const camera = burst(name, faces, roster);
  const seats = camera.seats.map((seat) =>
    proven && seatKey(seat) === key ? { ...seat, proven: true as const } : seat,
  );
  const others = camera.occupancy.filter((seat) => seatKey(seat) !== key);
  const own = probability === null ? [] : [{ ...seatOf(looked), probability }];
  return { ...camera, seats, occupancy: [...others, ...own] };
}

function outcomeOf(...cameras: CameraRound[]) {
  return decideRound(roundOf(roster, cameras)).marks[looked]?.outcome;
}

describe("a seat that two cameras show", () => {
  it("is empty when it looks so to one that is known to see it: the other sees who is behind", () => {
    expect(outcomeOf(view("c1", 0.99, true), view("c2", 0.03, true))).toBe("absent");
    expect(outcomeOf(view("c1", 0.99, false), view("c2", 0.03, true))).toBe("absent");
    expect(outcomeOf(view("c1", 0.99, true), view("c2", 0.97, true))).toBe("not-observable");
  });

  it("is taken when it looks so to one, while nobody knows whether anything stands before the other", () => {
    expect(outcomeOf(view("c1", 0.99, false), view("c2", 0.03, false))).toBe("not-observable");
    expect(outcomeOf(view("c1", 0.99, true), view("c2", 0.03, false))).toBe("not-observable");
    expect(outcomeOf(view("c1", 0.99, false), view("c2", null, true))).toBe("not-observable");
  });
});
