import type { Grid, GridCell, LocalDate, Shift, SourceDocument, TimetableEntry } from "../types.ts";
import { findDays, weekdaysBetween } from "./dates.ts";
import { isSignature, isTotals } from "./furniture.ts";
import { isBlank, rowsOf, rowText } from "./grid-rows.ts";
import { cellsByColumn, fieldOf } from "./header.ts";
import type { Header } from "./header.ts";
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
import { dayOff, noDay, noShift, topicAsAbove, unread } from "./timetable-outcome.ts";
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
  own: GridCell[];
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
  let ended = false;
  for (const row of body) {
    if (row.own.length === 0 || isFurniture(row.own)) continue;
    if (row.own.length <= 2 && row.own.some((cell) => isSignature(cell.text))) ended = true;
    if (!ended) outcomes.push(readRow(table, row, above));
  }
  return outcomes;
}

function rowOf(table: Table, cells: GridCell[], index: number): Row {
  const byColumn = cellsByColumn(cells, table.header.columns);
  const own = cells.filter((cell) => cell.row === index && !isBlank(cell));
  const cellsOf = (field: TimetableField) =>
    [...byColumn].flatMap(([column, found]) => (column.field === field ? found : []));
  const text = (field: TimetableField) =>
    cleanText(
      cellsOf(field)
        .map((cell) => cell.text)
        .join(" "),
    );
  return { own, cellsOf, text, where: placeOf(table.doc, table.grid, own[0]) };
}

/** A repeated header, a totals line, or a band ("Tuần 1", "PHẦN I. …") over the whole table. */
function isFurniture(own: GridCell[]): boolean {
  const known = own.filter((cell) => fieldOf(cell.text, TIMETABLE_ALIASES) !== null).length;
  if (own.length >= 3 && known === own.length) return true;
  return (
    isTotals(rowText(own)) ||
    (own.length === 1 && /^(tuần|phần|chương|khối kiến thức|giai đoạn)\s/i.test(rowText(own)))
  );
}

function readRow(table: Table, row: Row, above: Above): Outcome {
  const { own, text, where } = row;
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
