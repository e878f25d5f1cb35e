import type { CellPicture, Grid, GridCell } from "../types.ts";
import { isOn } from "./docx-parts.ts";
import type { ReadLimits } from "./limits.ts";
import { refused } from "./refusal.ts";

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
  gridAfter: number;
  deleted: boolean;
  cells: DraftCell[];
}

export interface DraftTable {
  name: string;
  above: string[];
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
    ...(table.above.length > 0 ? { above: table.above } : {}),
    rowCount: rows.length,
    columnCount: Math.max(0, ...rows.map(widthOf)),
    cells,
  };
}

function widthOf({ gridBefore, gridAfter, cells }: DraftRow): number {
  return cells.reduce((sum, cell) => sum + cell.gridSpan, gridBefore + gridAfter);
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

export function readRowProperty(
  row: DraftRow,
  name: string,
  value: string | undefined,
  limits: ReadLimits,
): void {
  if (name === "w:gridBefore") row.gridBefore = spanOf(value, limits);
  else if (name === "w:gridAfter") row.gridAfter = spanOf(value, limits);
  else if (name === "w:hidden" && isOn(value)) row.deleted = true;
}

export function readCellProperty(
  cell: DraftCell,
  name: string,
  value: string | undefined,
  limits: ReadLimits,
): void {
  if (name === "w:gridSpan") cell.gridSpan = Math.max(1, spanOf(value, limits));
  else if (name === "w:vMerge") cell.vMerge = value === "restart" ? "restart" : "continue";
  else if (name === "w:hMerge") cell.hMerge = value === "restart" ? "restart" : "continue";
  else if (name === "w:cellDel") cell.deleted = true;
}

function spanOf(value: string | undefined, limits: ReadLimits): number {
  const span = Number.parseInt(value ?? "1", 10);
  return Number.isInteger(span) && span >= 0 ? Math.min(span, limits.columns) : 1;
}

export function tableTooBig(fileName: string, limits: ReadLimits): Error {
  return refused(
    fileName,
    {
      vi: `bảng quá lớn (hơn ${limits.rows} hàng hoặc ${limits.cells} ô)`,
      en: `a table is too large (over ${limits.rows} rows or ${limits.cells} cells)`,
    },
    { vi: "Chia nhỏ tệp rồi gửi lại", en: "Split the file and send it again" },
  );
}
