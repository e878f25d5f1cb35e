import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CourseId, FaceObservation, MarkEvidence, PackId, TraineeId } from "../types.ts";
import { decideRound } from "./decide-round.ts";
import { decideSession } from "./decide-session.ts";
import { reasonWords } from "./reason-words.ts";
import type { RoundDecision } from "./round-input.ts";
import {
  burst,
  darkCamera,
  faceAt,
  faceVector,
  placed,
  roundOf,
  seatOf,
  testCalibration,
  trainee,
} from "./test-scenes.ts";

const roster = Array.from({ length: 10 }, (_, index) => trainee(index));
const STRANGER = 40;

function everybodyBut(...missing: number[]) {
  return roster.flatMap((_, index) =>
    missing.includes(index) ? [] : [faceAt(seatOf(index), faceVector(index, 0.65))],
  );
}

function outcome(decision: RoundDecision, index: number) {
  const mark = decision.marks.find(({ traineeId }) => traineeId === roster[index]?.traineeId);
  if (mark === undefined) throw new Error(`no mark for ${index}`);
  return mark;
}

/** Everybody, and in one picture a second box beside the fifth's face. */
function withSecondBox(embedding: FaceObservation["embedding"]) {
  const second = { ...faceAt(seatOf(4), embedding, 44, 14), score: 0.7 };
  const camera = burst("c1", everybodyBut(), roster);
  const pictures = camera.pictures.map((picture, at) =>
    at === 0 ? { ...picture, faces: [...picture.faces, second] } : picture,
  );
  return decideRound(roundOf(roster, [{ ...camera, pictures }]));
}

describe("decideRound", () => {
  it("marks everybody in their own seat present, with evidence", () => {
    const decision = decideRound(roundOf(roster, [burst("c1", everybodyBut(), roster)]));
    expect(decision.strangers).toEqual([]);
    for (const mark of decision.marks) {
      expect(mark).toMatchObject({ outcome: "present", seating: "own-seat" });
      expect(mark.evidence).toHaveLength(3);
      expect(mark.evidence[0]?.similarity).toBeCloseTo(0.65, 5);
    }
  });

  it("marks an empty seat absent", () => {
    const decision = decideRound(roundOf(roster, [burst("c1", everybodyBut(3), roster)]));
    expect(outcome(decision, 3).outcome).toBe("absent");
    expect(outcome(decision, 3).reasons[0]?.code).toBe("seat-empty");
    const look = outcome(decision, 3).evidence;
    expect(look.map(({ shows }) => shows)).toEqual(["seat", "seat", "seat"]);
    const { x, y } = placed(seatOf(3));
    const { box, occupancy, similarity } = look[0] as MarkEvidence;
    expect([box.x < x, x < box.x + box.width, box.y < y, y < box.y + box.height]).toEqual(
      Array(4).fill(true),
    );
    expect([occupancy, similarity]).toEqual([0.02, null]);
  });

  it("marks two who swapped seats present and off-seat", () => {
    const faces = [
      ...everybodyBut(2, 7),
      faceAt(seatOf(2), faceVector(7, 0.65)),
      faceAt(seatOf(7), faceVector(2, 0.65)),
    ];
    const decision = decideRound(roundOf(roster, [burst("c1", faces, roster)]));
    expect(outcome(decision, 2)).toMatchObject({
      outcome: "present",
      seating: "off-seat",
      observedSeat: seatOf(7),
    });
    expect(outcome(decision, 7)).toMatchObject({
      outcome: "present",
      seating: "off-seat",
      observedSeat: seatOf(2),
    });
  });

  it("calls nobody absent while an unseen face sits where its owner is not", () => {
    // 2 sits in 7's seat and is seen; 7 sits in 2's seat with the head down.
    const faces = [...everybodyBut(2, 7), faceAt(seatOf(7), faceVector(2, 0.65))];
    const camera = burst("c1", faces, roster);
    const occupancy = camera.occupancy.map((seat) =>
      seat.row === seatOf(2).row && seat.column === seatOf(2).column ? { ...seat, probability: 0.97 } : seat,
    );
    const decision = decideRound(roundOf(roster, [{ ...camera, occupancy }]));
    expect(outcome(decision, 2)).toMatchObject({ outcome: "present", seating: "off-seat" });
    expect(outcome(decision, 7).outcome).toBe("review");
    expect(outcome(decision, 7).reasons[0]?.code).toBe("may-be-the-unseen-sitter");
    const unseen = outcome(decision, 7).evidence.filter(({ shows }) => shows === "unseen-sitter");
    expect(unseen.map(({ occupancy }) => occupancy)).toEqual([0.97, 0.97, 0.97]);
  });

  it("takes nobody for present by a face found once away from the seat, or far too small for where it is", () => {
    const away = seatOf(9);
    const absentAt = burst("c1", everybodyBut(4, 9), roster);
    const decide = (shots: number, widthPx: number, where = away) => {
      const stray = faceAt(where, faceVector(4, 0.7), widthPx);
      const pictures = absentAt.pictures.map((picture, at) =>
        at < shots ? { ...picture, faces: [...picture.faces, stray] } : picture,
      );
      return outcome(decideRound(roundOf(roster, [{ ...absentAt, pictures }])), 4);
    };
    expect(decide(3, 40)).toMatchObject({ outcome: "present", seating: "off-seat" });
    expect(decide(1, 40)).toMatchObject({ outcome: "review", reasons: [{ code: "face-seen-once" }, {}] });
    expect(decide(3, 18)).toMatchObject({ outcome: "review", reasons: [{ code: "face-not-a-sitters" }, {}] });
    expect(decide(1, 40, seatOf(4))).toMatchObject({ outcome: "present", seating: "own-seat" });
  });

  it("is as sure of a face that the detector found twice in one picture, and keeps two people at one place apart", () => {
    const twice = withSecondBox(faceVector(4, 0.65));
    expect(outcome(twice, 4)).toMatchObject({ outcome: "present", seating: "own-seat" });
    expect(twice.strangers).toEqual([]);
    expect(withSecondBox(faceVector(STRANGER, 0.7, 24)).strangers).toHaveLength(1);
  });

  it("takes nobody for present by something elsewhere that the detector hardly takes for a face", () => {
    const away = seatOf(9);
    const calibration = {
      ...testCalibration,
      covered: { fromWidthPx: 48, belowScore: 0.99, atAnyWidth: 0.9 },
    };
    const decide = (score: number, where = away) => {
      const hair = { ...faceAt(where, faceVector(4, 0.7), 28), score };
      const camera = burst("c1", [...everybodyBut(4, 9), hair], roster);
      return outcome(decideRound({ ...roundOf(roster, [camera]), calibration }), 4);
    };
    expect(decide(0.65)).toMatchObject({ outcome: "review", reasons: [{ code: "face-unsure" }, {}] });
    expect(decide(0.95)).toMatchObject({ outcome: "present", seating: "off-seat" });
    expect(decide(0.65, seatOf(4))).toMatchObject({ outcome: "present", seating: "own-seat" });
  });

  it("calls nobody absent for a sitter whose face one picture of a burst shows, or whom the detector hardly takes for one", () => {
    const calibration = {
      ...testCalibration,
      covered: { fromWidthPx: 48, belowScore: 0.99, atAnyWidth: 0.9 },
    };
    const decide = (shots: number, score: number) => {
      const hand = { ...faceAt(seatOf(4), faceVector(STRANGER, 0.7)), score };
      const camera = burst("c1", [...everybodyBut(4), hand], roster);
      const pictures = camera.pictures.map((picture, at) =>
        at < shots ? picture : { ...picture, faces: picture.faces.slice(0, -1) },
      );
      return outcome(decideRound({ ...roundOf(roster, [{ ...camera, pictures }]), calibration }), 4);
    };
    expect(decide(2, 0.95).outcome).toBe("absent");
    expect(decide(1, 0.95)).toMatchObject({
      outcome: "review",
      reasons: [{ code: "seat-taken-by-stranger" }, { code: "sitter-seen-once", params: { pictures: 3 } }],
    });
    expect(decide(3, 0.7)).toMatchObject({
      outcome: "review",
      reasons: [{ code: "seat-taken-by-stranger" }, { code: "face-may-be-covered" }],
    });
  });

  it("calls nobody absent for a face that the picture's edge cuts off: half a face resembles nobody", () => {
    const half = faceAt(seatOf(4), faceVector(STRANGER, 0.7));
    const camera = burst("c1", [...everybodyBut(4), half], roster);
    const decide = (widthPx: number) => {
      const pictures = camera.pictures.map((picture) => ({ ...picture, widthPx }));
      return outcome(decideRound(roundOf(roster, [{ ...camera, pictures }])), 4);
    };
    const edge = half.box.x + half.box.width + 2;
    expect(decide(edge + 20).outcome).toBe("absent");
    expect(decide(edge)).toMatchObject({
      outcome: "review",
      reasons: [{ code: "seat-taken-by-stranger" }, { code: "face-cut-off" }],
    });
  });

  it("calls nobody absent for a face that most pictures do not show clearly: a hand makes a trainee look like a stranger", () => {
    const covered = { ...faceAt(seatOf(4), faceVector(STRANGER, 0.7)), score: 0.99 };
    const calibration = { ...testCalibration, covered: { fromWidthPx: 40, belowScore: 0.998 } };
    const camera = burst("c1", [...everybodyBut(4), covered], roster);
    const decide = (round: typeof camera) => decideRound({ ...roundOf(roster, [round]), calibration });
    expect(outcome(decide(camera), 4).outcome).toBe("review");
    expect(outcome(decide(camera), 4).reasons.map(({ code }) => code)).toEqual([
      "seat-taken-by-stranger",
      "face-may-be-covered",
    ]);
    const clear = {
      ...camera,
      pictures: camera.pictures.map((picture, shot) => ({
        ...picture,
        faces: picture.faces.map((face) => (shot === 0 ? face : { ...face, score: 0.9999 })),
      })),
    };
    expect(outcome(decide(clear), 4).outcome).toBe("absent");
  });

  it("wants the more of a small face's score the wider it is before it makes the seat's owner absent", () => {
    const covered = {
      fromWidthPx: 48,
      belowScore: 0.999,
      smaller: [
        { widthPx: 16, belowScore: 0.9 },
        { widthPx: 32, belowScore: 0.99 },
      ],
    };
    const decide = (widthPx: number, score: number) => {
      const stranger = { ...faceAt(seatOf(4), faceVector(STRANGER, 0.7), widthPx), score };
      const camera = burst("c1", [...everybodyBut(4), stranger], roster);
      const calibration = { ...testCalibration, covered };
      return outcome(decideRound({ ...roundOf(roster, [camera]), calibration }), 4).outcome;
    };
    expect([decide(32, 0.991), decide(32, 0.989), decide(40, 0.991)]).toEqual(["absent", "review", "review"]);
    expect([decide(40, 0.997), decide(40, 0.9965), decide(50, 0.9985)]).toEqual([
      "absent",
      "review",
      "review",
    ]);
  });

  it("names a stranger in an absentee's seat", () => {
    const faces = [...everybodyBut(4), faceAt(seatOf(4), faceVector(STRANGER, 0.7))];
    const decision = decideRound(roundOf(roster, [burst("c1", faces, roster)]));
    expect(outcome(decision, 4)).toMatchObject({ outcome: "absent" });
    expect(outcome(decision, 4).reasons[0]?.code).toBe("seat-taken-by-stranger");
    const sitter = outcome(decision, 4).evidence;
    expect(sitter.map(({ shows, box }) => [shows, box.width])).toEqual(
      Array.from({ length: 3 }, () => ["sitter", 40]),
    );
    expect(outcome(decision, 4).alternatives[0]).toMatchObject({ traineeId: null });
    expect(decision.strangers).toMatchObject([
      { kind: "stranger", proxyFor: roster[4]?.traineeId, nearSeat: seatOf(4) },
    ]);
  });

  it("takes a passer-by for nobody in whose own seat somebody sits without a readable face", () => {
    expect(passingBy(0.38)).toBe("not-observable");
    expect(passingBy(0.65)).toBe("present");
  });

  it("thinks of a proxy where only the seat speaks for a doubtful face", () => {
    const at = (like: number) => {
      const decision = decideRound(
        roundOf(roster, [burst("c1", [...everybodyBut(3), faceAt(seatOf(3), faceVector(3, like))], roster)]),
      );
      return { mark: outcome(decision, 3), strangers: decision.strangers };
    };
    const against = at(0.2);
    expect(against.mark).toMatchObject({ outcome: "review", observedSeat: seatOf(3) });
    expect(against.mark.reasons.map(({ code }) => code)).toContain("only-the-seat");
    expect(against.strangers).toMatchObject([
      { kind: "stranger", proxyFor: roster[3]?.traineeId, reasons: [{ code: "may-sit-for" }, {}] },
    ]);
    expect(at(0.65).strangers).toEqual([]);
  });

  it("says who sits in the seat of somebody whose face is doubtful elsewhere", () => {
    const far = faceAt(seatOf(8), faceVector(3, 0.3), 24);
    const sitter = faceAt(seatOf(3), faceVector(STRANGER, 0.7));
    const decision = decideRound(
      roundOf(roster, [burst("c1", [...everybodyBut(3, 8), sitter, far], roster)]),
    );
    expect(outcome(decision, 3).outcome).toBe("review");
    expect(outcome(decision, 3).reasons.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["face-unclear", "seat-taken-by-stranger"]),
    );
    expect(decision.strangers.map(({ proxyFor }) => proxyFor)).toContain(roster[3]?.traineeId);
  });

  it("names a classmate in an absentee's seat", () => {
    const faces = [...everybodyBut(4, 5), faceAt(seatOf(4), faceVector(5, 0.65))];
    const decision = decideRound(roundOf(roster, [burst("c1", faces, roster)]));
    expect(outcome(decision, 5)).toMatchObject({ outcome: "present", seating: "off-seat" });
    expect(outcome(decision, 4)).toMatchObject({
      outcome: "absent",
      reasons: [{ code: "seat-taken-by-classmate", params: { other: roster[5]?.traineeId } }],
    });
  });

  it("names a trainee of another course", () => {
    const faces = [...everybodyBut(), faceAt({ row: 4, column: 3 }, faceVector(30, 0.7))];
    const input = roundOf(roster, [burst("c1", faces, roster)]);
    const other = { traineeId: "other" as TraineeId, templates: [faceVector(30, 1)] };
    input.otherCourses = [{ courseId: "k2" as CourseId, trainees: [other] }];
    expect(decideRound(input).strangers).toMatchObject([
      { kind: "other-course", identity: { traineeId: "other", courseId: "k2" } },
    ]);
  });

  it("knows somebody in the lecturer's area", () => {
    const front = faceAt({ row: 4, column: 1 }, faceVector(STRANGER, 0.7));
    const camera = burst("c1", [...everybodyBut(), front], roster);
    const zone = [
      { x: 100, y: 700 },
      { x: 300, y: 700 },
      { x: 300, y: 900 },
      { x: 100, y: 900 },
    ];
    const decision = decideRound(roundOf(roster, [{ ...camera, frontZone: zone }]));
    expect(decision.strangers).toMatchObject([{ kind: "front-zone", proxyFor: null }]);
  });

  it.each([
    [17, 0.15, { sharpness: 0.01 }, "face-too-small"],
    [22, 0.15, { sharpness: 0.01 }, "face-blurred"],
    [40, 0.2, { yaw: 0.9 }, "face-turned-away"],
  ])("says why a face of %i px, %d like its portrait, %j cannot be read", (widthPx, like, quality, code) => {
    const seen = faceAt(seatOf(3), faceVector(3, like), widthPx);
    const face = { ...seen, quality: { ...seen.quality, ...quality } };
    const decision = decideRound(roundOf(roster, [burst("c1", [...everybodyBut(3), face], roster)]));
    const mark = outcome(decision, 3);
    expect(["not-observable", "review"]).toContain(mark.outcome);
    expect(mark.reasons.map((reason) => reason.code)).toContain(code);
    expect(mark.evidence.map(({ shows }) => shows)).toEqual(["face", "face", "face"]);
  });

  it("never makes present of a face that only sits right", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9 }),
        fc.double({ min: -0.1, max: 0.2, noNaN: true }),
        fc.integer({ min: 16, max: 90 }),
        (index, closeness, widthPx) => {
          const face = faceAt(seatOf(index), faceVector(index, closeness), widthPx);
          const decision = decideRound(
            roundOf(roster, [burst("c1", [...everybodyBut(index), face], roster)]),
          );
          expect(outcome(decision, index).outcome).not.toBe("present");
        },
      ),
      { numRuns: 100 },
    );
  });

  it("never marks absent behind a dark camera", () => {
    fc.assert(
      fc.property(fc.subarray([...roster.keys()]), (seen) => {
        const faces = seen.map((index) => faceAt(seatOf(index), faceVector(index, 0.65)));
        const half = roster.slice(0, 5);
        const input = roundOf(roster, [
          burst("c1", faces.slice(0, 0), half.slice(0, 0)),
          darkCamera("c2", roster),
        ]);
        const decision = decideRound(input);
        for (const mark of decision.marks) {
          expect(mark.outcome).toBe("not-observable");
          expect(mark.reasons[0]).toMatchObject({ code: "camera-down", params: { gap: "unreachable" } });
        }
      }),
      { numRuns: 20 },
    );
  });

  it("never marks absent on a taken seat without a readable face, nor without an empty-room picture", () => {
    const camera = burst("c1", everybodyBut(1, 2), roster);
    camera.occupancy = camera.occupancy.map((seat) => {
      const own = roster[1]?.seat;
      return own?.row === seat.row && own.column === seat.column ? { ...seat, probability: 0.95 } : seat;
    });
    camera.occupancy = camera.occupancy.filter((seat) => seat.column !== 3 || seat.row !== 1);
    const decision = decideRound(roundOf(roster, [camera]));
    expect(outcome(decision, 1)).toMatchObject({ outcome: "not-observable" });
    expect(outcome(decision, 1).reasons[0]?.code).toBe("seat-taken-face-hidden");
    expect(outcome(decision, 2)).toMatchObject({ outcome: "not-observable" });
    expect(outcome(decision, 2).reasons[0]?.code).toBe("seat-not-compared");
  });

  it("never calls a trainee without a template absent, sitting there or not: nobody can be recognised without one", () => {
    const unknown = roster.map((member, index) => (index === 6 ? { ...member, templates: [] } : member));
    const decision = decideRound(roundOf(unknown, [burst("c1", everybodyBut(), unknown)]));
    const away = decideRound(roundOf(unknown, [burst("c1", everybodyBut(6), unknown)]));
    for (const each of [decision, away]) {
      expect(outcome(each, 6)).toMatchObject({ outcome: "not-observable" });
      expect(outcome(each, 6).reasons[0]?.code).toBe("no-template");
    }
  });

  it("gives the same marks in any order of its inputs", () => {
    const faces = [
      ...everybodyBut(0, 4, 8),
      faceAt(seatOf(4), faceVector(STRANGER, 0.7)),
      faceAt(seatOf(8), faceVector(0, 0.5)),
    ];
    const cameras = [burst("c1", faces, roster), burst("c2", faces.slice(2), roster)];
    const expected = decideRound(roundOf(roster, cameras));
    fc.assert(
      fc.property(
        fc.shuffledSubarray(roster, { minLength: roster.length }),
        fc.shuffledSubarray(cameras, { minLength: 2 }),
        fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 100 })),
        (members, order, shots, dice) => {
          const shuffled = order.map((camera) => ({
            ...camera,
            seats: camera.seats.toReversed(),
            pictures: shots
              .flatMap((shot) => camera.pictures[shot] ?? [])
              .map((picture) => ({
                ...picture,
                faces: picture.faces
                  .map((face) => ({ face, at: dice.next().value as number }))
                  .sort((a, b) => a.at - b.at)
                  .map(({ face }) => face),
              })),
          }));
          expect(decideRound(roundOf(members, shuffled))).toEqual(expected);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("refuses to compare two packs", () => {
    const input = roundOf(roster, [burst("c1", everybodyBut(), roster)]);
    input.pack = "other-2" as PackId;
    expect(() => decideRound(input)).toThrow(/other-2, test-1/);
  });

  it("has words for every reason it gives", () => {
    const faces = [...everybodyBut(1, 4, 7), faceAt(seatOf(4), faceVector(STRANGER, 0.7))];
    const decision = decideRound(roundOf(roster, [burst("c1", faces, roster)]));
    const reasons = [...decision.marks, ...decision.strangers].flatMap((verdict) => verdict.reasons ?? []);
    for (const reason of reasons) {
      const said = reasonWords(reason, (id) => `Học viên ${id}`);
      expect(said.vi.length).toBeGreaterThan(20);
      expect(said.en.length).toBeGreaterThan(20);
    }
  });
});

describe("decideSession", () => {
  it("takes a head down in one round for what the other round shows", () => {
    const down = burst("c1", everybodyBut(3), roster);
    down.occupancy = down.occupancy.map((seat) => ({ ...seat, probability: 0.95 }));
    const up = burst("c1", everybodyBut(), roster);
    up.pictures = up.pictures.map((picture) => ({
      ...picture,
      snapshotId: `r2-${picture.snapshotId}` as typeof picture.snapshotId,
    }));
    const { cameras: _, ...rest } = roundOf(roster, []);
    const decision = decideSession({ ...rest, rounds: [{ cameras: [down] }, { cameras: [up] }] });
    const mark = decision.marks[3];
    expect(mark).toMatchObject({ outcome: "present", seenInRounds: [1] });
    expect(decision.marks[0]?.seenInRounds).toEqual([0, 1]);
  });
});

/** The outcome of 3, so `like` whom somebody passes by at no seat while somebody's face in seat 3 cannot be read. */
function passingBy(like: number) {
  const passing = faceAt(seatOf(9), faceVector(3, like));
  const box = { ...passing.box, x: passing.box.x + 100, y: passing.box.y + 100 };
  const camera = burst("c1", [...everybodyBut(3), { ...passing, box }], roster);
  const occupancy = camera.occupancy.map((seat, index) =>
    index === 3 ? { ...seat, probability: 0.97 } : seat,
  );
  return outcome(decideRound(roundOf(roster, [{ ...camera, occupancy }])), 3).outcome;
}
