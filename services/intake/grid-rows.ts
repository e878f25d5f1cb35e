import type { Grid, GridCell } from "../types.ts";
import { cleanText } from "./match-key.ts";

/** Cells by row, left to right; a vertically merged cell is in every row it covers. Rows without text are empty lists. */
export function rowsOf(grid: Grid): GridCell[][] {
  const rows: GridCell[][] = Array.from({ length: grid.rowCount }, () => []);
  for (const cell of grid.cells) {
    for (let row = cell.row; row < Math.min(cell.row + cell.rowSpan, grid.rowCount); row++)
      rows[row]?.push(cell);
  }
  for (const row of rows) row.sort((a, b) => a.column - b.column);
  return rows;
}

export function isBlank(cell: GridCell): boolean {
  return cleanText(cell.text) === "" && cell.picture === null;
}

export function overlap(a: GridCell, from: number, to: number): number {
  return Math.min(a.column + a.columnSpan, to) - Math.max(a.column, from);
}

/** Cleaned text of a row, for recognising titles, totals and signatures. */
export function rowText(cells: GridCell[]): string {
  return cleanText(cells.map((cell) => cell.text).join(" "));
}
