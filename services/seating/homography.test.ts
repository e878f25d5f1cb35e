import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SeatRef } from "../types.ts";
import type { SeatPoint } from "./homography.ts";
import { fitHomography, project, unproject } from "./homography.ts";
import { defaultFaceSize, projectSeats } from "./project-seats.ts";

/** A room seen from the front: 90 px faces in front, a fifth of it at the back. */
const truth = [180, 20, 200, 0, -60, 900, 0, 0.12, 0.9];

function mark(seat: SeatRef, noise = 0): SeatPoint {
  const { x, y } = project(truth, seat);
  return { seat, x: x + noise, y: y - noise };
}

const corners = [
  { row: 1, column: 1 },
  { row: 1, column: 8 },
  { row: 5, column: 1 },
  { row: 5, column: 8 },
];

describe("fitHomography", () => {
  it("finds every seat from four exact corners", () => {
    const fitted = fitHomography(corners.map((seat) => mark(seat)));
    for (let row = 1; row <= 6; row++) {
      for (let column = 1; column <= 8; column++) {
        const expected = project(truth, { row, column });
        const found = project(fitted.matrix, { row, column });
        expect(found.x).toBeCloseTo(expected.x, 4);
        expect(found.y).toBeCloseTo(expected.y, 4);
        const back = unproject(fitted.matrix, found);
        expect(back.column).toBeCloseTo(column, 6);
        expect(back.row).toBeCloseTo(row, 6);
      }
    }
  });

  it("refuses fewer than four, repeated and collinear points", () => {
    const line = [1, 2, 3, 4].map((column) => mark({ row: 2, column }));
    const threeInLine = [...line.slice(0, 3), mark({ row: 4, column: 2 })];
    const first = mark({ row: 1, column: 1 });
    for (const points of [
      corners.slice(0, 3).map((s) => mark(s)),
      line,
      threeInLine,
      [first, first, first, first],
    ])
      expect(() => fitHomography(points)).toThrow(/4/);
  });

  it("refuses two corners marked for each other", () => {
    const [a, b, c, d] = corners.map((seat) => mark(seat)) as [SeatPoint, SeatPoint, SeatPoint, SeatPoint];
    const swapped = [{ ...a, x: b.x, y: b.y }, { ...b, x: a.x, y: a.y }, c, d];
    expect(() => fitHomography(swapped)).toThrow(/swapped/);
  });

  it("stays near the truth with careless marks, and knows how near", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -6, max: 6, noNaN: true }), { minLength: 8, maxLength: 8 }),
        (noise) => {
          const seats = [
            ...corners,
            { row: 3, column: 2 },
            { row: 3, column: 7 },
            { row: 2, column: 4 },
            { row: 4, column: 5 },
          ];
          const points = seats.map((seat, i) => mark(seat, noise[i]));
          const placed = projectSeats(fitHomography(points), seats);
          for (const seat of placed) {
            const at = project(truth, seat);
            expect(Math.hypot(at.x - seat.x, at.y - seat.y)).toBeLessThan(6 * seat.sigmaPx);
          }
        },
      ),
    );
  });
});

describe("projectSeats", () => {
  it("is less sure of a seat far from the marked ones, as repeated careless marking shows", () => {
    const front = [
      { row: 1, column: 1 },
      { row: 1, column: 8 },
      { row: 2, column: 1 },
      { row: 2, column: 8 },
    ];
    const seat = { row: 6, column: 8 };
    const far = projectSeats(fitHomography(front.map((s) => mark(s))), [seat])[0];
    const near = projectSeats(fitHomography(corners.map((s) => mark(s))), [seat])[0];
    expect(far?.sigmaPx).toBeGreaterThan(near?.sigmaPx ?? 0);
    const at = project(truth, seat);
    let seed = 1;
    const gauss = (): number => {
      let sum = -6;
      for (let i = 0; i < 12; i++) {
        seed = (seed * 48271) % 2147483647;
        sum += seed / 2147483647;
      }
      return sum;
    };
    const misses = Array.from({ length: 400 }, () => {
      const points = front.map((s) => {
        const { x, y } = mark(s);
        return { seat: s, x: x + 3 * gauss(), y: y + 3 * gauss() };
      });
      const found = projectSeats(fitHomography(points), [seat])[0] ?? at;
      return ((found.x - at.x) ** 2 + (found.y - at.y) ** 2) / 2;
    });
    const measured = Math.sqrt(misses.reduce((sum, miss) => sum + miss, 0) / misses.length);
    // The mapping's own part: without the marks' noise at the seat itself and the layout's unevenness.
    const pitch = (far?.faceWidthPx ?? 0) / defaultFaceSize.perColumnPitch;
    const foretold = Math.sqrt((far?.sigmaPx ?? 0) ** 2 - 9 - (0.1 * pitch) ** 2);
    expect(foretold / measured).toBeGreaterThan(0.8);
    expect(foretold / measured).toBeLessThan(1.25);
  });

  it("shrinks faces towards the back", () => {
    const fitted = fitHomography(corners.map((seat) => mark(seat)));
    const widths = projectSeats(
      fitted,
      [1, 3, 6].map((row) => ({ row, column: 4 })),
    ).map((s) => s.faceWidthPx);
    expect(widths).toEqual([...widths].sort((a, b) => b - a));
  });
});
