import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Interval, LocalDate, Rules, SessionId } from "../types.ts";
import { allowedInstants, halvesOf } from "./allowed-instants.ts";
import { drawsFrom } from "./drbg.ts";
import { frameOf } from "./frame.ts";
import { planCapture, replanAfterFailure } from "./plan-capture.ts";
import type { KeptRound } from "./plan-capture.ts";
import { sampleInstants } from "./sample-instants.ts";

const base: Rules = {
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
const sessionId = "session-1" as SessionId;
const frameWith = (rules: Rules) =>
  frameOf({
    day: "2026-11-23" as LocalDate,
    shift: "morning",
    startsAtLocal: null,
    zone: "Asia/Ho_Chi_Minh",
    rules,
  });
const frame = frameWith(base);
const seedOf = (text: string | number) => createHash("sha256").update(String(text)).digest();
const at = (clock: string) => new Date(`2026-11-23T${clock}+07:00`);
const early = at("00:00:00");
const plan = (over: Partial<Parameters<typeof planCapture>[0]> = {}) =>
  planCapture({
    sessionId,
    frame,
    rules: base,
    from: early,
    seed: seedOf(1),
    alreadyValid: [],
    ...over,
  });

const rulesArbitrary = fc
  .record({
    roundsPerSession: fc.integer({ min: 1, max: 5 }),
    minRoundSpacingMinutes: fc.integer({ min: 0, max: 60 }),
    edgeMarginMinutes: fc.integer({ min: 0, max: 30 }),
    breakMarginMinutes: fc.integer({ min: 0, max: 20 }),
    breakMinutes: fc.integer({ min: 0, max: 20 }),
    periodsPerSession: fc.integer({ min: 1, max: 4 }),
  })
  .map((some): Rules => ({ ...base, ...some }));

describe("capture plan", () => {
  it("N13, N14, L2, L7: thousands of sessions keep every rule", { timeout: 120_000 }, () => {
    const run = fc.property(
      rulesArbitrary,
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.integer({ min: -60, max: 210 }),
      (rules, seed, minutesIn) => {
        const frame = frameWith(rules);
        const from = new Date(frame.startsAt.getTime() + minutesIn * 60_000);
        const { rounds, shortfall } = planCapture({
          sessionId,
          frame,
          rules,
          from,
          seed,
          alreadyValid: [],
        });
        const burstMs = 6000;
        const [first, second] = halvesOf(frame);
        for (const [index, { dueAt, half, ordinal }] of rounds.entries()) {
          const due = dueAt.getTime();
          const own = half === 1 ? first : second;
          expect(ordinal).toBe(index + 1);
          expect(due).toBeGreaterThanOrEqual(Math.max(from.getTime(), own.startsAt.getTime()));
          expect(due + burstMs).toBeLessThanOrEqual(own.endsAt.getTime());
          expect(due - frame.startsAt.getTime()).toBeGreaterThanOrEqual(rules.edgeMarginMinutes * 60_000);
          expect(frame.endsAt.getTime() - due).toBeGreaterThanOrEqual(rules.edgeMarginMinutes * 60_000);
          expect(touches(dueAt, frame.break, rules.breakMarginMinutes * 60_000)).toBe(false);
          const previousMs = rounds[index - 1]?.dueAt.getTime() ?? -Infinity;
          expect(due - previousMs).toBeGreaterThanOrEqual(
            Math.max(1000, rules.minRoundSpacingMinutes * 60_000),
          );
        }
        const halves = new Set(rounds.map(({ half }) => half));
        const complete = halves.size === 2 && rounds.length >= Math.max(2, rules.roundsPerSession);
        expect(shortfall === null).toBe(complete);
      },
    );
    fc.assert(run, { numRuns: 1200, seed: 20261122 });
  });

  it("N14: 1 000 default sessions, both halves covered, none in the break", { timeout: 120_000 }, () => {
    for (let index = 0; index < 1000; index += 1) {
      const { rounds, shortfall } = plan({ seed: seedOf(index) });
      expect(shortfall).toBeNull();
      expect(rounds.map(({ half }) => half)).toEqual([1, 2]);
      expect(rounds.some(({ dueAt }) => dueAt > at("09:27:00") && dueAt < at("09:53:00"))).toBe(false);
    }
  });

  it(
    "N14: each half's time is uniform over the half (chi-square and Kolmogorov–Smirnov)",
    { timeout: 120_000 },
    () => {
      const samples = 1500;
      const rounds = Array.from(
        { length: samples },
        (_, index) => plan({ seed: seedOf(`u${index}`) }).rounds,
      );
      const windows = [
        [at("08:05:00").getTime(), at("09:27:00").getTime()],
        [at("09:53:00").getTime(), at("11:15:00").getTime()],
      ] as const;
      for (const [index, [opens, closes]] of windows.entries()) {
        const units = rounds.map(
          (pair) => ((pair[index]?.dueAt.getTime() ?? 0) - opens + 500) / (closes - opens + 1000),
        );
        expect(units.every((unit) => unit > 0 && unit < 1)).toBe(true);
        expect(kolmogorovSmirnov(units)).toBeLessThan(1.95 / Math.sqrt(samples)); // 0.1 % level
        expect(chiSquare(units, 20)).toBeLessThan(43.82); // 19 degrees of freedom, 0.1 % level
      }
      const correlation = pearson(
        rounds.map((pair) => Number(pair[0]?.dueAt)),
        rounds.map((pair) => Number(pair[1]?.dueAt)),
      );
      expect(Math.abs(correlation)).toBeLessThan(3.29 / Math.sqrt(samples)); // 0.1 % level: one half tells nothing of the other
    },
  );

  it("is deterministic by seed and session, and differs otherwise", () => {
    expect(plan()).toEqual(plan());
    expect(plan({ seed: seedOf(2) }).rounds).not.toEqual(plan().rounds);
    expect(plan({ sessionId: "session-2" as SessionId }).rounds).not.toEqual(plan().rounds);
  });

  it("plans what is left of a session under way, and says when a half is over", () => {
    const midFirst = plan({ from: at("09:00:00") });
    expect(midFirst.shortfall).toBeNull();
    expect(midFirst.rounds.every(({ dueAt }) => dueAt >= at("09:00:00"))).toBe(true);
    const inBreak = plan({ from: at("09:40:00") });
    expect(inBreak.rounds.map(({ half }) => half)).toEqual([2, 2]);
    expect(inBreak.shortfall).toEqual({
      code: "plan-half-missed",
      params: { half: 1, planned: 2, wanted: 2 },
    });
    const nearEnd = plan({ from: at("11:10:00") });
    expect(nearEnd.rounds).toHaveLength(1);
    expect(nearEnd.shortfall?.params).toEqual({ half: 1, planned: 1, wanted: 2 });
    expect(plan({ from: at("11:15:01") })).toEqual({
      rounds: [],
      shortfall: { code: "plan-no-time-left", params: { planned: 0, wanted: 2 } },
    });
  });

  it("counts rounds already valid and keeps the spacing from them", () => {
    const done: KeptRound = { half: 1, dueAt: at("09:20:00") };
    expect(plan({ alreadyValid: [done, { half: 2, dueAt: at("10:00:00") }] }).rounds).toEqual([]);
    for (let index = 0; index < 300; index += 1) {
      const { rounds } = plan({
        alreadyValid: [done],
        rules: { ...base, minRoundSpacingMinutes: 60, roundsPerSession: 3 },
        seed: seedOf(index),
        from: at("09:21:00"),
      });
      expect(rounds[0]?.dueAt.getTime()).toBeGreaterThanOrEqual(at("10:20:00").getTime());
    }
  });

  it("covers both halves with fewer rounds before it gives up a half", () => {
    const tight = plan({ rules: { ...base, roundsPerSession: 5, minRoundSpacingMinutes: 60 } });
    expect(new Set(tight.rounds.map(({ half }) => half)).size).toBe(2);
    expect(tight.shortfall).toEqual({
      code: "plan-too-few-rounds",
      params: { planned: tight.rounds.length, wanted: 5 },
    });
  });

  it("refuses a short seed", () => {
    expect(() => plan({ seed: new Uint8Array(31) })).toThrow(/31 byte/);
  });
});

describe("exactly uniform choice", () => {
  it("gives every feasible choice once over all ranks", () => {
    const small = { ...base, burst: { pictures: 1, spacingSeconds: 0 }, edgeMarginMinutes: 0 };
    const instants = allowedInstants(frameWith(small), small, early, []);
    const allowed = [...instants.slice(0, 6), ...instants.slice(-5)];
    for (const [count, cover] of [
      [2, [1, 2]],
      [3, [1, 2]],
      [3, [2]],
      [1, [1]],
      [2, []],
    ] as const) {
      const request = { allowed, count, cover, spacingSeconds: 2 };
      const seen = new Map<string, number>();
      let bound = 1n;
      for (let rank = 0n; rank < bound; rank += 1n) {
        const chosen = sampleInstants(request, (total) => {
          bound = total;
          return rank;
        });
        const seconds = chosen?.map(({ second }) => second) ?? [];
        expect(seconds.every((second, i) => i === 0 || second - (seconds[i - 1] ?? 0) >= 2)).toBe(true);
        const halves = new Set(chosen?.map(({ half }) => half));
        expect(cover.every((half) => halves.has(half))).toBe(true);
        seen.set(seconds.join(), (seen.get(seconds.join()) ?? 0) + 1);
      }
      expect(seen.size).toBe(bruteForce(request));
      expect([...seen.values()].every((times) => times === 1)).toBe(true);
    }
  });

  it("draws by HMAC-SHA-256 in counter mode", () => {
    const draw = drawsFrom(new Uint8Array(32), "label");
    const values = Array.from({ length: 6000 }, () => Number(draw(6n)));
    const counts = [0, 1, 2, 3, 4, 5].map((face) => values.filter((value) => value === face).length);
    const chi = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chi).toBeLessThan(15.09); // 5 degrees of freedom, 1 % level
    // Independent: python3 -c "import hmac; print(int(hmac.new(bytes(32), b'label'+bytes(5), 'sha256').hexdigest(), 16) % 9857)"
    expect(drawsFrom(new Uint8Array(32), "label")(9857n)).toBe(7558n);
  });
});

describe("a failed round", () => {
  const failed: KeptRound = { half: 1, dueAt: at("08:40:00") };
  const pending: KeptRound = { half: 2, dueAt: at("10:30:00") };
  const replan = (now: Date, failedRound = failed, kept = [pending], seed = seedOf("fresh")) =>
    replanAfterFailure({ sessionId, frame, rules: base, now, failed: failedRound, kept, seed });

  it("is planned again in the same half while time is left", () => {
    for (let index = 0; index < 200; index += 1) {
      const { rounds, shortfall } = replan(at("08:41:00"), failed, [pending], seedOf(index));
      expect(shortfall).toBeNull();
      expect(rounds).toHaveLength(1);
      expect(rounds[0]?.half).toBe(1);
      expect(rounds[0]?.dueAt.getTime()).toBeGreaterThanOrEqual(at("08:43:00").getTime());
    }
  });

  it("prefers its half even when that half has another valid round", () => {
    const kept: KeptRound[] = [{ half: 1, dueAt: at("08:10:00") }, pending];
    const rules = { ...base, roundsPerSession: 3 };
    for (let index = 0; index < 100; index += 1) {
      const { rounds } = replanAfterFailure({
        sessionId,
        frame,
        rules,
        now: at("08:45:00"),
        failed,
        kept,
        seed: seedOf(index),
      });
      expect(rounds[0]?.half).toBe(1);
    }
  });

  it("uses the last two minutes of a half rather than lose it", () => {
    const { rounds, shortfall, input } = replan(at("09:26:00"));
    expect(shortfall).toBeNull();
    expect(rounds[0]?.half).toBe(1);
    expect(input.from).toEqual(at("09:26:00"));
  });

  it("goes to the other half, with the reason, keeping the spacing", () => {
    const { rounds, shortfall } = replan(at("09:28:00"));
    expect(shortfall).toEqual({ code: "plan-half-missed", params: { half: 1, planned: 1, wanted: 1 } });
    expect(rounds[0]?.half).toBe(2);
    expect(Math.abs((rounds[0]?.dueAt.getTime() ?? 0) - pending.dueAt.getTime())).toBeGreaterThanOrEqual(
      20 * 60_000,
    );
  });

  it("ends in a shortfall when the session has no time left", () => {
    const late: KeptRound = { half: 2, dueAt: at("11:14:00") };
    const { rounds, shortfall } = replan(at("11:16:00"), late, [{ half: 1, dueAt: at("09:00:00") }]);
    expect(rounds).toEqual([]);
    expect(shortfall?.code).toBe("plan-no-time-left");
  });
});

function bruteForce({ allowed, count, cover, spacingSeconds }: Parameters<typeof sampleInstants>[0]): number {
  const extend = (chosen: number[]): number[][] =>
    chosen.length === count
      ? [chosen]
      : allowed.flatMap((instant, index) => {
          const last = allowed[chosen.at(-1) ?? -1];
          return last === undefined || instant.second - last.second >= spacingSeconds
            ? extend([...chosen, index])
            : [];
        });
  return extend([]).filter((chosen) =>
    cover.every((half) => chosen.some((index) => allowed[index]?.half === half)),
  ).length;
}

function kolmogorovSmirnov(units: readonly number[]): number {
  const sorted = [...units].sort((a, b) => a - b);
  const gaps = sorted.map((unit, i) =>
    Math.max(Math.abs(unit - i / units.length), Math.abs(unit - (i + 1) / units.length)),
  );
  return Math.max(...gaps);
}

function chiSquare(units: readonly number[], bins: number): number {
  const expected = units.length / bins;
  const counts = Array.from(
    { length: bins },
    (_, bin) => units.filter((unit) => Math.floor(unit * bins) === bin).length,
  );
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

function pearson(xs: readonly number[], ys: readonly number[]): number {
  const [mx, my] = [mean(xs), mean(ys)];
  const covariance = xs.reduce((sum, x, i) => sum + (x - mx) * ((ys[i] ?? 0) - my), 0);
  return covariance / Math.sqrt(squares(xs, mx) * squares(ys, my));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function squares(values: readonly number[], middle: number): number {
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
}

function touches(dueAt: Date, pause: Interval | null, marginMs: number): boolean {
  if (pause === null) return false;
  const due = dueAt.getTime();
  return due > pause.startsAt.getTime() - marginMs && due < pause.endsAt.getTime() + marginMs;
}
