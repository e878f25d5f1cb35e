import type { CellPicture, Grid, GridCell } from "../types.ts";

export interface DraftCell {
  gridSpan: number;
  vMerge: "restart" | "continue" | null;
  hMerge: "restart" | "continue" | null;
  /** Removed under tracked changes: it still holds its place in the grid. */
  deleted: boolean;
  paragraphs: string[];
  picture: CellPicture | null;
}

export interface DraftRow {
  gridBefore: number;
  deleted: boolean;
  cells: DraftCell[];
}

export interface DraftTable {
  name: string;
  rows: DraftRow[];
}

export function draftCell(): DraftCell {
  return { gridSpan: 1, vMerge: null, hMerge: null, deleted: false, paragraphs: [], picture: null };
}

/** Lays drafted rows on the table's grid: skipped columns (gridBefore), spans and both kinds of vertical and horizontal merge. */
export function layOut(table: DraftTable): Grid {
  const cells: GridCell[] = [];
  const rows = table.rows.filter((row) => !row.deleted);
  rows.forEach((row, index) => layOutRow(row, index, cells));
  return {
    name: table.name,
    rowCount: rows.length,
    columnCount: Math.max(0, ...cells.map((cell) => cell.column + cell.columnSpan)),
    cells,
  };
}

function layOutRow(row: DraftRow, index: number, cells: GridCell[]): void {
  let column = row.gridBefore;
  let previous: GridCell | undefined;
  for (const draft of row.cells) {
    const above = draft.vMerge === "continue" ? cellEndingAbove(cells, index, column) : undefined;
    if (draft.hMerge === "continue" && previous) previous.columnSpan += draft.gridSpan;
    else if (above) {
      above.rowSpan += 1;
      previous = undefined;
    } else {
      previous = place(draft, index, column);
      cells.push(previous);
    }
    column += draft.gridSpan;
  }
}

function cellEndingAbove(cells: GridCell[], row: number, column: number): GridCell | undefined {
  return cells.findLast((cell) => cell.column === column && cell.row + cell.rowSpan === row);
}

function place(draft: DraftCell, row: number, column: number): GridCell {
  return {
    row,
    column,
    rowSpan: 1,
    columnSpan: draft.gridSpan,
    text: draft.deleted ? "" : draft.paragraphs.join("\n").trim(),
    date: null,
    ref: cellRef(row, column),
    picture: draft.deleted ? null : draft.picture,
  };
}

export function cellRef(row: number, column: number): string {
  return `hàng ${row + 1}, cột ${column + 1}`;
}
