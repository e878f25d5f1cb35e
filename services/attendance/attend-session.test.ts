import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MarkId, MarkOutcome, RoundId, SessionOutcome, TraineeId } from "../types.ts";
import { attendSession } from "./attend-session.ts";
import type { AttendedRound, Leave, RoundMark, SessionRecord } from "./attend-session.ts";
import { attendanceWords } from "./attendance-words.ts";
import { standing } from "./correction.ts";
import type { Correction, PersonsWord } from "./correction.ts";

const an = "an" as TraineeId;
const session = { startsAt: new Date("2026-11-23T01:00:00Z"), endsAt: new Date("2026-11-23T04:20:00Z") };
const roundId = (ordinal: number) => `r${ordinal}` as RoundId;
const mark = (
  ordinal: number,
  outcome: MarkOutcome,
  seating: RoundMark["seating"] = "own-seat",
): RoundMark => ({
  traineeId: an,
  outcome,
  seating,
  markId: `m${ordinal}` as MarkId,
});
const round = (ordinal: number, outcome: MarkOutcome | null, valid = true): AttendedRound => ({
  roundId: roundId(ordinal),
  valid,
  marks: outcome === null ? [] : [mark(ordinal, outcome)],
});
const rounds = (...outcomes: (MarkOutcome | null | "invalid")[]) =>
  outcomes.map((outcome, index) =>
    outcome === "invalid" ? round(index + 1, "absent", false) : round(index + 1, outcome),
  );
const record = (over: Partial<SessionRecord>): SessionRecord => ({
  session,
  rounds: [],
  corrections: [],
  leaves: [],
  trainees: [an],
  rules: { minSightings: 1, roundsPerSession: 2 },
  ...over,
});
const attendAn = (over: Partial<SessionRecord>) => {
  const [one] = attendSession(record(over)).trainees;
  if (!one) throw new Error("one trainee expected");
  return one;
};
const leave: Leave = { leaveId: "ĐN-1", traineeId: an, approved: true, ...session };
const said = { id: "1", traineeId: an, by: "Nguyễn Thị Hoa", why: "đã đối chiếu ảnh" };
const correction = (outcome: SessionOutcome, id = outcome as string): Correction => ({
  ...said,
  id,
  outcome,
  roundId: null,
  at: new Date(0),
});
const withdrawal = (withdraws: string, round: RoundId | null = null): PersonsWord => ({
  ...said,
  id: `-${withdraws}`,
  roundId: round,
  at: new Date(0),
  outcome: null,
  withdraws,
});
const outcomeAfter = (corrections: readonly PersonsWord[], leaves: Leave[] = []) =>
  attendAn({ rounds: rounds("absent", "absent"), corrections, leaves }).outcome;

describe("session attendance", () => {
  it.each<[(MarkOutcome | null | "invalid")[], number, SessionOutcome, string]>([
    [["present", "absent"], 1, "present", "seen-often-enough"],
    [["present", "present"], 2, "present", "seen-often-enough"],
    [["present", "absent"], 2, "review", "seen-too-seldom"],
    [["present", "not-observable"], 2, "not-observable", "seen-but-rounds-missing"],
    [["present", "invalid"], 2, "not-observable", "seen-but-rounds-missing"],
    [["absent", "absent"], 1, "absent", "absent-in-every-round"],
    [["absent", "not-observable"], 1, "not-observable", "not-observed-in-every-round"],
    [["absent", null], 1, "not-observable", "not-observed-in-every-round"],
    [["absent", "invalid"], 1, "not-observable", "too-few-valid-rounds"],
    [["absent", "absent", "invalid"], 1, "absent", "absent-in-every-round"],
    [["absent", "review"], 1, "review", "round-to-review"],
    [["present", "review"], 1, "present", "seen-often-enough"],
    [["invalid", "invalid"], 1, "not-observable", "no-valid-round"],
    [[], 1, "not-observable", "no-valid-round"],
    [["absent", "absent"], 0, "absent", "absent-in-every-round"],
  ])("%j with %i sightings needed is %s", (outcomes, minSightings, outcome, code) => {
    const one = attendAn({ rounds: rounds(...outcomes), rules: { minSightings, roundsPerSession: 2 } });
    expect([one.outcome, one.reasons[0]?.code]).toEqual([outcome, code]);
    expect(one.machineOutcome).toBe(outcome);
  });

  it("names the marks an outcome rests on", () => {
    expect(attendAn({ rounds: rounds("present", "absent") }).evidence).toEqual(["m1"]);
    expect(attendAn({ rounds: rounds("absent", "absent") }).evidence).toEqual(["m1", "m2"]);
  });

  it("N12: off-seat is a note on a present trainee, never an absence", () => {
    const seated = [{ ...round(1, null), marks: [mark(1, "present", "off-seat")] }, round(2, "present")];
    const one = attendAn({ rounds: seated });
    expect([one.outcome, one.seating, one.offSeatRounds]).toEqual(["present", "off-seat", 1]);
    const unseen = [{ ...round(1, null), marks: [mark(1, "absent", "off-seat")] }, round(2, "absent")];
    expect(attendAn({ rounds: unseen }).seating).toBe("unknown");
  });

  it("L11: an approved leave excuses in the overlapping session only", () => {
    const absent = rounds("absent", "absent");
    expect(attendAn({ rounds: absent, leaves: [leave] }).outcome).toBe("excused");
    expect(attendAn({ rounds: absent, leaves: [{ ...leave, approved: false }] }).outcome).toBe("absent");
    const after = { ...leave, startsAt: session.endsAt, endsAt: new Date("2026-11-24T00:00:00Z") };
    expect(attendAn({ rounds: absent, leaves: [after] }).outcome).toBe("absent");
    const other = { ...leave, traineeId: "binh" as TraineeId };
    expect(attendAn({ rounds: absent, leaves: [other] }).outcome).toBe("absent");
    expect(attendAn({ leaves: [leave] }).outcome).toBe("excused");
  });

  it("is present, with a note, when seen despite a leave", () => {
    const one = attendAn({ rounds: rounds("present", "absent"), leaves: [leave] });
    expect(one.outcome).toBe("present");
    expect(one.reasons.map(({ code }) => code)).toEqual(["seen-often-enough", "present-despite-leave"]);
  });

  it("a person's correction of the session wins and keeps the machine's outcome beside it", () => {
    const one = attendAn({
      rounds: rounds("absent", "absent"),
      corrections: [correction("excused"), correction("present")],
    });
    expect([one.outcome, one.machineOutcome, one.correction?.by]).toEqual([
      "present",
      "absent",
      "Nguyễn Thị Hoa",
    ]);
    expect(one.reasons.map(({ code }) => code)).toEqual(["corrected-by-person", "absent-in-every-round"]);
  });

  it("a person's correction of a round counts as that round's mark", () => {
    const one = attendAn({
      rounds: rounds("review", "absent"),
      corrections: [{ ...said, roundId: roundId(1), outcome: "present", at: new Date(0) }],
    });
    expect([one.outcome, one.machineOutcome, one.correctedRounds]).toEqual(["present", "review", 1]);
    const both = attendAn({
      rounds: rounds("review", "absent"),
      corrections: [
        { ...said, roundId: roundId(1), outcome: "present", at: new Date(0) },
        { ...said, id: "2", roundId: roundId(1), outcome: "absent", at: new Date(1) },
      ],
    });
    expect(both.outcome).toBe("absent");
    const judged = attendAn({
      rounds: rounds("invalid", "not-observable"),
      corrections: [{ ...said, roundId: roundId(1), outcome: "present", at: new Date(0) }],
    });
    expect([judged.outcome, judged.machineOutcome]).toEqual(["present", "not-observable"]);
  });

  it("a correction taken back counts no more: the one before it does, and in the end the machine's mark and a leave", () => {
    const words: PersonsWord[] = [correction("present", "a"), correction("review", "b")];
    expect(outcomeAfter(words)).toBe("review");
    expect(outcomeAfter([...words, withdrawal("b")])).toBe("present");
    expect(outcomeAfter([...words, withdrawal("a")])).toBe("review");
    const none = [...words, withdrawal("b"), withdrawal("a")];
    expect([outcomeAfter(none), outcomeAfter(none, [leave])]).toEqual(["absent", "excused"]);
    expect(outcomeAfter([...none, correction("present", "c")])).toBe("present");
  });

  it("taking back a word on the session leaves another person's word on a round", () => {
    const round: PersonsWord = { ...said, roundId: roundId(1), outcome: "present", at: new Date(0) };
    const corrections = [round, correction("review", "whole"), withdrawal("whole")];
    const one = attendAn({ rounds: rounds("absent", "absent"), corrections });
    expect([one.outcome, one.machineOutcome, one.correctedRounds]).toEqual(["present", "absent", 1]);
    const both = attendAn({
      rounds: rounds("absent", "absent"),
      corrections: [...corrections, withdrawal("1", roundId(1))],
    });
    expect([both.outcome, both.correctedRounds, both.correction]).toEqual(["absent", 0, null]);
  });

  it("what stands is what nobody took back, whatever the order of the withdrawals", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(9)), fc.uniqueArray(fc.nat(9)), (made, gone) => {
        const words = made.map((n) => correction("present", String(n)));
        const taken = gone.filter((n) => made.includes(n)).map((n) => withdrawal(String(n)));
        const left = made.filter((n) => !gone.includes(n)).map(String);
        expect(standing([...words, ...taken]).map(({ id }) => id)).toEqual(left);
      }),
    );
  });

  it("N13: says when the session is short of valid rounds", () => {
    expect(attendSession(record({ rounds: rounds("present", "invalid") })).shortfall).toEqual({
      code: "session-short-of-rounds",
      params: { valid: 1, wanted: 2 },
    });
    expect(attendSession(record({ rounds: rounds("present", "present") })).shortfall).toBeNull();
  });

  it("holds its promises for any marks", () => {
    const outcome = fc.constantFrom<MarkOutcome | null | "invalid">(
      "present",
      "absent",
      "review",
      "not-observable",
      null,
      "invalid",
    );
    fc.assert(
      fc.property(
        fc.array(outcome, { maxLength: 5 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        (outcomes, minSightings, roundsPerSession, onLeave) => {
          const rules = { minSightings, roundsPerSession };
          const one = attendAn({ rounds: rounds(...outcomes), rules, leaves: onLeave ? [leave] : [] });
          const valid = outcomes.filter((outcome) => outcome !== "invalid");
          const seen = valid.filter((outcome) => outcome === "present").length;
          const provenAbsent =
            valid.length >= roundsPerSession && valid.every((outcome) => outcome === "absent") && !onLeave;
          expect(one.outcome === "present").toBe(seen >= minSightings);
          expect(one.outcome === "absent").toBe(provenAbsent);
          expect(one.outcome === "excused").toBe(onLeave && seen < minSightings);
          expect(one.reasons.length).toBeGreaterThan(0);
          // Losing a camera (a round turned invalid) never makes anybody absent.
          const lost = attendAn({ rounds: rounds(...outcomes, "invalid"), rules });
          const blind = attendAn({ rounds: rounds(...outcomes.map(() => "invalid" as const)), rules });
          expect(blind.outcome).toBe("not-observable");
          expect(lost.outcome === "absent" && !provenAbsent && !onLeave).toBe(false);
        },
      ),
      { numRuns: 1500, seed: 5 },
    );
  });

  it("has words in both languages for every reason it gives", () => {
    const params = { seen: 1, valid: 2, needed: 1, leave: "x", by: "a", why: "b", wanted: 2 };
    for (const code of [
      "seen-often-enough",
      "on-approved-leave",
      "present-despite-leave",
      "round-to-review",
      "no-valid-round",
      "seen-too-seldom",
      "seen-but-rounds-missing",
      "not-observed-in-every-round",
      "too-few-valid-rounds",
      "absent-in-every-round",
      "corrected-by-person",
      "session-short-of-rounds",
    ]) {
      const words = attendanceWords({ code, params });
      expect(`${words?.vi} ${words?.en}`).not.toMatch(/undefined/);
    }
    expect(attendanceWords({ code: "elsewhere", params: {} })).toBeNull();
  });
});
