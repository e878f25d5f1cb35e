import type { Grid, GridCell } from "../types.ts";
import { isBlank, overlap, rowsOf } from "./grid-rows.ts";
import { cleanText, foldAccents } from "./match-key.ts";

/** Spellings of a column's title, without accents and lower case, tested in order. */
export type Aliases<F extends string> = readonly (readonly [F, RegExp])[];

export interface Column<F extends string> {
  field: F | null;
  title: string;
  from: number;
  /** Exclusive. */
  to: number;
}

export interface Header<F extends string> {
  columns: Column<F>[];
  /** First header row and the first row below the header. */
  top: number;
  bodyFrom: number;
  /** Distinct fields recognised. */
  score: number;
}

/** Titles, letterheads and blank rows come first; a table whose header is lower than this is not one of ours. */
const SEARCHED_ROWS = 40;

/** The best header of a grid: the row (or two or three joined rows) that names the most known fields, all `required` among them. */
export function findHeader<F extends string>(
  grid: Grid,
  aliases: Aliases<F>,
  accepts: (fields: Set<F>) => boolean,
): Header<F> | null {
  const rows = rowsOf(grid);
  let best: Header<F> | null = null;
  for (let top = 0; top < Math.min(rows.length, SEARCHED_ROWS); top++) {
    const header = headerAt(rows, top, aliases);
    const fields = new Set(header.columns.map((column) => column.field).filter((field) => field !== null));
    if (accepts(fields) && header.score > (best?.score ?? 0)) best = header;
  }
  return best;
}

function headerAt<F extends string>(rows: GridCell[][], top: number, aliases: Aliases<F>): Header<F> {
  const first = (rows[top] ?? []).filter((cell) => cell.row === top && !isBlank(cell));
  const merged = Math.max(1, ...first.map((cell) => cell.rowSpan));
  const below = (rows[top + 1] ?? []).filter((cell) => cell.row === top + 1 && !isBlank(cell));
  const extended =
    merged === 1 && below.length > 0 && below.every((cell) => isSubtitle(cell, first, aliases));
  const bodyFrom = top + (extended ? 2 : Math.min(merged, 3));
  const columns = columnsOf(rows, top, bodyFrom, aliases);
  const fields = new Set(columns.map((column) => column.field).filter((field) => field !== null));
  return { columns, top, bodyFrom: skipColumnNumbers(rows, bodyFrom), score: fields.size };
}

/** Second-line titles (Nam/Nữ under Ngày sinh) are known words below a wide title or below nothing. */
function isSubtitle<F extends string>(cell: GridCell, first: GridCell[], aliases: Aliases<F>): boolean {
  const parent = first.find((above) => overlap(above, cell.column, cell.column + cell.columnSpan) > 0);
  const wideOrNone = !parent || parent.columnSpan > cell.columnSpan;
  return wideOrNone && fieldOf(parent ? `${parent.text} / ${cell.text}` : cell.text, aliases) !== null;
}

function columnsOf<F extends string>(
  rows: GridCell[][],
  top: number,
  bodyFrom: number,
  aliases: Aliases<F>,
): Column<F>[] {
  const cells = [...new Set(rows.slice(top, bodyFrom).flat())].filter(
    (cell) => !isBlank(cell) && cell.row >= top,
  );
  const edges = [...new Set(cells.flatMap((cell) => [cell.column, cell.column + cell.columnSpan]))].sort(
    (a, b) => a - b,
  );
  const columns: Column<F>[] = [];
  for (let i = 0; i + 1 < edges.length; i++) {
    const [from, to] = [edges[i] ?? 0, edges[i + 1] ?? 0];
    const titles = cells.filter((cell) => overlap(cell, from, to) > 0).map((cell) => cleanText(cell.text));
    if (titles.length === 0) continue;
    const title = titles.join(" / ");
    columns.push({ field: fieldOf(title, aliases), title, from, to });
  }
  return columns;
}

/** Matches the whole stacked title first, then its last line. Punctuation and "(…)" hints do not matter. */
export function fieldOf<F extends string>(title: string, aliases: Aliases<F>): F | null {
  const whole = normalTitle(title);
  const last = normalTitle(title.split(" / ").at(-1) ?? "");
  for (const text of [whole, last]) {
    const found = aliases.find(([, pattern]) => pattern.test(text));
    if (found) return found[0];
  }
  return null;
}

/** `NgaySinh` → `ngay sinh`. */
function normalTitle(title: string): string {
  return foldAccents(title.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2"))
    .replace(/[^a-z0-9/ ]+/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/** A row "(1) (2) (3) …" numbers the columns and is no data. */
function skipColumnNumbers(rows: GridCell[][], bodyFrom: number): number {
  const cells = (rows[bodyFrom] ?? []).filter((cell) => !isBlank(cell));
  const numbers = cells.map((cell) =>
    Number(/^\(?(\d{1,2})\)?$/.exec(cleanText(cell.text))?.[1] ?? Number.NaN),
  );
  const counting = numbers.length >= 3 && numbers.every((number, i) => number === i + (numbers[0] ?? 0));
  return counting ? bodyFrom + 1 : bodyFrom;
}

/** A body row's cells by column: each cell goes to the column it overlaps most, so ragged Word grids still line up. */
export function cellsByColumn<F extends string>(
  row: GridCell[],
  columns: Column<F>[],
): Map<Column<F>, GridCell[]> {
  const found = new Map<Column<F>, GridCell[]>();
  for (const cell of row) {
    if (isBlank(cell)) continue;
    const best = columns
      .map((column) => ({ column, shared: overlap(cell, column.from, column.to) }))
      .sort((a, b) => b.shared - a.shared)[0];
    if (best && best.shared > 0) found.set(best.column, [...(found.get(best.column) ?? []), cell]);
  }
  return found;
}
