import type { Side } from "../types.ts";
import { distinct, seatCells } from "./chart-drawing.ts";
import type { Placed } from "./chart-drawing.ts";

/** On which side of all the seats the front strip stands; null when there is none or it stands among them. */
export function frontSide(placed: Placed[]): Side | null {
  const fronts = placed.filter(({ is }) => is.kind === "front").map(({ cell }) => cell);
  const seats = seatCells(placed).map(({ cell }) => cell);
  if (fronts.length === 0 || seats.length === 0) return null;
  const [top, left] = [Math.min(...seats.map(({ row }) => row)), Math.min(...seats.map((c) => c.column))];
  const bottom = Math.max(...seats.map(({ row, rowSpan }) => row + rowSpan));
  const right = Math.max(...seats.map(({ column, columnSpan }) => column + columnSpan));
  if (fronts.every(({ row, rowSpan }) => row + rowSpan <= top)) return "top";
  if (fronts.every(({ row }) => row >= bottom)) return "bottom";
  if (fronts.every(({ column, columnSpan }) => column + columnSpan <= left)) return "left";
  return fronts.every(({ column }) => column >= right) ? "right" : null;
}

/** The drawing turned like a sheet of paper until its front is on top. */
export function turnedUp(placed: Placed[], side: "left" | "right"): Placed[] {
  const height = Math.max(...placed.map(({ cell }) => cell.row + cell.rowSpan));
  const width = Math.max(...placed.map(({ cell }) => cell.column + cell.columnSpan));
  return placed.map((item) => {
    const { row, column, rowSpan, columnSpan } = item.cell;
    const at =
      side === "left"
        ? { row: column, column: height - row - rowSpan }
        : { row: width - column - columnSpan, column: row };
    return { ...item, cell: { ...item.cell, ...at, rowSpan: columnSpan, columnSpan: rowSpan } };
  });
}

/** Drawings one below the other, as the tables of a page stand. */
export function stacked(drawings: Placed[][]): Placed[] {
  let offset = 0;
  return drawings.flatMap((placed) => {
    const from = offset;
    offset += Math.max(0, ...placed.map(({ cell }) => cell.row + cell.rowSpan));
    return placed.map((item) => ({ ...item, cell: { ...item.cell, row: item.cell.row + from } }));
  });
}

export type Arrangement = "rows" | "u" | "ring";

/**
 * Rows, unless less than half of the places where seat rows and seat columns meet have a seat: then a U (one side of the
 * ring open) or a ring.
 */
export function arrangementOf(placed: Placed[]): Arrangement {
  const seats = seatCells(placed).map(({ cell }) => cell);
  const rows = distinct(seats.map(({ row }) => row));
  const columns = distinct(seats.map(({ column }) => column));
  if (rows.length < 3 || columns.length < 3 || seats.length * 2 >= rows.length * columns.length)
    return "rows";
  const inRow = (row: number | undefined) => seats.filter((cell) => cell.row === row).length;
  const inColumn = (at: number | undefined) => seats.filter((cell) => cell.column === at).length;
  const sides = [
    inRow(rows[0]) / columns.length,
    inRow(rows.at(-1)) / columns.length,
    inColumn(columns[0]) / rows.length,
    inColumn(columns.at(-1)) / rows.length,
  ];
  return sides.filter((share) => share > 0.7).length === 3 ? "u" : "ring";
}

/**
 * A blank cell is a free seat where a seat row and a seat column meet and people sit along at least one of them; the empty
 * middle of a U or a ring is none.
 */
export function freeSeats(placed: Placed[]): Placed[] {
  const seats = seatCells(placed).map(({ cell }) => cell);
  const rows = distinct(seats.map(({ row }) => row));
  const columns = distinct(seats.map(({ column }) => column));
  return placed.filter(({ cell, is }) => {
    if (is.kind !== "blank" || !rows.includes(cell.row) || !columns.includes(cell.column)) return false;
    if (cell.columnSpan > 1 && cell.rowSpan > 1) return false;
    const along = seats.filter(({ row }) => row === cell.row).length * 2 >= columns.length;
    return along || seats.filter(({ column }) => column === cell.column).length * 2 >= rows.length;
  });
}
