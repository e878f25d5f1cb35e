import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LocalDate, Rules, SessionId } from "../types.ts";
import { commitmentOf, verifyReveal } from "./commitment.ts";
import type { CommittedPlan, RevealedPlan } from "./commitment.ts";
import { frameOf } from "./frame.ts";
import { planCapture, replanAfterFailure } from "./plan-capture.ts";
import { planWords } from "./plan-words.ts";

const rules: Rules = {
  periodMinutes: 45,
  periodsPerSession: 4,
  breakMinutes: 20,
  shiftStarts: { morning: "08:00", afternoon: "14:00", evening: "19:30" },
  roundsPerSession: 2,
  minRoundSpacingMinutes: 20,
  edgeMarginMinutes: 5,
  breakMarginMinutes: 3,
  preflightMinutesBefore: 30,
  burst: { pictures: 3, spacingSeconds: 3 },
  minSightings: 1,
  retentionYears: 5,
  reportDaysBeforeExam: 3,
};
const frame = frameOf({
  day: "2026-11-23" as LocalDate,
  shift: "evening",
  startsAtLocal: null,
  zone: "Asia/Ho_Chi_Minh",
  rules,
});
const seedOf = (text: string | number) => createHash("sha256").update(String(text)).digest();
const committed = (seed: Uint8Array): CommittedPlan => ({
  sessionId: "s-1" as SessionId,
  planNo: 1,
  frame,
  rules,
  from: new Date("2026-11-22T20:00:00Z"),
  alreadyValid: [],
  seed,
});
const revealed = (seed: Uint8Array): RevealedPlan => {
  const plan = committed(seed);
  return { ...plan, commitment: commitmentOf(plan), rounds: planCapture(plan).rounds };
};
const codes = (plan: RevealedPlan) => verifyReveal(plan).differences.map(({ code }) => code);

describe("commitment and reveal", () => {
  it("N14: what was planned verifies, for any seed", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (seed) => {
        expect(verifyReveal(revealed(seed))).toEqual({ genuine: true, differences: [] });
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it("names a moved, a missing and an added round", () => {
    const plan = revealed(seedOf(1));
    const [first, second] = plan.rounds;
    if (!first || !second) throw new Error("two rounds expected");
    const later = { ...first, dueAt: new Date(first.dueAt.getTime() + 1000) };
    expect(codes({ ...plan, rounds: [later, second] })).toEqual(["reveal-round-moved"]);
    expect(codes({ ...plan, rounds: [first] })).toEqual(["reveal-round-missing"]);
    expect(codes({ ...plan, rounds: [first, second, { ...second, ordinal: 3 }] })).toEqual([
      "reveal-round-added",
    ]);
    expect(codes({ ...plan, rounds: [later, first, second] })).toEqual(["reveal-round-added"]);
  });

  it("detects an edit of any committed part", () => {
    const plan = revealed(seedOf(2));
    const edits: Partial<RevealedPlan>[] = [
      { planNo: 2 },
      { sessionId: "s-2" as SessionId },
      { from: new Date("2026-11-22T20:00:01Z") },
      { rules: { ...rules, edgeMarginMinutes: 6 } },
      { alreadyValid: [{ half: 1, dueAt: frame.startsAt }] },
      { frame: { ...frame, endsAt: new Date(frame.endsAt.getTime() + 1) } },
      { preferHalf: 2 },
      { seed: seedOf(3) },
    ];
    for (const edit of edits) {
      const verdict = verifyReveal({ ...plan, ...edit });
      expect(verdict.genuine).toBe(false);
      expect(verdict.differences[0]?.code).toBe("reveal-commitment-differs");
    }
    expect(codes({ ...plan, seed: new Uint8Array(8) })).toEqual(["reveal-seed-length"]);
  });

  it("ignores rules that do not shape a plan, and key order", () => {
    const plan = committed(seedOf(4));
    const otherRules: Rules = { ...rules, minSightings: 2, retentionYears: 10 };
    expect(commitmentOf({ ...plan, rules: otherRules })).toBe(commitmentOf(plan));
    expect(commitmentOf(Object.fromEntries(Object.entries(plan).reverse()) as unknown as CommittedPlan)).toBe(
      commitmentOf(plan),
    );
    expect(commitmentOf(plan)).toMatch(/^[0-9a-f]{64}$/);
  });

  it("covers a re-plan by its own commitment", () => {
    const [failed, pending] = revealed(seedOf(5)).rounds;
    if (!failed || !pending) throw new Error("two rounds expected");
    const seed = seedOf("replan");
    const replan = replanAfterFailure({
      sessionId: "s-1" as SessionId,
      frame,
      rules,
      now: new Date(failed.dueAt.getTime() + 30_000),
      failed,
      kept: [pending],
      seed,
    });
    const plan = { ...replan.input, planNo: 2, seed };
    expect(verifyReveal({ ...plan, commitment: commitmentOf(plan), rounds: replan.rounds }).genuine).toBe(
      true,
    );
  });

  it("has words in both languages for every reason", () => {
    const params = { half: 1, planned: 1, wanted: 2, bytes: 8, stored: "a", recomputed: "b", ordinal: 1 };
    for (const code of [
      "plan-no-time-left",
      "plan-half-missed",
      "plan-too-few-rounds",
      "reveal-seed-length",
      "reveal-commitment-differs",
      "reveal-round-moved",
      "reveal-round-missing",
      "reveal-round-added",
    ]) {
      const words = planWords({ code, params });
      expect(words?.vi).not.toMatch(/undefined/);
      expect(words?.en).not.toMatch(/undefined/);
    }
    expect(planWords({ code: "of-another-folder", params: {} })).toBeNull();
  });
});
