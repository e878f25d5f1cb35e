import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PackId, SnapshotId } from "../types.ts";
import { decideRound } from "./decide-round.ts";
import { decideSession } from "./decide-session.ts";
import { calibrationOf } from "./packs.ts";
import { reasonWords } from "./reason-words.ts";
import { decideHeldSession } from "./revise-rounds.ts";
import type { CameraRound } from "./round-input.ts";
import { sameDecision, sameMark } from "./same-decision.ts";
import { burst, darkCamera, faceAt, faceVector, roundOf, seatOf, testPack, trainee } from "./test-scenes.ts";

const roster = Array.from({ length: 10 }, (_, index) => trainee(index));
const { cameras: _, ...basis } = roundOf(roster, []);

/** How like their portraits faces are in one round: by trainee, 0.65 when not said; null is an empty chair. */
type Likeness = Partial<Record<number, number | null>>;

/** `others` sit in the seat of the index, as somebody of that axis. */
function round(ordinal: number, likeness: Likeness = {}, others: Record<number, number> = {}): CameraRound {
  const faces = roster.flatMap((_, index) => {
    const other = others[index];
    if (other !== undefined) return [faceAt(seatOf(index), faceVector(other, 0.7))];
    const like = likeness[index] === undefined ? 0.65 : likeness[index];
    return like === null ? [] : [seenAs(index, like, ordinal)];
  });
  const camera = burst("c1", faces, roster);
  const pictures = camera.pictures.map((picture) => ({
    ...picture,
    snapshotId: `r${ordinal}-${picture.snapshotId}` as SnapshotId,
  }));
  return { ...camera, pictures };
}

/** Unlike faces are small and blurred; what two rounds have in common beyond the person is little, as in life. */
function seenAs(index: number, like: number, ordinal: number) {
  const embedding = faceVector(index, like, 20 + index + 10 * ordinal);
  const common = like < 0.25 ? Math.sqrt(0.15 - like ** 2) : 0;
  embedding.vector[62] = common;
  embedding.vector[20 + index + 10 * ordinal] = Math.sqrt(1 - like ** 2 - common ** 2);
  const face = faceAt(seatOf(index), embedding, like < 0.5 ? 24 : 40);
  return { ...face, quality: { ...face.quality, sharpness: like < 0.5 ? 6 : 100 } };
}

function held(...cameras: CameraRound[]) {
  const rounds = cameras.map((camera) => ({ cameras: [camera] }));
  const decisions = decideHeldSession({ ...basis, rounds });
  return {
    decisions,
    alone: rounds.map(({ cameras: own }) => decideRound({ ...basis, cameras: own })),
    together: decideSession({ ...basis, rounds }),
    outcomes: (index: number) => decisions.map(({ marks }) => marks[index]?.outcome),
  };
}

function anyRound([likes, proxy]: [(number | null)[], number | null], ordinal: number): CameraRound {
  return round(ordinal, Object.fromEntries(likes.entries()), proxy === null ? {} : { [proxy]: 40 });
}

describe("decideHeldSession", () => {
  it("leaves rounds as they are when all together say the same", () => {
    const { decisions, alone } = held(round(1, { 3: null }), round(2, { 3: null }));
    expect(decisions.map((one, at) => sameDecision(one, alone[at] ?? one))).toEqual([true, true]);
  });

  it("revises nothing on one round", () => {
    const { decisions, alone } = held(round(1, { 3: 0.3, 4: null }));
    expect(decisions).toEqual(alone);
  });

  it("keeps presence that each round shows by a face the other does not resemble", () => {
    const { together, alone, outcomes } = held(round(1, { 3: 0.26 }), round(2, { 3: 0.26 }));
    expect(alone.map(({ marks }) => marks[3]?.outcome)).toEqual(["present", "present"]);
    // Two half-beliefs are not certain one by one.
    expect(together.marks[3]?.outcome).toBe("review");
    expect(outcomes(3)).toEqual(["present", "present"]);
  });

  it("counts presence round by round: who came late is absent in the first", () => {
    const { outcomes } = held(round(1, { 3: null }), round(2));
    expect(outcomes(3)).toEqual(["absent", "present"]);
  });

  it("names a stranger in the seat of each round, and never makes the owner present", () => {
    const { decisions, outcomes } = held(round(1, {}, { 4: 40 }), round(2, {}, { 4: 40 }));
    expect(outcomes(4)).toEqual(["absent", "absent"]);
    for (const [at, { strangers }] of decisions.entries()) {
      expect(strangers).toMatchObject([{ kind: "stranger", proxyFor: roster[4]?.traineeId }]);
      expect(strangers[0]?.snapshotId.slice(0, 2)).toBe(`r${at + 1}`);
    }
  });

  it("settles a doubtful seat by the round that shows it empty, but not a doubtful sitter by another round", () => {
    const seat = seatOf(3);
    const seatAt = (probability: number) => {
      const camera = round(1, { 3: null });
      const occupancy = camera.occupancy.map((one) =>
        one.row === seat.row && one.column === seat.column ? { ...one, probability } : one,
      );
      return held({ ...camera, occupancy }, round(2, { 3: null }));
    };
    for (const [probability, doubted, settled] of [
      [0.45, "review", "absent"],
      [0.75, "review", "absent"],
      [0.85, "not-observable", "not-observable"],
    ] as const) {
      const seats = seatAt(probability);
      expect(seats.alone.map(({ marks }) => marks[3]?.outcome)).toEqual([doubted, "absent"]);
      expect(seats.outcomes(3)).toEqual([settled, "absent"]);
    }
    // A hand before the face: alike in both rounds, and only a little like the portrait.
    const covered = held(round(1, { 3: 0.2 }), round(2, {}, { 3: 40 }));
    expect(covered.alone.map(({ marks }) => marks[3]?.outcome)).toEqual(["review", "absent"]);
    expect(covered.outcomes(3)).toEqual(["review", "absent"]);
  });

  it("settles a doubtful sitter whom all rounds know as a classmate, and says of a stranger what all rounds say", () => {
    // 4 sits in 3's seat, once poorly seen.
    const poorly = round(1, { 3: null, 4: null });
    const face = faceAt(seatOf(3), faceVector(4, 0.33), 24);
    const pictures = poorly.pictures.map((picture) => ({ ...picture, faces: [...picture.faces, face] }));
    const occupancy = round(1, { 4: null }).occupancy;
    const classmate = held({ ...poorly, pictures, occupancy }, round(2, { 4: null }, { 3: 4 }));
    expect(classmate.alone[0]?.marks[3]?.outcome).toBe("review");
    expect(classmate.outcomes(3)).toEqual(["absent", "absent"]);
    expect(classmate.decisions[0]?.marks[3]?.reasons).toMatchObject([
      { code: "session-decides", params: { was: "review" } },
      { code: "seat-taken-by-classmate", params: { other: roster[4]?.traineeId } },
    ]);
    const stranger = held(sitter(1, 24, 0.18, 50, 0.35), sitter(2, 24, 0, 51, 0.35));
    const [doubted] = stranger.decisions;
    expect(doubted?.marks[3]?.outcome).toBe("review");
    expect(doubted?.marks[3]?.reasons.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["rather-another", "seat-taken-by-stranger"]),
    );
    expect(doubted?.strangers.map(({ proxyFor }) => proxyFor)).toEqual([roster[3]?.traineeId]);
  });

  it("believes a doubtful sitter no more because another round shows the same seat taken without a face", () => {
    const down = round(1, { 3: null });
    const occupancy = round(1).occupancy;
    const { together, alone } = held({ ...down, occupancy }, round(2, { 3: 0.2 }));
    const once = alone[1]?.marks[3]?.confidence ?? 0;
    expect(once).toBeGreaterThan(0.3);
    expect(Math.abs((together.marks[3]?.confidence ?? 0) - once)).toBeLessThan(0.1);
  });

  it("calls nobody absent in a round whose camera was dark", () => {
    const dark = darkCamera("c1", roster);
    const { outcomes } = held(round(1, { 3: null }), dark);
    expect(outcomes(3)).toEqual(["absent", "not-observable"]);
    expect(outcomes(5)).toEqual(["present", "not-observable"]);
  });

  it("gives no presence nobody saw, no absence against all together, and one face to one trainee", () => {
    const likeness = fc.constantFrom<number | null>(0.65, 0.5, 0.3, 0.26, 0.22, 0.15, null);
    const oneRound = fc.tuple(
      fc.array(likeness, { minLength: 10, maxLength: 10 }),
      fc.option(fc.integer({ min: 0, max: 9 }), { nil: null }),
    );
    fc.assert(
      fc.property(oneRound, oneRound, (first, second) => {
        const { decisions, alone, together, outcomes } = held(anyRound(first, 1), anyRound(second, 2));
        const impossible = together.marks.filter((verdict, index) => {
          const both = outcomes(index);
          const ever = alone.some(({ marks }) => marks[index]?.outcome === "present");
          if (verdict.outcome === "present") return !both.includes("present");
          // Belief split between two faces that are both the member's own: each must say so itself.
          const own = decisions
            .flatMap(({ marks }) => marks[index]?.reasons ?? [])
            .map(({ params }) => params["llr"]);
          if (both.includes("present") && !ever)
            return own.some((llr) => Number(llr) < basis.settings.faceFloor);
          return verdict.outcome !== "absent" && both.every((one) => one === "absent");
        });
        expect(impossible).toEqual([]);
        for (const { marks, strangers } of decisions) {
          const named = [...marks, ...strangers].flatMap(({ reasons }) => reasons ?? []);
          for (const reason of named) expect(reasonWords(reason, (id) => id).vi).not.toMatch(/undefined/);
          const faces = marks.flatMap(({ outcome, evidence }) => (outcome === "present" ? evidence : []));
          const places = faces.map(({ snapshotId, box }) => `${snapshotId} ${box.x} ${box.y}`);
          expect(new Set(places).size).toBe(places.length);
          for (const { snapshotId, box } of strangers)
            expect(places).not.toContain(`${snapshotId} ${box.x} ${box.y}`);
          // Whoever is said to sit in an absentee's seat is among the strangers, whatever all rounds together make of the face.
          const taken = marks.filter(
            ({ outcome, reasons }) => outcome === "absent" && reasons[0]?.code === "seat-taken-by-stranger",
          );
          const proxies = strangers.map(({ proxyFor }) => proxyFor);
          expect(proxies).toEqual(expect.arrayContaining(taken.map(({ traineeId }) => traineeId)));
        }
      }),
      { numRuns: 40, seed: 11 },
    );
  });

  it("gives the same decision whatever the order of its inputs", () => {
    const first = held(round(1, { 3: 0.35, 5: null }), round(2, { 3: 0.35 }, { 7: 40 })).decisions;
    const turned = decideHeldSession({
      ...basis,
      roster: roster.toReversed(),
      rounds: [round(1, { 3: 0.35, 5: null }), round(2, { 3: 0.35 }, { 7: 40 })].map((camera) => ({
        cameras: [{ ...camera, pictures: camera.pictures.toReversed() }],
      })),
    });
    expect(turned).toEqual(first);
  });
});

/** Somebody in seat 3 whose face of so many pixels is `like` the owner's portrait; the rest is along axes of its own and `common`. */
function sitter(ordinal: number, widthPx: number, like: number, rest: number, common = 0): CameraRound {
  const camera = round(ordinal);
  const embedding = faceVector(3, like, rest);
  embedding.vector[62] = Math.sqrt(common);
  embedding.vector[rest] = Math.sqrt(1 - like ** 2 - common);
  const face = faceAt(seatOf(3), embedding, widthPx);
  // Ordinarily sharp: the effective width is then the width.
  const quality = { ...face.quality, sharpness: 40 * (Math.exp(-6.644) * widthPx ** 1.638 - 0.01) };
  const pictures = camera.pictures.map((picture) => ({
    ...picture,
    faces: picture.faces.map((one, at) => (at === 3 ? { ...face, quality } : one)),
  }));
  // Far from the camera, where faces are not much wider.
  const seats = camera.seats.map((seat, at) => (at === 3 ? { ...seat, faceWidthPx: 24 } : seat));
  return { ...camera, pictures, seats };
}

describe("small faces by the shipped table", () => {
  const shipped = { ...calibrationOf("fr-1" as PackId), pack: testPack, adapter: null };
  const widths = [13, 14, 16, 18, 20, 22];

  const seen = (...cameras: CameraRound[]) => {
    const rounds = cameras.map((camera) => ({ cameras: [camera] }));
    const decided = decideHeldSession({ ...basis, calibration: shipped, rounds });
    const alone = rounds.map(({ cameras: own }) =>
      decideRound({ ...basis, calibration: shipped, cameras: own }),
    );
    return {
      decided,
      outcomes: decided.map(({ marks }) => marks[3]?.outcome),
      alone: alone.map(({ marks }) => marks[3]?.outcome),
    };
  };

  it.each(widths)("a stranger of %i px in the owner's seat is not the owner whom another round saw", (px) => {
    for (const like of [-0.1, 0, 0.05]) {
      const { outcomes, alone } = seen(round(1), sitter(2, px, like, 50));
      expect([outcomes[0], outcomes[1]]).toEqual(["present", alone[1]]);
      expect(outcomes[1]).not.toBe("present");
      const small = seen(sitter(1, px, 0.6, 51), sitter(2, px, like, 50));
      expect(small.alone[0]).toBe("present");
      expect(small.outcomes).toEqual(small.alone);
      expect(seen(sitter(1, px, like, 50), sitter(2, px, 0.6, 51)).outcomes[0]).not.toBe("present");
    }
  });

  it.each([
    [16, 0.125],
    [18, 0.14],
    [20, 0.16],
    [22, 0.18],
  ])("two doubtful faces of %i px of the owner are certain together", (px, like) => {
    const { decided, outcomes, alone } = seen(sitter(1, px, like, 50, 0.15), sitter(2, px, like, 51, 0.15));
    expect(alone).toEqual(["review", "review"]);
    expect(outcomes).toEqual(["present", "present"]);
    for (const [at, { marks }] of decided.entries()) {
      expect(marks[3]).toMatchObject({ seating: "own-seat", observedSeat: seatOf(3) });
      expect(marks[3]?.reasons[0]?.code).toBe("session-decides");
      const shown = marks[3]?.evidence.map(({ snapshotId }) => snapshotId.slice(0, 2));
      expect(shown).toEqual(Array(3).fill(`r${at + 1}`));
    }
  });
});

describe("a round's own face beside a poorer one", () => {
  const shipped = { ...calibrationOf("fr-1" as PackId), pack: testPack, adapter: null };

  it.each([
    { px: 20, poor: 0.12, sure: true },
    { px: 24, poor: 0.12, sure: true },
    { px: 24, poor: 0.04, sure: false },
  ])("stands when all rounds together are nine in ten sure: $px px, $poor", ({ px, poor, sure }) => {
    const like = px === 20 ? 0.2 : 0.24;
    const rounds = [sitter(1, px, like, 50, 0.35), sitter(2, px, poor, 51, 0.35)].map((camera) => ({
      cameras: [camera],
    }));
    const session = { ...basis, calibration: shipped, rounds };
    const together = decideSession(session).marks[3];
    // Their faces together say less than faces must.
    expect(together?.outcome).toBe("review");
    expect((together?.confidence ?? 0) >= 0.9).toBe(sure);
    const outcomes = decideHeldSession(session).map(({ marks }) => marks[3]?.outcome);
    expect(outcomes).toEqual([sure ? "present" : "review", "review"]);
  });
});

describe("sameMark", () => {
  it("looks at what is said, not at the last digit", () => {
    const [{ marks } = { marks: [] }] = held(round(1), round(2)).decisions;
    const [mark] = marks;
    if (mark === undefined) throw new Error("a mark expected");
    const recomputed = { code: "recomputed", params: { by: "a", why: "b" } };
    expect(sameMark(mark, { ...mark, confidence: 0.91, reasons: [...mark.reasons, recomputed] })).toBe(true);
    expect(sameMark(mark, { ...mark, outcome: "review" })).toBe(false);
    expect(sameMark(mark, { ...mark, evidence: [] })).toBe(false);
  });
});
