import { describe, expect, it } from "vitest";
import { decideRound } from "./decide-round.ts";
import { decideHeldSession } from "./revise-rounds.ts";
import type { CameraRound } from "./round-input.ts";
import { seatKey } from "./seats.ts";
import { burst, darkCamera, faceAt, faceVector, roundOf, seatOf, trainee } from "./test-scenes.ts";

const roster = Array.from({ length: 10 }, (_, index) => trainee(index));
/** At whose seat nobody was ever seen. */
const doubted = 7;
const sitters = [0, 1, 2, 3, 4, 5, 6, 8];
/** The tenth is absent from a seat that was seen before. */
const plainAbsentee = 9;

function unseen(camera: CameraRound): CameraRound {
  const key = seatKey(seatOf(doubted));
  const seats = camera.seats.map((seat) =>
    seatKey(seat) === key ? { ...seat, neverSeenSessions: 3 } : seat,
  );
  return { ...camera, seats };
}

function classOf(people: readonly number[], name = "c1"): CameraRound {
  const faces = people.map((index) => faceAt(seatOf(index), faceVector(index, 0.8, 20 + index)));
  return burst(name, faces, roster);
}

function markAt(cameras: CameraRound[], index: number) {
  return decideRound(roundOf(roster, cameras)).marks[index];
}

describe("a seat at which nobody was ever seen", () => {
  it("is for a person to look at when it looks empty, with its picture and how many sessions; nobody else's mark changes", () => {
    const before = decideRound(roundOf(roster, [classOf(sitters)])).marks;
    const after = decideRound(roundOf(roster, [unseen(classOf(sitters))])).marks;
    expect(before[doubted]).toMatchObject({ outcome: "absent" });
    expect(after[doubted]).toMatchObject({
      outcome: "review",
      reasons: [{ code: "seat-never-seen", params: { sessions: 3 } }],
    });
    expect(after[doubted]?.evidence[0]).toMatchObject({ shows: "seat" });
    expect(after.toSpliced(doubted, 1)).toEqual(before.toSpliced(doubted, 1));
    expect(after[plainAbsentee]).toMatchObject({ outcome: "absent" });
  });

  it("makes present whose face is seen, there or elsewhere, and nobody by itself", () => {
    expect(markAt([unseen(classOf([...sitters, doubted]))], doubted)).toMatchObject({
      outcome: "present",
      seating: "own-seat",
    });
    const elsewhere = burst("c1", [faceAt(seatOf(plainAbsentee), faceVector(doubted, 0.8, 40))], roster);
    expect(markAt([unseen(elsewhere)], doubted)).toMatchObject({ outcome: "present", seating: "off-seat" });
    expect(decideRound(roundOf(roster, [unseen(classOf([]))])).marks.map(({ outcome }) => outcome)).toEqual(
      roster.map((_, index) => (index === doubted ? "review" : "absent")),
    );
  });

  it("names who else sits there: then it is seen", () => {
    const stranger = faceAt(seatOf(doubted), faceVector(60, 0.9));
    const camera = unseen(classOf(sitters));
    const pictures = camera.pictures.map((one) => ({ ...one, faces: [...one.faces, stranger] }));
    expect(markAt([{ ...camera, pictures }], doubted)).toMatchObject({
      outcome: "absent",
      reasons: [{ code: "seat-taken-by-stranger" }],
    });
  });

  it("is no doubt where another camera is known to see it, which then speaks alone, dark or not", () => {
    const other = classOf(sitters, "c2");
    expect(markAt([unseen(classOf(sitters)), other], doubted)).toMatchObject({ outcome: "absent" });
    expect(markAt([unseen(classOf(sitters)), darkCamera("c2", roster)], doubted)).toMatchObject({
      outcome: "not-observable",
      reasons: [{ code: "camera-down" }],
    });
    const far = { ...other, seats: other.seats.map((seat) => ({ ...seat, faceWidthPx: 9 })) };
    expect(markAt([unseen(classOf(sitters)), far], doubted)).toMatchObject({
      reasons: [{ code: "seat-never-seen" }],
    });
  });

  it("stays for a person in every round of a held session", () => {
    const { cameras: _, ...basis } = roundOf(roster, []);
    const rounds = ["a", "b"].map((name) => ({ cameras: [unseen(classOf(sitters, name))] }));
    const decided = decideHeldSession({ ...basis, rounds });
    expect(decided.map(({ marks }) => marks[doubted]?.outcome)).toEqual(["review", "review"]);
    expect(decided.map(({ marks }) => marks[plainAbsentee]?.outcome)).toEqual(["absent", "absent"]);
  });
});
