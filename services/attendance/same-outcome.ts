import type { MarkId, Reason, SessionOutcome } from "../types.ts";
import type { TraineeAttendance } from "./attend-session.ts";

/** A trainee's outcome of a session as it was written. */
export interface WrittenOutcome {
  outcome: SessionOutcome;
  machineOutcome: SessionOutcome;
  seating: TraineeAttendance["seating"];
  reasons: readonly Reason[];
  markIds: readonly MarkId[];
}

/** Nothing to be written: the row says all that would be said now. */
export function sameOutcome(written: WrittenOutcome, now: TraineeAttendance): boolean {
  return (
    written.outcome === now.outcome &&
    written.machineOutcome === now.machineOutcome &&
    written.seating === now.seating &&
    keyOf(written.reasons, written.markIds) === keyOf(now.reasons, now.evidence)
  );
}

/** The order of a reason's parameters is the database's. */
function keyOf(reasons: readonly Reason[], marks: readonly MarkId[]): string {
  const said = reasons.map(({ code, params }) => [
    code,
    Object.keys(params)
      .toSorted()
      .map((name) => [name, params[name]]),
  ]);
  return JSON.stringify([said, marks.toSorted()]);
}
