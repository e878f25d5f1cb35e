import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bestAssignment } from "./assignment.ts";
import { pairMarginals } from "./association.ts";

const matrix = fc
  .tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 5 }))
  .chain(([rows, columns]) =>
    fc.array(
      fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: columns, maxLength: columns }),
      {
        minLength: rows,
        maxLength: rows,
      },
    ),
  );

/** Every one-to-one pairing, as the column of each row. */
function pairings(rows: number, columns: number, used: number[] = []): number[][] {
  if (used.length === rows) return [used];
  const free = [-1, ...Array.from({ length: columns }, (_, c) => c).filter((c) => !used.includes(c))];
  return free.flatMap((c) => pairings(rows, columns, [...used, c]));
}

function total(gain: number[][], columnOf: number[]): number {
  return columnOf.reduce((sum, c, r) => sum + (c < 0 ? 0 : (gain[r]?.[c] ?? 0)), 0);
}

describe("bestAssignment", () => {
  it("is as good as the best of all pairings", () => {
    fc.assert(
      fc.property(matrix, (gain) => {
        const chosen = bestAssignment(gain);
        const used = chosen.filter((c) => c >= 0);
        expect(new Set(used).size).toBe(used.length);
        const best = Math.max(...pairings(gain.length, gain[0]?.length ?? 0).map((p) => total(gain, p)));
        expect(total(gain, chosen)).toBeCloseTo(best, 9);
      }),
    );
  });
});

describe("pairMarginals", () => {
  it("comes close to the sum over all pairings", () => {
    fc.assert(
      fc.property(matrix, (logWeight) => {
        const columns = logWeight[0]?.length ?? 0;
        const all = pairings(logWeight.length, columns).map((p) => ({ p, w: Math.exp(total(logWeight, p)) }));
        const z = all.reduce((sum, { w }) => sum + w, 0);
        const found = pairMarginals(logWeight);
        for (let r = 0; r < logWeight.length; r++) {
          for (let c = 0; c < columns; c++) {
            const exact = all.filter(({ p }) => p[r] === c).reduce((sum, { w }) => sum + w, 0) / z;
            expect(Math.abs((found[r]?.[c] ?? 0) - exact)).toBeLessThan(0.25);
          }
        }
      }),
    );
  });

  it("is exact when nothing competes", () => {
    const found = pairMarginals([
      [Math.log(3), -60],
      [-60, Math.log(9)],
    ]);
    expect(found[0]?.[0]).toBeCloseTo(0.75, 6);
    expect(found[1]?.[1]).toBeCloseTo(0.9, 6);
  });
});
