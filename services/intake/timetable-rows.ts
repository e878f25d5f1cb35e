import type { Grid, GridCell, LocalDate, Shift, SourceDocument, TimetableEntry } from "../types.ts";
import { findDays, weekdaysBetween } from "./dates.ts";
import { isPageNumber, isRemark, isSignature, isTitle, isTotals } from "./furniture.ts";
import { isBlank, rowsOf, rowText } from "./grid-rows.ts";
import { cellsByColumn, fieldOf } from "./header.ts";
import type { Header } from "./header.ts";
import { belowTable, outsideTable, remarkRow } from "./left-out.ts";
import { cleanText } from "./match-key.ts";
import { placeOf } from "./problems.ts";
import { lecturersOf } from "./slot-cell.ts";
import { TIMETABLE_ALIASES } from "./timetable-columns.ts";
import type { TimetableField } from "./timetable-columns.ts";
import { doubts } from "./timetable-doubts.ts";
import {
  dayNamed,
  firstClock,
  isDayOff,
  periodsNamed,
  periodsPerShift,
  shiftOfClock,
  shiftOfPeriods,
  shiftsNamed,
  weekdayNamed,
} from "./timetable-cells.ts";
import { aside, dayOff, noDay, noSession, noShift, topicAsAbove, unread } from "./timetable-outcome.ts";
import type { Outcome } from "./timetable-outcome.ts";

export interface Table {
  doc: SourceDocument;
  grid: Grid;
  header: Header<TimetableField>;
  /** A year for dates written without one: the only year the document names. */
  year: number | null;
}

/** What the rows above leave in force. */
interface Above {
  day: LocalDate | null;
  topic: string;
  perShift: 4 | 5 | null;
}

interface Row {
  /** Cells that begin in this row, under a titled column where there are any. */
  own: GridCell[];
  /** Cells that begin in this row beside the table. */
  beside: GridCell[];
  cellsOf(field: TimetableField): GridCell[];
  text(field: TimetableField): string;
  where: string;
}

/** A table with a row per session, or the day merged (or written once) over its Sáng and Chiều rows. */
export function readRows(table: Table): Outcome[] {
  const rows = rowsOf(table.grid);
  const body = rows.map((cells, index) => rowOf(table, cells, index)).slice(table.header.bodyFrom);
  const perShift = periodsPerShift(body.map((row) => periodsNamed(row.text("periods"))));
  const above: Above = { day: null, topic: "", perShift };
  const outcomes: Outcome[] = [];
  const below: Row[] = [];
  for (const row of body) {
    if (row.beside.length > 0)
      outcomes.push(aside(outsideTable(placeIn(table, row.beside), textsOf(row.beside))));
    if (row.own.length === 0 || isFurniture(row.own)) continue;
    const signs = row.own.length <= 2 && row.own.some((cell) => isSignature(cell.text));
    if (signs || (below.length > 0 && !isWhole(row))) below.push(row);
    else if (isRemark(rowText(row.own))) outcomes.push(aside(remarkRow(row.where, rowText(row.own))));
    else outcomes.push(readRow(table, row, above));
  }
  if (below[0]) {
    const texts = below.flatMap(({ own }) => textsOf(own));
    outcomes.push(aside(belowTable(below[0].where, texts)));
  }
  return outcomes;
}

/** A day and a topic of its own: a session even below a signature. */
function isWhole({ own, cellsOf }: Row): boolean {
  return (["day", "topic"] as const).every((field) => cellsOf(field).some((cell) => own.includes(cell)));
}

function textsOf(cells: GridCell[]): string[] {
  return cells.map((cell) => cleanText(cell.text));
}

function placeIn({ doc, grid }: Table, cells: GridCell[]): string {
  return placeOf(doc, grid, cells[0]);
}

function rowOf(table: Table, cells: GridCell[], index: number): Row {
  const byColumn = cellsByColumn(cells, table.header.columns);
  const here = cells.filter((cell) => cell.row === index && !isBlank(cell));
  const titled = new Set([...byColumn.values()].flat());
  const own = here.filter((cell) => titled.has(cell));
  const beside = here.filter((cell) => !titled.has(cell));
  const cellsOf = (field: TimetableField) =>
    [...byColumn].flatMap(([column, found]) => (column.field === field ? found : []));
  const text = (field: TimetableField) =>
    cleanText(
      cellsOf(field)
        .map((cell) => cell.text)
        .join(" "),
    );
  return { own, beside, cellsOf, text, where: placeIn(table, own) };
}

/** A repeated title or header, a page number, a totals line, or a band ("Tuần 1", "PHẦN I. …") over the whole table. */
function isFurniture(own: GridCell[]): boolean {
  const known = own.filter((cell) => fieldOf(cell.text, TIMETABLE_ALIASES) !== null).length;
  if (own.length >= 2 && known === own.length) return true;
  return (
    isTotals(rowText(own)) ||
    isPageNumber(rowText(own)) ||
    (own.length === 1 && isTitle(rowText(own))) ||
    (own.length === 1 && /^(tuần|phần|chương|khối kiến thức|giai đoạn)\s/i.test(rowText(own)))
  );
}

/** One of these a session's row has of its own; what is merged from above is only shared. */
const TELLING = ["day", "weekday", "shift", "clock", "periods", "topic"] as const;

function readRow(table: Table, row: Row, above: Above): Outcome {
  const { own, text, where } = row;
  const says = TELLING.some((field) => row.cellsOf(field).some((cell) => own.includes(cell)));
  if (!says && !isDayOff(rowText(own.slice(-1)))) return unread(where, rowText(own), noSession);
  const dayText = text("day");
  // In a column headed "Thứ" a bare 3 is Tuesday (Thứ Ba).
  const weekday = weekdayNamed(text("weekday").replace(/^(?=[2-7]$)/, "Thứ ") || dayText);
  const recurring = recurringDays(table, row, weekday);
  const day = recurring[0] ?? dayOf(table, row, above);
  above.day = recurring.length > 0 ? null : day;
  const topic = text("topic");
  if (isDayOff(topic) || (own.length <= 2 && isDayOff(rowText(own.slice(-1)))))
    return dayOff(where, day, rowText(own));
  if (!day) return unread(where, rowText(own), noDay(dayText));
  const clock = firstClock(text("clock")) ?? firstClock(dayText) ?? firstClock(text("shift"));
  const periods = periodsNamed(text("periods"));
  const shifts = shiftsOf(text("shift"), dayText, clock, shiftOfPeriods(periods, above.perShift));
  if (shifts.length === 0) return unread(where, rowText(own), noShift);
  const asAbove = topic === "" && above.topic !== "";
  above.topic = topic || above.topic;
  const lecturer = lecturersOf(
    row
      .cellsOf("lecturer")
      .map((cell) => cell.text)
      .join("\n"),
  );
  const entryOn = (on: LocalDate, shift: Shift): TimetableEntry => ({
    day: on,
    shift,
    startsAtLocal: shifts.length === 1 ? clock : null,
    roomText: text("room") || null,
    topic: above.topic,
    lecturer,
    where,
  });
  const days = recurring.length > 0 ? recurring : [day];
  const entries = days.flatMap((on) => shifts.map((shift) => entryOn(on, shift)));
  return {
    sessions: entries.map((entry) => ({ entry, periods })),
    problems: [
      ...(asAbove ? [topicAsAbove(where, above.topic)] : []),
      ...doubts(where, entries, clock, weekday),
    ],
    counted: false,
  };
}

/** "Thứ Ba" with "21/08 - 03/12/23": every Tuesday between. */
function recurringDays(table: Table, { text }: Row, weekday: number | null): LocalDate[] {
  const days = findDays(text("day") || text("clock"), table.year);
  const [from, to] = days;
  return weekday !== null && from && to && days.length === 2 ? weekdaysBetween(from, to, weekday) : [];
}

function dayOf(table: Table, { cellsOf, text }: Row, above: Above): LocalDate | null {
  const dayText = text("day");
  return (
    cellsOf("day").find((cell) => cell.date)?.date ??
    dayNamed(dayText, table.year) ??
    (/\d/.test(dayText) ? null : above.day)
  );
}

/** The named shift wins over the clock, and the clock over the periods; "Buổi 1" names none. */
function shiftsOf(
  shiftText: string,
  dayText: string,
  clock: string | null,
  byPeriods: Shift | null,
): Shift[] {
  const named = [shiftsNamed(shiftText), shiftsNamed(dayText)].find((shifts) => shifts.length > 0);
  const told = clock ? shiftOfClock(clock) : byPeriods;
  return named ?? (told ? [told] : []);
}
