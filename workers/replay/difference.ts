import { sameMark } from "../../services/rollcall/same-decision.ts";
import type { MarkOutcome, Reason, SessionOutcome, TraineeId } from "../../services/types.ts";
import type { ReplayedSession } from "./replay-session.ts";

/** What a replay changes of one trainee in one session. */
export interface TraineeDifference {
  traineeId: TraineeId;
  outcome: { before: SessionOutcome; after: SessionOutcome };
  /** What the marks alone give, beside a person's word. */
  machine: { before: SessionOutcome; after: SessionOutcome };
  /** A person decided this outcome; it stands whatever the marks say now. */
  corrected: boolean;
  /** Marks that say something new; `round` counts the session's rounds from 1. */
  marks: { round: number; before: MarkOutcome | null; after: MarkOutcome; reasons: Reason[] }[];
  /** Why the outcome is what it would be. */
  reasons: Reason[];
}

/** Only trainees something changes for; the same inputs give none. */
export function differenceOf({ before, after, decided }: ReplayedSession): TraineeDifference[] {
  return after.flatMap((one) => {
    const old = before.find(({ traineeId }) => traineeId === one.traineeId);
    const marks = decided.rounds.flatMap(({ written, decision }, index) => {
      const now = decision.marks.find(({ traineeId }) => traineeId === one.traineeId);
      const was = written.find(({ traineeId }) => traineeId === one.traineeId);
      if (now === undefined || (was !== undefined && sameMark(was, now))) return [];
      return [{ round: index + 1, before: was?.outcome ?? null, after: now.outcome, reasons: now.reasons }];
    });
    const outcome = { before: old?.outcome ?? "not-observable", after: one.outcome };
    const machine = { before: old?.machineOutcome ?? "not-observable", after: one.machineOutcome };
    const same = outcome.before === outcome.after && machine.before === machine.after;
    if (same && marks.length === 0) return [];
    const { traineeId, correction, reasons } = one;
    return [{ traineeId, outcome, machine, corrected: correction !== null, marks, reasons }];
  });
}

/** Faces of nobody on the roster that a round shows otherwise than before. */
export function otherFaces({ decided }: ReplayedSession): number {
  return decided.rounds.filter(
    ({ changed, written, decision }) =>
      changed &&
      decision.marks.every((mark) => {
        const was = written.find(({ traineeId }) => traineeId === mark.traineeId);
        return was !== undefined && sameMark(was, mark);
      }),
  ).length;
}
