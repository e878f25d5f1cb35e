import { SisoError } from "../errors.ts";
import type { PlannedRound, Reason, SessionFrame, SessionId } from "../types.ts";
import { allowedInstants, spacingSeconds } from "./allowed-instants.ts";
import type { AllowedInstant, Half, PlanRules } from "./allowed-instants.ts";
import { drawsFrom } from "./drbg.ts";
import type { Draw } from "./drbg.ts";
import { sampleInstants } from "./sample-instants.ts";

/** A round that stays as it is: captured and valid, or still to come. */
export type KeptRound = Pick<PlannedRound, "half" | "dueAt">;

/** All a plan is made of, but for its secret seed. */
export interface PlanInput {
  sessionId: SessionId;
  frame: SessionFrame;
  rules: PlanRules;
  /** No round is due before this instant. */
  from: Date;
  alreadyValid: readonly KeptRound[];
  /** Half a re-planned round should stay in when there is time; null for a first plan. */
  preferHalf?: Half | null;
}

export interface CapturePlan {
  /** Ordered by time; ordinals start at 1. */
  rounds: PlannedRound[];
  /** What the rules ask for and time no longer allows; words in `plan-words.ts`. */
  shortfall: Reason | null;
}

/**
 * Secret times of a session's rounds, expanded from 32 secret bytes: at least `roundsPerSession` in all and one in each half,
 * uniform over everything the rules allow (N Đ6 "bất kỳ thời điểm nào"), whole seconds. A session under way is planned for what
 * is left of it. The same input and seed give the same plan, so revealing the seed proves the times. Throws `input-invalid`.
 */
export function planCapture(input: PlanInput & { seed: Uint8Array }): CapturePlan {
  checkRounds(input.rules.roundsPerSession);
  const missing = ([1, 2] as const).filter(
    (half) => !input.alreadyValid.some((round) => round.half === half),
  );
  const wanted = Math.max(input.rules.roundsPerSession - input.alreadyValid.length, missing.length);
  if (wanted === 0) return { rounds: [], shortfall: null };
  const allowed = allowedInstants(input.frame, input.rules, input.from, input.alreadyValid);
  const draw = drawsFrom(input.seed, `siso-capture-plan-1|${input.sessionId}`);
  const instants = firstFeasible(input, allowed, wanted, missing, draw);
  return {
    rounds: instants.map(({ second, half }, index) => ({
      ordinal: index + 1,
      half,
      dueAt: new Date(second * 1000),
    })),
    shortfall: shortfallOf(instants, wanted, missing),
  };
}

/** A round failed at `now`; `kept` are the session's other rounds, valid or still to come. */
export interface FailedRound {
  sessionId: SessionId;
  frame: SessionFrame;
  rules: PlanRules;
  now: Date;
  failed: KeptRound;
  kept: readonly KeptRound[];
}

/** A camera that just failed gets this long to come back, and retries stay few. */
export const recoveryMinutes = 2;

/**
 * The plan that replaces a failed round: same half while time is left, else the other half, else a shortfall. Its seed must be
 * fresh. The returned `input` is what its commitment is made over.
 */
export function replanAfterFailure(
  failure: FailedRound & { seed: Uint8Array },
): CapturePlan & { input: PlanInput } {
  const { sessionId, frame, rules, now, failed, kept, seed } = failure;
  const input = { sessionId, frame, rules, alreadyValid: kept, preferHalf: failed.half };
  const rested = { ...input, from: new Date(now.getTime() + recoveryMinutes * 60_000) };
  const plan = planCapture({ ...rested, seed });
  if (plan.shortfall === null) return { ...plan, input: rested };
  const atOnce = { ...input, from: now };
  const hurried = planCapture({ ...atOnce, seed });
  return better(hurried, plan) ? { ...hurried, input: atOnce } : { ...plan, input: rested };
}

function better(one: CapturePlan, other: CapturePlan): boolean {
  return one.shortfall === null || one.rounds.length > other.rounds.length;
}

/** Covering both halves comes first, then the number of rounds. */
function firstFeasible(
  input: PlanInput,
  allowed: readonly AllowedInstant[],
  wanted: number,
  missing: readonly Half[],
  draw: Draw,
): AllowedInstant[] {
  const spacing = spacingSeconds(input.rules);
  for (const { count, cover } of attempts(wanted, missing, input.preferHalf ?? null)) {
    const found = sampleInstants({ allowed, count, cover, spacingSeconds: spacing }, draw);
    if (found !== null) return found;
  }
  return [];
}

interface Attempt {
  count: number;
  cover: readonly Half[];
}

function attempts(wanted: number, missing: readonly Half[], preferred: Half | null): Attempt[] {
  const counts = Array.from({ length: wanted }, (_, index) => wanted - index);
  const withPreferred = preferred === null ? missing : [...new Set([...missing, preferred])];
  const covers = withPreferred.length <= wanted ? [withPreferred, missing] : [missing];
  const strict = covers.flatMap((cover) =>
    counts.filter((count) => count >= cover.length).map((count) => ({ count, cover })),
  );
  const relaxed = counts.flatMap((count) => {
    const single: readonly Half[][] = missing.length > 1 ? [[2], [1], []] : [[]];
    return single.map((cover) => ({ count, cover }));
  });
  return [...strict, ...relaxed];
}

function shortfallOf(
  instants: readonly AllowedInstant[],
  wanted: number,
  missing: readonly Half[],
): Reason | null {
  const params = { planned: instants.length, wanted };
  if (instants.length === 0) return { code: "plan-no-time-left", params };
  const missed = missing.find((half) => !instants.some((instant) => instant.half === half));
  if (missed !== undefined) return { code: "plan-half-missed", params: { ...params, half: missed } };
  return instants.length < wanted ? { code: "plan-too-few-rounds", params } : null;
}

function checkRounds(rounds: number): void {
  if (Number.isInteger(rounds) && rounds >= 1) return;
  throw new SisoError("input-invalid", {
    vi: `roundsPerSession: ${rounds} không hợp lệ, cần số nguyên từ 1 trở lên (N Đ6: tối thiểu 2 lần mỗi buổi).`,
    en: `roundsPerSession: ${rounds} is not valid, expected a whole number of at least 1 (N Đ6: at least 2 a session).`,
  });
}
