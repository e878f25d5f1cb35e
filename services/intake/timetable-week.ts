import type { GridCell, LocalDate, Shift, SourceDocument } from "../types.ts";
import { isPageNumber, isRemark, isSignature, isTitle } from "./furniture.ts";
import { isBlank, rowsOf, rowText } from "./grid-rows.ts";
import { belowTable, outsideTable, remarkRow } from "./left-out.ts";
import { cleanText } from "./match-key.ts";
import { placeOf } from "./problems.ts";
import { lecturersOf, slotText } from "./slot-cell.ts";
import { isDayOff, periodsPerShift, shiftOfClock, shiftOfPeriods } from "./timetable-cells.ts";
import { doubts } from "./timetable-doubts.ts";
import { aside, dayOff, noDay, noShift, topicAsAbove, unread } from "./timetable-outcome.ts";
import type { Outcome } from "./timetable-outcome.ts";
import { daysOf, endColumn, firstColumn, isHeadAgain, under, weekBand, whenOf } from "./week-grid.ts";
import type { SlotColumn, WeekGrid, When } from "./week-grid.ts";

interface Reader {
  doc: SourceDocument;
  week: WeekGrid;
  perShift: 4 | 5 | null;
  /** Periods stand at the side, so that a bare number there is one. */
  byPeriods: boolean;
  /** Days of the week band above the row, else of the text above the table. */
  range: LocalDate[];
  /** Last topic of each column, for a blank one below. */
  topics: Map<number, string>;
}

interface Line {
  /** Cells that reach the row, and those of them that begin in it. */
  cells: GridCell[];
  own: GridCell[];
  side: When;
}

/** Every written place of a weekly grid: a session on its day (or each week of a term), or reported. */
export function readWeeks(doc: SourceDocument, week: WeekGrid): Outcome[] {
  const lines = rowsOf(week.grid)
    .map((cells, row): Line => {
      const own = cells.filter((cell) => cell.row === row && !isBlank(cell));
      return { cells, own, side: sideOf(cells, week) };
    })
    .slice(week.bodyFrom);
  const places = lines.filter((line) => isLine(line, week));
  const reader: Reader = {
    doc,
    week,
    perShift: periodsPerShift(places.map(({ side }) => side.periods)),
    byPeriods: places.some(({ side }) => side.periods.length > 0),
    range: week.range,
    topics: new Map(),
  };
  const outcomes: Outcome[] = [];
  const below: GridCell[] = [];
  for (const line of lines) {
    const { own, cells, side } = line;
    const band = weekBand(own, week);
    const before = places[places.indexOf(line) - 1]?.side;
    const begins = before === undefined || halfDay(side, reader) !== halfDay(before, reader);
    if (band) reader.range = band;
    else if (places.includes(line)) outcomes.push(...readLine(reader, cells, begins ? cells : own, side));
    else if (below.length > 0 || (own.length <= 2 && own.some((cell) => isSignature(cell.text))))
      below.push(...own);
    else outcomes.push(...besideLines(reader, line));
    outcomes.push(...besidePlaces(reader, line));
  }
  if (below.length > 0) outcomes.push(aside(belowTable(placeIn(reader, below), textsOf(below))));
  return outcomes;
}

/** A row of places: not a band over the table, a heading again, nor a row that says nothing of when. */
function isLine({ own, cells, side }: Line, week: WeekGrid): boolean {
  const first = firstColumn(week.columns);
  const across = own.some((cell) => cell.column < first && cell.column + cell.columnSpan > first);
  if (across || isHeadAgain(own, week)) return false;
  const when =
    side.shifts.length + side.periods.length + side.days.length > 0 || side.weekday !== null || side.clock;
  const written = week.columns.some((column) => under(cells, column).length > 0);
  return Boolean(when) && written;
}

/** What a row that is none of places says; headings again, titles and page numbers say nothing. */
function besideLines(reader: Reader, { own, side }: Line): Outcome[] {
  const inside = own.filter((cell) => cell.column < endColumn(reader.week.columns));
  const text = rowText(inside);
  const where = placeIn(reader, inside);
  if (isRemark(text)) return [aside(remarkRow(where, text))];
  const named = side.shifts.length > 0 || (reader.byPeriods && side.periods.length > 0);
  const free =
    named && inside.every((cell) => cell.column + cell.columnSpan <= firstColumn(reader.week.columns));
  if (text === "" || free || isHeadAgain(inside, reader.week) || isPageNumber(text) || isTitle(text))
    return [];
  return isDayOff(text) ? [dayOff(where, null, text)] : [unread(where, text, noShift)];
}

/** Cells right of the table. */
function besidePlaces(reader: Reader, { own }: Line): Outcome[] {
  const outside = own.filter((cell) => cell.column >= endColumn(reader.week.columns));
  return outside.length > 0 ? [aside(outsideTable(placeIn(reader, outside), textsOf(outside)))] : [];
}

function textsOf(cells: GridCell[]): string[] {
  return cells.map((cell) => cleanText(cell.text));
}

function placeIn({ doc, week }: Reader, cells: GridCell[]): string {
  return placeOf(doc, week.grid, cells[0]);
}

function sideOf(cells: GridCell[], { columns, year }: WeekGrid): When {
  const first = firstColumn(columns);
  return whenOf(
    cells.filter((cell) => cell.column < first).map((cell) => cell.text),
    year,
  );
}

/** Rows of one half-day: a cell merged over them is one session; merged over two half-days it is two. */
function halfDay({ weekday, shifts, periods }: When, { perShift }: Reader): string {
  return `${weekday} ${shifts.length > 0 ? shifts.join() : shiftOfPeriods(periods, perShift)}`;
}

/** `fresh`: the cells that count in this row; one merged from above does not unless a half-day begins. */
function readLine(reader: Reader, cells: GridCell[], fresh: GridCell[], side: When): Outcome[] {
  return reader.week.columns
    .filter(({ role }) => role === "topic")
    .flatMap((column) => {
      const here = under(cells, column);
      const beside = (role: SlotColumn["role"]) =>
        reader.week.columns
          .filter((other) => other.role === role && other.group === column.group)
          .flatMap((other) => under(cells, other));
      const [room, lecturer] = [beside("room"), beside("lecturer")];
      const leading = here.length > 0 ? here : [...room, ...lecturer];
      return leading.some((cell) => fresh.includes(cell))
        ? [readSlot(reader, column, side, { here, room, lecturer })]
        : [];
    });
}

function readSlot(
  reader: Reader,
  column: SlotColumn,
  side: When,
  cells: { here: GridCell[]; room: GridCell[]; lecturer: GridCell[] },
): Outcome {
  const all = [...cells.here, ...cells.room, ...cells.lecturer];
  const where = placeOf(reader.doc, reader.week.grid, cells.here[0] ?? all[0]);
  const said = slotText(joined(cells.here));
  const days = daysOf(column.when, side, reader.range);
  if (isDayOff(said.topic)) return dayOff(where, days[0] ?? null, said.topic);
  const above = reader.topics.get(column.from) ?? "";
  const topic = said.topic || above;
  if (topic !== "") reader.topics.set(column.from, topic);
  const clock = side.clock ?? whenOf([joined(cells.here)], reader.week.year).clock ?? column.when.clock;
  const shifts = shiftsHere(column.when, side, clock, reader.perShift);
  if (days.length === 0) return unread(where, rowText(all), noDay(""));
  if (shifts.length === 0) return unread(where, rowText(all), noShift);
  const entries = days.flatMap((day) =>
    shifts.map((shift) => ({
      day,
      shift,
      startsAtLocal: shifts.length === 1 ? clock : null,
      roomText: rowText(cells.room) || said.room,
      topic,
      lecturer: lecturersOf(joined(cells.lecturer)) ?? said.lecturer,
      where,
    })),
  );
  return {
    sessions: entries.map((entry) => ({ entry, periods: side.periods })),
    problems: [
      ...(said.topic === "" && above !== "" ? [topicAsAbove(where, above)] : []),
      ...doubts(where, entries, clock, column.when.weekday ?? side.weekday),
    ],
    counted: false,
  };
}

function joined(cells: GridCell[]): string {
  return cells.map((cell) => cell.text).join("\n");
}

function shiftsHere(across: When, down: When, clock: string | null, perShift: 4 | 5 | null): Shift[] {
  const named = [down.shifts, across.shifts].find((shifts) => shifts.length > 0);
  const told = clock ? shiftOfClock(clock) : shiftOfPeriods(down.periods, perShift);
  return named ?? (told ? [told] : []);
}
