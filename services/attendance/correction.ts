import type { MarkOutcome, RoundId, SessionOutcome, TraineeId } from "../types.ts";

interface Signed {
  traineeId: TraineeId;
  /** Who decided, as shown to people. */
  by: string;
  at: Date;
  why: string;
}

/** A person's decision on one round's mark, or on the whole session. The newest of each wins; none is ever overwritten. */
export type Correction =
  | (Signed & { roundId: RoundId; outcome: MarkOutcome })
  | (Signed & { roundId: null; outcome: SessionOutcome });

/** The person's newest word on a round's mark, or null. */
export function correctedMark(corrections: readonly Correction[], roundId: RoundId): MarkOutcome | null {
  const found = newest(corrections.filter((correction) => correction.roundId === roundId));
  return found === null ? null : (found.outcome as MarkOutcome);
}

/** The person's newest word on the session, or null. */
export function latestForSession(corrections: readonly Correction[]): Correction | null {
  return newest(corrections.filter((correction) => correction.roundId === null));
}

/** Of two made at the same instant the later in the list wins. */
function newest(corrections: readonly Correction[]): Correction | null {
  return corrections.reduce<Correction | null>(
    (best, next) => (best === null || next.at >= best.at ? next : best),
    null,
  );
}
