import type { Grid, GridCell, LocalDate, Shift, SourceDocument } from "../types.ts";
import { findDays, weekdaysBetween } from "./dates.ts";
import { isBlank, overlap, rowsOf } from "./grid-rows.ts";
import { cleanText, foldAccents } from "./match-key.ts";
import { firstClock, periodsNamed, shiftsNamed, weekdayNamed } from "./timetable-cells.ts";
import { onlyYear } from "./timetable-columns.ts";

/** What a heading or the side of a row says about when. */
export interface When {
  weekday: number | null;
  /** One day, or the first and last of a range. */
  days: LocalDate[];
  shifts: Shift[];
  clock: string | null;
  periods: number[];
}

export type Role = "topic" | "room" | "lecturer";

export interface SlotColumn {
  when: When;
  role: Role;
  from: number;
  /** Exclusive. */
  to: number;
  /** Columns of one day or week share a number. */
  group: number;
}

/** A table with days or weeks across and shifts, periods or weekdays down. */
export interface WeekGrid {
  grid: Grid;
  columns: SlotColumn[];
  bodyFrom: number;
  /** First and last day the text above names, for headings that give weekdays only. */
  range: LocalDate[];
  year: number | null;
}

/** Null when the grid is no such table: fewer than three weekdays or two weeks across. */
export function weekGrid(doc: SourceDocument, grid: Grid): WeekGrid | null {
  const rows = rowsOf(grid);
  const year = onlyYear(doc);
  for (let top = 0; top < Math.min(rows.length, 30); top++) {
    const heads = (rows[top] ?? []).filter((cell) => cell.row === top && isSlotHead(cell, year));
    const weeks = heads.filter(({ text }) => isWeek(text, year)).length;
    if (heads.length < 3 && weeks < 2) continue;
    const bodyFrom = bodyBelow(rows, top, heads);
    const columns = columnsUnder(rows, top, bodyFrom, heads, year);
    const above = [
      ...(grid.above ?? doc.paragraphs),
      ...grid.cells.filter((cell) => cell.row < top).map((cell) => cell.text),
    ];
    const range = above.map((text) => findDays(text, year)).findLast((days) => days.length === 2) ?? [];
    return { grid, columns, bodyFrom, range, year };
  }
  return null;
}

/** A row in which every cell over the places is a heading: the header printed again. */
export function isHeadAgain(own: GridCell[], { columns, year }: WeekGrid): boolean {
  const first = firstColumn(columns);
  const over = own.filter((cell) => cell.column >= first);
  return over.length > 1 && over.every((cell) => isSlotHead(cell, year) || isSecondLine(cell.text));
}

/** Where the places begin; left of it stands when. */
export function firstColumn(columns: SlotColumn[]): number {
  return Math.min(...columns.map(({ from }) => from));
}

/** Where the places end, exclusive. */
export function endColumn(columns: SlotColumn[]): number {
  return Math.max(...columns.map(({ to }) => to));
}

function isSlotHead(cell: GridCell, year: number | null): boolean {
  const text = cleanText(cell.text);
  if (text.length > 40) return false;
  return (
    (/^(thứ|chủ nhật|cn|t[2-7])(?![\p{L}\p{N}])/iu.test(text) && weekdayNamed(text) !== null) ||
    isWeek(text, year)
  );
}

function isWeek(text: string, year: number | null): boolean {
  return /^tuần(?!\p{L})/iu.test(cleanText(text)) && findDays(text, year).length === 2;
}

/** Second heading lines hold dates or "Môn | Phòng" only, and nothing at the side. */
function bodyBelow(rows: GridCell[][], top: number, heads: GridCell[]): number {
  const first = Math.min(...heads.map((cell) => cell.column));
  const deepest = Math.max(...heads.map((cell) => cell.rowSpan));
  let from = top + deepest;
  while (from < rows.length) {
    const own = (rows[from] ?? []).filter((cell) => cell.row === from && !isBlank(cell));
    const heading = own.length > 0 && own.every((cell) => cell.column >= first && isSecondLine(cell.text));
    if (!heading) break;
    from++;
  }
  return from;
}

function isSecondLine(text: string): boolean {
  return (
    roleNamed(text) !== null || /^\(?(ngày )?\d{1,2}[/.-]\d{1,2}([/.-]\d{2,4})?\)?$/.test(cleanText(text))
  );
}

function roleNamed(text: string): Role | null {
  const folded = foldAccents(text);
  if (/^(phong( hoc)?|dia diem|noi hoc)$/.test(folded)) return "room";
  if (/^(gv|giang vien|giao vien|bao cao vien)$/.test(folded)) return "lecturer";
  return /^(mon( hoc)?|noi dung|chuyen de|hoc phan|bai)$/.test(folded) ? "topic" : null;
}

function columnsUnder(
  rows: GridCell[][],
  top: number,
  bodyFrom: number,
  heads: GridCell[],
  year: number | null,
): SlotColumn[] {
  const lines = [...new Set(rows.slice(top, bodyFrom).flat())].filter((cell) => !isBlank(cell));
  const starts = [...new Set(lines.map((cell) => cell.column))].sort((a, b) => a - b);
  const first = Math.min(...heads.map((cell) => cell.column));
  const columns: SlotColumn[] = [];
  let group = -1;
  let when: When | null = null;
  starts.forEach((from, i) => {
    if (from < first) return;
    const here = lines.filter((cell) => cell.column <= from && cell.column + cell.columnSpan > from);
    if (here.some((cell) => heads.includes(cell) && cell.column === from)) group++;
    const head = here.find((cell) => heads.includes(cell));
    const role = here.map((cell) => roleNamed(cell.text)).find((one) => one !== null) ?? null;
    if (head)
      when = whenOf(
        here.map((cell) => cell.text),
        year,
      );
    const end = Math.max(...here.filter((c) => c.column === from).map((c) => c.column + c.columnSpan));
    const to = Math.min(starts[i + 1] ?? end, end);
    if (when && (head || role)) columns.push({ when, role: role ?? "topic", from, to, group });
  });
  return columns;
}

/** What texts say about when; a bare number may be a period. */
export function whenOf(texts: string[], year: number | null): When {
  const text = cleanText(texts.join(" "));
  return {
    weekday: /(?<!\p{L})(thứ|chủ nhật|cn|t[2-7])(?![\p{L}\p{N}])/iu.test(text) ? weekdayNamed(text) : null,
    days: [...new Set(findDays(text, year))],
    shifts: shiftsNamed(text),
    clock: firstClock(text),
    periods: texts.map(periodsNamed).find((periods) => periods.length > 0) ?? [],
  };
}

/** The days a place in the grid stands for, from its column, its row and the week it is in; several for a term's grid. */
export function daysOf(across: When, down: When, week: LocalDate[]): LocalDate[] {
  for (const { days } of [across, down]) if (days.length === 1) return days;
  const range = [across.days, down.days, week].find((days) => days.length === 2);
  const weekday = across.weekday ?? down.weekday;
  const [from, to] = range ?? [];
  return from && to && weekday ? weekdaysBetween(from, to, weekday) : [];
}

/** A row over the whole table that names a week ("Tuần 2 (14/09 – 18/09)"): its first and last day. Cells beside the table are none of it. */
export function weekBand(own: GridCell[], { columns, year }: WeekGrid): LocalDate[] | null {
  const end = endColumn(columns);
  const [only, other] = own.filter((cell) => cell.column < end);
  if (!only || other || only.columnSpan * 2 < end) return null;
  const days = findDays(only.text, year);
  return days.length === 2 ? days : null;
}

/** Cells of a row that lie under a column. */
export function under(cells: GridCell[], { from, to }: SlotColumn): GridCell[] {
  return cells.filter((cell) => !isBlank(cell) && overlap(cell, from, to) > 0);
}
