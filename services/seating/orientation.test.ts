import { describe, expect, it } from "vitest";
import type { SeatRef } from "../types.ts";
import { chartTurns, proposeTurn, turnOfMarks, turnSeat } from "./orientation.ts";

const seats = Array.from({ length: 24 }, (_, i): SeatRef => ({ row: 1 + (i % 4), column: 1 + (i >> 2) }));

describe("proposeTurn", () => {
  it("recognises every turn from who sits where, some having changed seats", () => {
    for (const turn of chartTurns) {
      const sightings = seats.map((chart, i) => ({
        chart,
        seen: i % 6 === 0 ? { row: 1, column: 1 } : turnSeat(chart, turn, 4, 6),
        weight: 0.98,
      }));
      const proposal = proposeTurn(sightings, 4, 6);
      expect(proposal?.turn ?? "as-drawn").toBe(turn);
    }
  });

  it("proposes nothing from a handful of people or free seating", () => {
    const mirrored = seats.map((chart) => ({ chart, seen: turnSeat(chart, "mirrored", 4, 6), weight: 1 }));
    expect(proposeTurn(mirrored.slice(0, 4), 4, 6)).toBeNull();
    const free = seats.map((chart, i) => ({ chart, seen: seats[(i * 7 + 5) % 24] ?? chart, weight: 1 }));
    expect(proposeTurn(free, 4, 6)).toBeNull();
  });
});

describe("turnOfMarks", () => {
  const fromFront = [
    { seat: { row: 1, column: 1 }, x: 300, y: 900 },
    { seat: { row: 1, column: 6 }, x: 1600, y: 900 },
    { seat: { row: 4, column: 1 }, x: 700, y: 400 },
    { seat: { row: 4, column: 6 }, x: 1200, y: 400 },
  ];

  it("accepts a camera at the front with column 1 at the left and row 1 nearest", () => {
    expect(turnOfMarks(fromFront, "front")).toEqual({ mirrored: false, rowsReversed: false });
  });

  it("tells mirrored columns and reversed rows", () => {
    const mirrored = fromFront.map((mark) => ({ ...mark, x: 1920 - mark.x }));
    expect(turnOfMarks(mirrored, "front")).toEqual({ mirrored: true, rowsReversed: false });
    expect(turnOfMarks(fromFront, "back")).toEqual({ mirrored: true, rowsReversed: true });
  });
});
