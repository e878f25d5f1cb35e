import { describe, expect, it } from "vitest";
import type { SessionId, SessionOutcome, TraineeId } from "../types.ts";
import { aggregateTrainees, shortSessions } from "./aggregate.ts";
import type { AttendedSession } from "./aggregate.ts";
import type { TraineeAttendance } from "./attend-session.ts";
import { quorum } from "./quorum.ts";

const one = (
  traineeId: string,
  outcome: SessionOutcome,
  over: Partial<TraineeAttendance> = {},
): TraineeAttendance => ({
  traineeId: traineeId as TraineeId,
  outcome,
  machineOutcome: outcome,
  correction: null,
  correctedRounds: 0,
  seating: "own-seat",
  offSeatRounds: 0,
  sightings: 0,
  observedRounds: 0,
  countedRounds: 2,
  reasons: [],
  evidence: [],
  ...over,
});
const session = (id: string, trainees: TraineeAttendance[], held = true, short = false): AttendedSession => ({
  sessionId: id as SessionId,
  held,
  attendance: {
    trainees,
    validRounds: short ? 1 : 2,
    shortfall: short ? { code: "session-short-of-rounds", params: { valid: 1, wanted: 2 } } : null,
  },
});

describe("totals per trainee", () => {
  const sessions = [
    session("1", [one("an", "present", { seating: "off-seat" }), one("binh", "absent")]),
    session("2", [one("an", "excused"), one("binh", "review"), one("chi", "not-observable")], true, true),
    session("3", [one("an", "absent", { seating: "off-seat", correctedRounds: 1 }), one("binh", "present")]),
    session("4", [one("an", "absent"), one("binh", "absent")], false, true),
  ];
  const totals = aggregateTrainees(sessions);

  it("N17: counts each outcome once, cancelled sessions not at all (L6)", () => {
    expect(totals.get("an" as TraineeId)).toEqual({
      sessionsHeld: 3,
      present: 1,
      excused: 1,
      unexcused: 1,
      notObservable: 0,
      toReview: 0,
      offSeat: 1,
      corrected: 1,
    });
    expect(totals.get("chi" as TraineeId)).toMatchObject({ sessionsHeld: 1, notObservable: 1 });
  });

  it("adds up to the sessions held", () => {
    for (const row of totals.values()) {
      expect(row.present + row.excused + row.unexcused + row.notObservable + row.toReview).toBe(
        row.sessionsHeld,
      );
    }
  });

  it("N13: names held sessions that were short of rounds", () => {
    expect(shortSessions(sessions).map(({ sessionId }) => sessionId)).toEqual(["2"]);
  });
});

describe("L9 quorum", () => {
  it.each([
    [19, 30, false, 20],
    [20, 30, true, 20],
    [21, 31, true, 21],
    [20, 31, false, 21],
    [0, 1, false, 1],
    [1, 1, true, 1],
  ])("%i of %i: %s", (present, roster, met, required) => {
    expect(quorum({ present, roster, notObservable: 0 })).toMatchObject({ met, required, uncertain: false });
  });

  it("agrees with exact fractions on every small roster", () => {
    for (let roster = 1; roster <= 60; roster += 1) {
      for (let present = 0; present <= roster; present += 1) {
        const verdict = quorum({ present, roster, notObservable: 0 });
        expect(verdict.met).toBe(BigInt(present) * 3n >= BigInt(roster) * 2n);
        expect(verdict.met).toBe(present >= verdict.required);
      }
    }
  });

  it("shows people it could not observe apart", () => {
    expect(quorum({ present: 18, roster: 30, notObservable: 2 })).toMatchObject({
      met: false,
      uncertain: true,
    });
    expect(quorum({ present: 18, roster: 30, notObservable: 1 }).uncertain).toBe(false);
  });

  it("refuses an empty roster and fractions", () => {
    expect(() => quorum({ present: 0, roster: 0, notObservable: 0 })).toThrow(/ít nhất một học viên/);
    expect(() => quorum({ present: 1.5, roster: 3, notObservable: 0 })).toThrow(/số nguyên/);
  });
});
