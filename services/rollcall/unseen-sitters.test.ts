import { describe, expect, it } from "vitest";
import { decideRound } from "./decide-round.ts";
import { decideHeldSession } from "./revise-rounds.ts";
import type { CameraRound } from "./round-input.ts";
import { burst, faceAt, faceVector, roundOf, seatOf, trainee } from "./test-scenes.ts";

const roster = Array.from({ length: 10 }, (_, index) => trainee(index));

/** Who is seen in which seat; `taken` seats are so without a face. */
function seen(sitters: Partial<Record<number, number>>, taken: readonly number[]): CameraRound {
  const faces = Object.entries(sitters).map(([at, who]) =>
    faceAt(seatOf(Number(at)), faceVector(who ?? 0, 0.65)),
  );
  const camera = burst("c1", faces, roster);
  const occupancy = camera.occupancy.map((seat, at) =>
    taken.includes(at) ? { ...seat, probability: 0.97 } : seat,
  );
  return { ...camera, occupancy };
}

const everybody = Object.fromEntries(roster.map((_, index) => [index, index]));

function without(...away: number[]) {
  return Object.fromEntries(Object.entries(everybody).filter(([at]) => !away.includes(Number(at))));
}

/** The mark of 7, who exchanged seats with 2 and is so `like` the portrait. */
function exchanged(like: number) {
  const camera = seen({ ...without(2, 7), 7: 2 }, []);
  const face = faceAt(seatOf(2), faceVector(7, like));
  const pictures = camera.pictures.map((picture) => ({ ...picture, faces: [...picture.faces, face] }));
  return decideRound(roundOf(roster, [{ ...camera, pictures }])).marks[7];
}

describe("somebody sits unseen where nobody of the chart should", () => {
  it("is most likely the one whose seat the owner took, so another absentee is not in doubt", () => {
    // 2 sits in 7's seat; in 2's seat somebody has the head down; 5 is away.
    const { marks } = decideRound(roundOf(roster, [seen({ ...without(2, 5, 7), 7: 2 }, [2])]));
    expect(marks[7]).toMatchObject({
      outcome: "review",
      reasons: [{ code: "may-be-the-unseen-sitter" }, {}],
    });
    expect(marks[5]).toMatchObject({ outcome: "absent" });
  });

  it("may sit in the seat the other left while no picture shows that seat: not absent then, but not when it was seen empty", () => {
    // 2 sits in 7's seat, at the edge of the picture nobody could compare 2's own.
    const camera = seen({ ...without(2, 7), 7: 2 }, []);
    const occupancy = camera.occupancy.filter((_, at) => at !== 2);
    expect(decideRound(roundOf(roster, [{ ...camera, occupancy }])).marks[7]).toMatchObject({
      outcome: "not-observable",
      reasons: [{ code: "seat-taken-by-classmate" }, { code: "left-seat-unseen" }],
    });
    expect(decideRound(roundOf(roster, [camera])).marks[7]).toMatchObject({ outcome: "absent" });
  });

  it("is looked for there as likely as in the own seat, and never absent when that face is nobody's", () => {
    expect(exchanged(0.33)).toMatchObject({
      outcome: "present",
      seating: "off-seat",
      observedSeat: seatOf(2),
    });
    expect(exchanged(0.05)).toMatchObject({
      outcome: "review",
      reasons: [{ code: "seat-taken-by-classmate" }, { code: "may-have-exchanged" }],
    });
  });

  it("may be anybody not seen when the owner of the other seat was seen too", () => {
    // 2 sits in 7's seat, 7 in 3's, 3 in 5's seat: who is in 2's?
    const { marks } = decideRound(
      roundOf(roster, [seen({ ...without(2, 3, 5, 7, 8), 7: 2, 3: 7, 5: 3 }, [2])]),
    );
    for (const index of [5, 8]) expect(marks[index]).toMatchObject({ outcome: "review" });
  });

  it("leaves nobody in doubt once another round shows a classmate there", () => {
    const first = seen({ ...without(2, 5, 7, 8), 7: 2 }, [2]);
    const second = seen({ ...without(2, 5, 7, 8), 7: 2, 2: 8 }, []);
    const pictures = second.pictures.map((picture) => ({
      ...picture,
      snapshotId: `2-${picture.snapshotId}`,
    }));
    const { cameras: _, ...basis } = roundOf(roster, []);
    const rounds = [{ cameras: [first] }, { cameras: [{ ...second, pictures } as CameraRound] }];
    const decided = decideHeldSession({ ...basis, rounds });
    expect(decided.map(({ marks }) => marks[7]?.outcome)).toEqual(["absent", "absent"]);
  });

  it("is no absentee where the owner sat in one round and walks about in the other", () => {
    const before = seen(without(5), []);
    const camera = seen(without(2, 5), [2]);
    const walking = faceAt(seatOf(9), faceVector(2, 0.65));
    const box = { ...walking.box, x: walking.box.x + 100, y: walking.box.y + 100 };
    const pictures = camera.pictures.map((picture) => ({
      ...picture,
      snapshotId: `2-${picture.snapshotId}`,
      faces: [...picture.faces, { ...walking, box }],
    }));
    const after = { ...camera, pictures } as CameraRound;
    expect(decideRound(roundOf(roster, [after])).marks[5]?.outcome).toBe("review");
    const { cameras: _, ...basis } = roundOf(roster, []);
    const decided = decideHeldSession({ ...basis, rounds: [{ cameras: [before] }, { cameras: [after] }] });
    expect(decided.map(({ marks }) => marks[5]?.outcome)).toEqual(["absent", "absent"]);
    expect(decided.map(({ marks }) => marks[2]?.outcome)).toEqual(["present", "present"]);
  });
});
