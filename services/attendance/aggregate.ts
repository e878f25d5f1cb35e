import type { SessionId, SessionOutcome, TraineeId } from "../types.ts";
import type { SessionAttendance, TraineeAttendance } from "./attend-session.ts";

export interface AttendedSession {
  sessionId: SessionId;
  /** False for a cancelled session: denominators stay unchanged (L6). */
  held: boolean;
  attendance: SessionAttendance;
}

/** N17, one trainee. `present + excused + unexcused + notObservable + toReview = sessionsHeld`; off-seat sessions are among the present. */
export interface TraineeTotals {
  sessionsHeld: number;
  present: number;
  excused: number;
  unexcused: number;
  notObservable: number;
  toReview: number;
  offSeat: number;
  /** Sessions in which a person's correction stands, on the session or on a round of it. */
  corrected: number;
}

export const noTotals: TraineeTotals = {
  sessionsHeld: 0,
  present: 0,
  excused: 0,
  unexcused: 0,
  notObservable: 0,
  toReview: 0,
  offSeat: 0,
  corrected: 0,
};

const columnOf: Record<SessionOutcome, keyof TraineeTotals> = {
  present: "present",
  excused: "excused",
  absent: "unexcused",
  "not-observable": "notObservable",
  review: "toReview",
};

/** Totals of each trainee over the held sessions whose roster named them. */
export function aggregateTrainees(sessions: readonly AttendedSession[]): Map<TraineeId, TraineeTotals> {
  const totals = new Map<TraineeId, TraineeTotals>();
  for (const session of sessions.filter((session) => session.held)) {
    for (const one of session.attendance.trainees) {
      totals.set(one.traineeId, addTotals(totals.get(one.traineeId) ?? noTotals, totalsOf(one)));
    }
  }
  return totals;
}

/** One trainee in one session, as totals of one session. */
export function totalsOf(one: TraineeAttendance): TraineeTotals {
  const column = columnOf[one.outcome];
  return {
    ...noTotals,
    sessionsHeld: 1,
    [column]: 1,
    offSeat: Number(one.outcome === "present" && one.seating === "off-seat"),
    corrected: Number(one.correction !== null || one.correctedRounds > 0),
  };
}

export function addTotals(a: TraineeTotals, b: TraineeTotals): TraineeTotals {
  const keys = Object.keys(noTotals) as (keyof TraineeTotals)[];
  return Object.fromEntries(keys.map((key) => [key, a[key] + b[key]])) as unknown as TraineeTotals;
}

/** N13: held sessions with fewer valid rounds than the rules ask for. */
export function shortSessions(sessions: readonly AttendedSession[]): AttendedSession[] {
  return sessions.filter((session) => session.held && session.attendance.shortfall !== null);
}
