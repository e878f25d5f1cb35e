import type { AllowedInstant, Half } from "./allowed-instants.ts";
import type { Draw } from "./drbg.ts";

export interface SampleRequest {
  /** Ascending. */
  allowed: readonly AllowedInstant[];
  count: number;
  /** Halves that must hold at least one of the rounds. */
  cover: readonly Half[];
  spacingSeconds: number;
}

/**
 * Chooses `count` instants exactly uniformly among all feasible choices (spacing kept, halves covered), or null when there is none.
 * The choices are counted, one rank is drawn and turned back into its choice, so nothing is retried and no part of the
 * teaching time is favoured. Covering a half means the first round lies in half 1, or the last in half 2.
 */
export function sampleInstants(request: SampleRequest, draw: Draw): AllowedInstant[] | null {
  const after = firstAfterSpacing(request.allowed, request.spacingSeconds);
  const suffixes = countChoices(request, after);
  const total = suffixes[0]?.[0] ?? 0n;
  if (total === 0n) return null;
  return choiceAt(draw(total), request.allowed, suffixes, after);
}

/** For each instant, the index of the earliest one that keeps the spacing. */
function firstAfterSpacing(allowed: readonly AllowedInstant[], spacingSeconds: number): number[] {
  let next = 0;
  return allowed.map(({ second }) => {
    while (next < allowed.length && (allowed[next]?.second ?? 0) < second + spacingSeconds) next += 1;
    return next;
  });
}

/** `suffixes[k][i]`: number of feasible ways to place rounds k… with round k at instant i or later. */
function countChoices(request: SampleRequest, after: readonly number[]): bigint[][] {
  const suffixes: bigint[][] = [];
  for (let k = request.count - 1; k >= 0; k -= 1) {
    suffixes[k] = suffixOf(k, request, after, suffixes[k + 1] ?? null);
  }
  return suffixes;
}

function suffixOf(
  k: number,
  { allowed, count, cover }: SampleRequest,
  after: readonly number[],
  following: readonly bigint[] | null,
): bigint[] {
  const mustBeFirstHalf = k === 0 && cover.includes(1);
  const mustBeSecondHalf = k === count - 1 && cover.includes(2);
  const suffix = Array.from({ length: allowed.length + 1 }, () => 0n);
  for (let i = allowed.length - 1; i >= 0; i -= 1) {
    const half = allowed[i]?.half;
    const barred = (mustBeFirstHalf && half !== 1) || (mustBeSecondHalf && half !== 2);
    const ways = barred ? 0n : following === null ? 1n : (following[after[i] ?? 0] ?? 0n);
    suffix[i] = (suffix[i + 1] ?? 0n) + ways;
  }
  return suffix;
}

function choiceAt(
  rank: bigint,
  allowed: readonly AllowedInstant[],
  suffixes: readonly bigint[][],
  after: readonly number[],
): AllowedInstant[] {
  const chosen: AllowedInstant[] = [];
  let start = 0;
  let left = rank;
  for (const suffix of suffixes) {
    const remaining = (suffix[start] ?? 0n) - left;
    const index = lastAtLeast(suffix, start, remaining);
    left = (suffix[index] ?? 0n) - remaining;
    start = after[index] ?? allowed.length;
    chosen.push(allowed[index] as AllowedInstant);
  }
  return chosen;
}

/** Largest index ≥ `start` whose value is at least `least`; `suffix` never rises. */
function lastAtLeast(suffix: readonly bigint[], start: number, least: bigint): number {
  let low = start;
  let high = suffix.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((suffix[middle] ?? 0n) >= least) low = middle;
    else high = middle - 1;
  }
  return low;
}
