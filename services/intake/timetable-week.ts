import type { GridCell, LocalDate, Shift, SourceDocument } from "../types.ts";
import { isSignature } from "./furniture.ts";
import { isBlank, rowsOf, rowText } from "./grid-rows.ts";
import { placeOf } from "./problems.ts";
import { lecturersOf, slotText } from "./slot-cell.ts";
import { isDayOff, periodsPerShift, shiftOfClock, shiftOfPeriods } from "./timetable-cells.ts";
import { doubts } from "./timetable-doubts.ts";
import { dayOff, noDay, noShift, topicAsAbove, unread } from "./timetable-outcome.ts";
import type { Outcome } from "./timetable-outcome.ts";
import { daysOf, under, weekBand, whenOf } from "./week-grid.ts";
import type { SlotColumn, WeekGrid, When } from "./week-grid.ts";

interface Reader {
  doc: SourceDocument;
  week: WeekGrid;
  perShift: 4 | 5 | null;
  /** Days of the week band above the row, else of the text above the table. */
  range: LocalDate[];
  /** Last topic of each column, for a blank one below. */
  topics: Map<number, string>;
}

/** Every written place of a weekly grid: a session on its day (or each week of a term), or reported. */
export function readWeeks(doc: SourceDocument, week: WeekGrid): Outcome[] {
  const rows = rowsOf(week.grid);
  const body = rows.slice(week.bodyFrom);
  const sides = body.map((cells) => sideOf(cells, week));
  const reader: Reader = {
    doc,
    week,
    perShift: periodsPerShift(sides.map(({ periods }) => periods)),
    range: week.range,
    topics: new Map(),
  };
  const outcomes: Outcome[] = [];
  for (const [i, cells] of body.entries()) {
    const own = cells.filter((cell) => cell.row === week.bodyFrom + i && !isBlank(cell));
    const band = weekBand(own, week);
    const [side, before] = [sides[i] ?? whenOf([], null), sides[i - 1]];
    const begins = before === undefined || halfDay(side, reader) !== halfDay(before, reader);
    if (band) reader.range = band;
    else if (own.length <= 2 && own.some((cell) => isSignature(cell.text))) break;
    else outcomes.push(...readLine(reader, cells, begins ? cells : own, side));
  }
  return outcomes;
}

function sideOf(cells: GridCell[], { columns, year }: WeekGrid): When {
  const first = Math.min(...columns.map(({ from }) => from));
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
