import { join } from "node:path";
import { execa } from "execa";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { describeWith } from "../../../fixtures/describe-with.ts";
import { defaultInstitution } from "../../../config/institution.ts";
import { planStatement } from "../../timetable/commitment.ts";
import { frameOf } from "../../timetable/frame.ts";
import { planCapture, type PlanInput } from "../../timetable/plan-capture.ts";
import type { LocalDate, SessionId } from "../../types.ts";

const verifier = join(import.meta.dirname, "verify.py");
const { rules } = defaultInstitution;

/** Sessions of all lengths, planned early or under way, first plans and replacements. */
const inputs: fc.Arbitrary<PlanInput & { seed: Uint8Array }> = fc
  .record({
    id: fc.uuid(),
    seed: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    periods: fc.integer({ min: 1, max: 4 }),
    breakMinutes: fc.integer({ min: 0, max: 20 }),
    rounds: fc.integer({ min: 1, max: 4 }),
    spacing: fc.constantFrom(0, 0.5, 7, 20, 45.25),
    edge: fc.integer({ min: 0, max: 15 }),
    lateMs: fc.integer({ min: -3_600_000, max: 11_000_000 }),
    kept: fc.array(fc.record({ half: fc.constantFrom<1 | 2>(1, 2), ms: fc.nat(10_000_000) }), {
      maxLength: 2,
    }),
    preferHalf: fc.constantFrom(null, 1 as const, 2 as const),
    burst: fc.record({
      pictures: fc.integer({ min: 1, max: 5 }),
      spacingSeconds: fc.integer({ min: 0, max: 30 }),
    }),
  })
  .map((one) => {
    const ours = { ...rules, periodsPerSession: one.periods, breakMinutes: one.breakMinutes };
    const frame = frameOf({
      day: "2026-09-07" as LocalDate,
      shift: "morning",
      startsAtLocal: null,
      zone: "Asia/Ho_Chi_Minh",
      rules: ours,
    });
    const from = new Date(frame.startsAt.getTime() + one.lateMs);
    const alreadyValid = one.kept.map(({ half, ms }) => ({
      half,
      dueAt: new Date(frame.startsAt.getTime() + ms),
    }));
    const planRules = {
      ...ours,
      roundsPerSession: one.rounds,
      minRoundSpacingMinutes: one.spacing,
      edgeMarginMinutes: one.edge,
      burst: one.burst,
    };
    const { preferHalf, seed } = one;
    return { sessionId: one.id as SessionId, frame, rules: planRules, from, alreadyValid, preferHalf, seed };
  });

describeWith(["python3"], "the auditor's own draw", () => {
  test("N14: gives the very instants of the service for any seed, session and rules", async () => {
    const plans = fc.sample(inputs, { numRuns: 250, seed: 20_261_122 });
    const input = plans.map((plan) => `${planStatement({ ...plan, planNo: 1 })}\n`).join("");
    const { stdout } = await execa("python3", [verifier, "--instants"], { input });
    const drawn = stdout.split("\n").map((line) => JSON.parse(line) as number[]);
    const expected = plans.map((plan) => planCapture(plan).rounds.map(({ dueAt }) => dueAt.getTime()));
    expect(drawn).toEqual(expected);
    expect(expected.filter((instants) => instants.length >= 2).length).toBeGreaterThan(50);
    expect(expected.filter((instants) => instants.length === 0).length).toBeGreaterThan(0);
  });
});
