import type { Interval, Rules, SessionFrame } from "../types.ts";

export type Half = 1 | 2;

/** One second in which a round may be due. */
export interface AllowedInstant {
  /** Seconds since the epoch. */
  second: number;
  half: Half;
}

/** The rules a capture plan depends on. */
export type PlanRules = Pick<
  Rules,
  "roundsPerSession" | "minRoundSpacingMinutes" | "edgeMarginMinutes" | "breakMarginMinutes" | "burst"
>;

/** The two halves of a session, without the break; a session without one is cut between its periods (or mid-period). */
export function halvesOf(frame: SessionFrame): [Interval, Interval] {
  const cut = frame.break ?? cutOf(frame);
  return [
    { startsAt: frame.startsAt, endsAt: cut.startsAt },
    { startsAt: cut.endsAt, endsAt: frame.endsAt },
  ];
}

function cutOf(frame: SessionFrame): Interval {
  const middle = (frame.startsAt.getTime() + frame.endsAt.getTime()) / 2;
  const second =
    frame.periods.length > 1 ? frame.periods[Math.ceil(frame.periods.length / 2)]?.startsAt : undefined;
  const at = second ?? new Date(middle);
  return { startsAt: at, endsAt: at };
}

/**
 * Every second at which a round may start, in order: inside teaching time, clear of its edges and of the break by the
 * margins, early enough for the whole burst, not before `from`, and at least the minimum spacing from the rounds kept.
 */
export function allowedInstants(
  frame: SessionFrame,
  rules: PlanRules,
  from: Date,
  kept: readonly { dueAt: Date }[],
): AllowedInstant[] {
  const spacing = spacingSeconds(rules);
  const taken = kept.map((round) => round.dueAt.getTime() / 1000);
  const [first, second] = halvesOf(frame);
  const inner = frame.break === null ? 0 : rules.breakMarginMinutes;
  const all = [
    ...secondsOf(first, rules.edgeMarginMinutes, inner, rules, from, 1),
    ...secondsOf(second, inner, rules.edgeMarginMinutes, rules, from, 2),
  ];
  return all.filter(({ second }) => taken.every((other) => Math.abs(other - second) >= spacing));
}

/** Two rounds are never the same second, whatever the rules say. */
export function spacingSeconds(rules: Pick<Rules, "minRoundSpacingMinutes">): number {
  return Math.max(1, Math.ceil(rules.minRoundSpacingMinutes * 60));
}

function secondsOf(
  half: Interval,
  marginBefore: number,
  marginAfter: number,
  rules: PlanRules,
  from: Date,
  number: Half,
): AllowedInstant[] {
  const burstSeconds = Math.max(0, rules.burst.pictures - 1) * rules.burst.spacingSeconds;
  const opens = half.startsAt.getTime() / 1000 + marginBefore * 60;
  const first = Math.ceil(Math.max(opens, from.getTime() / 1000));
  const last = Math.floor(half.endsAt.getTime() / 1000 - Math.max(1, marginAfter * 60, burstSeconds));
  const length = Math.max(0, last - first + 1);
  return Array.from({ length }, (_, index) => ({ second: first + index, half: number }));
}
