import type { MarkOutcome, RoundId, SessionOutcome, TraineeId } from "../types.ts";

interface Signed {
  id: string;
  traineeId: TraineeId;
  /** Who decided, as shown to people. */
  by: string;
  at: Date;
  why: string;
}

/** A person's decision on one round's mark, or on the whole session. The newest that stands wins; none is ever overwritten. */
export type Correction =
  | (Signed & { roundId: RoundId; outcome: MarkOutcome })
  | (Signed & { roundId: null; outcome: SessionOutcome });

/** Takes back one decision and decides nothing itself: what stood before counts again, and in the end the machine's mark. */
export interface Withdrawal extends Signed {
  roundId: RoundId | null;
  outcome: null;
  /** The id of the decision. */
  withdraws: string;
}

/** What people said, in the order in which they said it. */
export type PersonsWord = Correction | Withdrawal;

/** The decisions nobody took back, in their order. */
export function standing(words: readonly PersonsWord[]): Correction[] {
  const gone = withdrawn(words);
  return words.filter((word): word is Correction => word.outcome !== null && !gone.has(word.id));
}

/** Ids of the decisions that were taken back. */
export function withdrawn(words: readonly PersonsWord[]): Set<string> {
  return new Set(words.flatMap((word) => (word.outcome === null ? [word.withdraws] : [])));
}

/** The person's newest standing word on a round's mark, or null. */
export function correctedMark(words: readonly PersonsWord[], roundId: RoundId): MarkOutcome | null {
  const found = newest(words.filter((word) => word.roundId === roundId));
  return found === null ? null : (found.outcome as MarkOutcome);
}

/** The person's newest standing word on the session, or null. */
export function latestForSession(words: readonly PersonsWord[]): Correction | null {
  return newest(words.filter((word) => word.roundId === null));
}

function newest(words: readonly PersonsWord[]): Correction | null {
  return standing(words).at(-1) ?? null;
}
