import { createHash } from "node:crypto";
import { canonicalJson } from "../canonical-json.ts";
import type { PlannedRound, Reason } from "../types.ts";
import type { PlanRules } from "./allowed-instants.ts";
import { seedBytes } from "./drbg.ts";
import { planCapture } from "./plan-capture.ts";
import type { PlanInput } from "./plan-capture.ts";

export interface CommittedPlan extends PlanInput {
  /** 1 for a session's first plan, then one more at each re-plan. */
  planNo: number;
  seed: Uint8Array;
}

/** Canonical JSON of everything a plan was made from, its seed included: what the commitment is the hash of. */
export function planStatement(plan: CommittedPlan): string {
  return canonicalJson({
    scheme: "siso-capture-plan-1",
    sessionId: plan.sessionId,
    planNo: plan.planNo,
    frame: plan.frame,
    rules: planRules(plan.rules),
    from: plan.from,
    alreadyValid: plan.alreadyValid.map(({ half, dueAt }) => ({ half, dueAt })),
    preferHalf: plan.preferHalf ?? null,
    seed: Buffer.from(plan.seed).toString("hex"),
  });
}

/**
 * Hex SHA-256 over the canonical JSON (sorted keys, no spaces, UTC instants) of everything a plan was made from, its seed included.
 * Stored when the plan is made, so that the times cannot be chosen afterwards; 256 secret bits keep it from giving them away.
 */
export function commitmentOf(plan: CommittedPlan): string {
  return createHash("sha256").update(planStatement(plan), "utf8").digest("hex");
}

export interface RevealedPlan extends CommittedPlan {
  /** As stored when the plan was made. */
  commitment: string;
  rounds: readonly PlannedRound[];
}

export interface RevealVerdict {
  genuine: boolean;
  /** Words in `plan-words.ts`. */
  differences: Reason[];
}

/** Recomputes commitment and instants from the revealed seed and names every difference from what was stored. */
export function verifyReveal(plan: RevealedPlan): RevealVerdict {
  if (plan.seed.length !== seedBytes) {
    return {
      genuine: false,
      differences: [{ code: "reveal-seed-length", params: { bytes: plan.seed.length } }],
    };
  }
  const recomputed = commitmentOf(plan);
  const differences = roundDifferences(plan.rounds, planCapture(plan).rounds);
  if (recomputed !== plan.commitment) {
    differences.unshift({
      code: "reveal-commitment-differs",
      params: { stored: plan.commitment, recomputed },
    });
  }
  return { genuine: differences.length === 0, differences };
}

function roundDifferences(stored: readonly PlannedRound[], expected: readonly PlannedRound[]): Reason[] {
  const byOrdinal = new Map(stored.map((round) => [round.ordinal, round]));
  const missingOrMoved = expected.flatMap((round) => differenceOf(byOrdinal.get(round.ordinal), round));
  const known = new Set(expected.map((round) => round.ordinal));
  const added = stored
    .filter((round, index) => !known.has(round.ordinal) || byOrdinal.get(round.ordinal) !== stored[index])
    .map((round) => ({
      code: "reveal-round-added",
      params: { ordinal: round.ordinal, stored: round.dueAt.toISOString() },
    }));
  return [...missingOrMoved, ...added];
}

function differenceOf(stored: PlannedRound | undefined, expected: PlannedRound): Reason[] {
  const params = { ordinal: expected.ordinal, recomputed: expected.dueAt.toISOString() };
  if (stored === undefined) return [{ code: "reveal-round-missing", params }];
  const same = stored.dueAt.getTime() === expected.dueAt.getTime() && stored.half === expected.half;
  if (same) return [];
  return [{ code: "reveal-round-moved", params: { ...params, stored: stored.dueAt.toISOString() } }];
}

/** Rules that do not shape a plan may be added to or changed without breaking old commitments. */
function planRules(rules: PlanRules): PlanRules {
  const { roundsPerSession, minRoundSpacingMinutes, edgeMarginMinutes, breakMarginMinutes, burst } = rules;
  const { pictures, spacingSeconds } = burst;
  return {
    roundsPerSession,
    minRoundSpacingMinutes,
    edgeMarginMinutes,
    breakMarginMinutes,
    burst: { pictures, spacingSeconds },
  };
}
