import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apply, fitSimilarity, invert, residual } from "./alignment.ts";
import { yawOf } from "./quality.ts";
import { planTiles } from "./tile-plan.ts";

const coordinate = fc.double({ min: -2000, max: 2000, noNaN: true });
const point = fc.record({ x: coordinate, y: coordinate });
const TEMPLATE = [
  { x: 38.2946, y: 51.6963 },
  { x: 73.5318, y: 51.5014 },
  { x: 56.0252, y: 71.7366 },
  { x: 41.5493, y: 92.3655 },
  { x: 70.7299, y: 92.2041 },
];

describe("least-squares similarity", () => {
  it("finds any rotation, scale and shift back exactly", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 20, noNaN: true }),
        fc.double({ min: -Math.PI, max: Math.PI, noNaN: true }),
        point,
        (scale, angle, shift) => {
          const map = {
            a: scale * Math.cos(angle),
            b: scale * Math.sin(angle),
            tx: shift.x,
            ty: shift.y,
          };
          const moved = TEMPLATE.map((p) => apply(map, p));
          const back = fitSimilarity(moved, TEMPLATE);
          expect(residual(back, moved, TEMPLATE)).toBeLessThan(1e-6);
          for (const p of TEMPLATE) {
            const again = apply(invert(map), apply(map, p));
            expect(Math.hypot(again.x - p.x, again.y - p.y)).toBeLessThan(1e-6);
          }
        },
      ),
    );
  });

  it("cannot be improved by nudging any of its four numbers", () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 5, maxLength: 5 }), (from) => {
        fc.pre(from.some((p) => Math.hypot(p.x - from[0]!.x, p.y - from[0]!.y) > 10));
        const best = fitSimilarity(from, TEMPLATE);
        const least = residual(best, from, TEMPLATE);
        for (const key of ["a", "b", "tx", "ty"] as const)
          for (const nudge of [-1e-3, 1e-3])
            expect(residual({ ...best, [key]: best[key] + nudge }, from, TEMPLATE)).toBeGreaterThanOrEqual(
              least - 1e-9,
            );
      }),
    );
  });

  it("refuses points that coincide", () => {
    const same = Array.from({ length: 5 }, () => ({ x: 7, y: 7 }));
    expect(() => fitSimilarity(same, TEMPLATE)).toThrow("coincide");
  });
});

describe("yaw", () => {
  it("is 0 with the nose midway, ±1 at an eye, and never beyond", () => {
    const left = { x: 10, y: 10 };
    const right = { x: 30, y: 10 };
    expect(yawOf(left, right, { x: 20, y: 25 })).toBe(0);
    expect(yawOf(left, right, { x: 30, y: 25 })).toBe(1);
    expect(yawOf(left, right, { x: -50, y: 25 })).toBe(-1);
    expect(yawOf(left, left, { x: 0, y: 0 })).toBe(0);
  });

  it("does not change when the head tilts", () => {
    expect(yawOf({ x: 0, y: 0 }, { x: 10, y: 10 }, { x: 2.5, y: 12.5 })).toBeCloseTo(0.5, 9);
  });
});

describe("tile plan", () => {
  const limits = { maxAreaPx: 1_200_000, overlapPx: 123, alignPx: 64 };

  it("leaves a small picture whole and cuts larger ones evenly", () => {
    expect(planTiles(1280, 720, limits)).toEqual([{ x: 0, y: 0, width: 1280, height: 720 }]);
    expect(planTiles(1920, 1080, limits)).toEqual([
      { x: 0, y: 0, width: 1083, height: 1080 },
      { x: 960, y: 0, width: 960, height: 1080 },
    ]);
    const area = planTiles(3840, 2160, limits).reduce((sum, tile) => sum + tile.width * tile.height, 0);
    expect(area).toBeLessThan(3840 * 2160 * 1.25);
  });

  it("covers every pixel within the area limit, neighbours overlapping by the margin at least", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8000 }), fc.integer({ min: 1, max: 5000 }), (width, height) => {
        const tiles = planTiles(width, height, limits);
        for (const tile of tiles) {
          expect(tile.width * tile.height).toBeLessThanOrEqual(limits.maxAreaPx);
          expect([tile.x % 64, tile.y % 64]).toEqual([0, 0]);
          expect(tile.x + tile.width).toBeLessThanOrEqual(width);
          expect(tile.y + tile.height).toBeLessThanOrEqual(height);
        }
        expectChain(
          tiles.map(({ x, width: length }) => ({ start: x, length })),
          width,
        );
        expectChain(
          tiles.map(({ y, height: length }) => ({ start: y, length })),
          height,
        );
      }),
    );
  });

  function expectChain(spans: { start: number; length: number }[], length: number): void {
    const sorted = [...new Map(spans.map((span) => [span.start, span])).values()].toSorted(
      (a, b) => a.start - b.start,
    );
    expect(sorted[0]!.start).toBe(0);
    expect(sorted.at(-1)!.start + sorted.at(-1)!.length).toBe(length);
    for (let i = 1; i < sorted.length; i += 1)
      expect(sorted[i - 1]!.start + sorted[i - 1]!.length - sorted[i]!.start).toBeGreaterThanOrEqual(
        limits.overlapPx,
      );
  }
});
