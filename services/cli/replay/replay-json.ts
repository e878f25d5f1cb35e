import { differenceOf } from "../../../workers/replay/difference.ts";
import type { SessionOutcome } from "../../types.ts";
import type { ReplayReport } from "./replay-report.ts";

/** The report for a program. */
export function replayJson({ course, pack, replayed, people, written }: ReplayReport) {
  return {
    course: course.code,
    pack,
    written,
    totals: totalsOf(replayed),
    sessions: replayed.map((one) => ({
      id: one.session.id,
      day: one.session.day,
      shift: one.session.shift,
      rules: one.rules.version,
      enrolledUntil: one.enrolledUntil.toISOString(),
      skipped: one.skipped,
      decision: one.decision,
      standing: one.decided.standing,
      reports: one.reports.map(({ kind, version }) => ({ kind, version })),
      changes: differenceOf(one).map((change) => ({
        ordinal: people.get(change.traineeId)?.ordinal ?? null,
        fullName: people.get(change.traineeId)?.fullName ?? null,
        ...change,
      })),
    })),
  };
}

export interface ReplayTotals {
  before: Record<SessionOutcome, number>;
  after: Record<SessionOutcome, number>;
}

/** Trainee-sessions by outcome, as written before and as they would be; sessions not decided anew count the same twice. */
export function totalsOf(replayed: ReplayReport["replayed"]): ReplayTotals {
  const none = { present: 0, absent: 0, excused: 0, "not-observable": 0, review: 0 };
  const totals: ReplayTotals = { before: { ...none }, after: { ...none } };
  for (const { before, after, skipped } of replayed) {
    for (const { outcome } of before) totals.before[outcome] += 1;
    for (const { outcome } of skipped === null ? after : before) totals.after[outcome] += 1;
  }
  return totals;
}
