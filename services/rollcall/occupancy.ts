import type { SeatDifference } from "../ports.ts";
import type { SeatOccupancy } from "./round-input.ts";
import { seatKey } from "./seats.ts";

/**
 * Logistic reading of a seat's difference from the empty room. In a rendered room empty seats differ by .00 and taken ones
 * by .44 or more (head) and .33 or more (body); real rooms were never measured (docs/accuracy.md). Part of every mark's decision
 * version.
 */
export const occupancyConstants = { INTERCEPT: -3.5, PER_HEAD: 9, PER_BODY: 9 };
const { INTERCEPT, PER_HEAD, PER_BODY } = occupancyConstants;

/**
 * How likely each seat is taken, from every picture of one camera's burst compared with the empty room: the median
 * picture decides, so that somebody who walks through one picture takes no seat.
 */
export function occupancyOf(pictures: readonly (readonly SeatDifference[])[]): SeatOccupancy[] {
  const seen = new Map<string, { seat: SeatDifference; logits: number[] }>();
  for (const difference of pictures.flat()) {
    const key = seatKey(difference);
    const entry = seen.get(key) ?? { seat: difference, logits: [] };
    entry.logits.push(takenLogit(difference));
    seen.set(key, entry);
  }
  return [...seen.values()].map(({ seat, logits }) => ({
    row: seat.row,
    column: seat.column,
    probability: 1 / (1 + Math.exp(-median(logits))),
  }));
}

/** A body wholly behind a nearer sitter says nothing, so the head speaks for it. */
function takenLogit({ headChanged, bodyChanged }: SeatDifference): number {
  return INTERCEPT + PER_HEAD * headChanged + PER_BODY * (bodyChanged ?? headChanged);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
