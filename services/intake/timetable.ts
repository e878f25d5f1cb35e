import type {
  Grid,
  GridCell,
  LocalDate,
  Reading,
  ReadingProblem,
  Shift,
  SourceDocument,
  TimetableEntry,
} from "../types.ts";
import { isSignature, isTotals } from "./furniture.ts";
import { isBlank, rowsOf, rowText } from "./grid-rows.ts";
import { cellsByColumn, fieldOf } from "./header.ts";
import type { Header } from "./header.ts";
import { cleanText } from "./match-key.ts";
import { placeOf, problem } from "./problems.ts";
import { TIMETABLE_ALIASES, timetableHeader } from "./timetable-columns.ts";
import type { TimetableField } from "./timetable-columns.ts";
import { doubts, shown, twiceAtOnce } from "./timetable-doubts.ts";
import {
  dayNamed,
  firstClock,
  isDayOff,
  shiftOfClock,
  shiftsNamed,
  weekdayNamed,
} from "./timetable-cells.ts";

interface Table {
  doc: SourceDocument;
  grid: Grid;
  header: Header<TimetableField>;
  /** A year for dates written without one: the only year the document names. */
  year: number | null;
}

/** What the rows above leave in force. */
interface Above {
  day: LocalDate | null;
}

interface Outcome {
  entries: TimetableEntry[];
  problems: ReadingProblem[];
  /** A body row that is no session and says so: a day off. */
  counted: boolean;
}

/** Sessions of a timetable: a row per session, or the date merged (or written once) over its Sáng and Chiều rows. */
export function understandTimetable(doc: SourceDocument): Reading<TimetableEntry[]> {
  const tables = doc.grids.map((grid) => timetableIn(doc, grid)).filter((table) => table !== null);
  if (tables.length === 0) return noTimetable(doc);
  const value: TimetableEntry[] = [];
  const problems = [...doc.notes];
  let [rowsIn, understood] = [0, 0];
  for (const table of tables) {
    for (const outcome of readRows(table)) {
      rowsIn++;
      if (outcome.entries.length > 0 || outcome.counted) understood++;
      value.push(...outcome.entries);
      problems.push(...outcome.problems);
    }
  }
  problems.push(...twiceAtOnce(value));
  value.sort((a, b) => a.day.localeCompare(b.day) || SHIFTS.indexOf(a.shift) - SHIFTS.indexOf(b.shift));
  return { kind: "timetable", value, rowsIn, understood, reported: rowsIn - understood, problems };
}

const SHIFTS: Shift[] = ["morning", "afternoon", "evening"];

function timetableIn(doc: SourceDocument, grid: Grid): Table | null {
  const header = timetableHeader(grid);
  return header && { doc, grid, header, year: onlyYear(doc) };
}

function onlyYear(doc: SourceDocument): number | null {
  const texts = [...doc.paragraphs, ...doc.grids.flatMap((grid) => grid.cells.map((cell) => cell.text))];
  const years = new Set(texts.flatMap((text) => text.match(/\b20\d{2}\b/g) ?? []));
  return years.size === 1 ? Number([...years][0]) : null;
}

function readRows(table: Table): Outcome[] {
  const above: Above = { day: null };
  const outcomes: Outcome[] = [];
  let ended = false;
  rowsOf(table.grid).forEach((cells, index) => {
    const own = cells.filter((cell) => cell.row === index && !isBlank(cell));
    if (index < table.header.bodyFrom || own.length === 0 || isFurniture(own)) return;
    if (own.length <= 2 && own.some((cell) => isSignature(cell.text))) ended = true;
    if (!ended) outcomes.push(readRow(table, cells, own, above));
  });
  return outcomes;
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

function readRow(table: Table, cells: GridCell[], own: GridCell[], above: Above): Outcome {
  const byColumn = cellsByColumn(cells, table.header.columns);
  const cellsOf = (field: TimetableField) =>
    [...byColumn].flatMap(([column, found]) => (column.field === field ? found : []));
  const text = (field: TimetableField) =>
    cleanText(
      cellsOf(field)
        .map((cell) => cell.text)
        .join(" "),
    );
  const where = placeOf(table.doc, table.grid, own[0]);
  const dayText = text("day");
  const day =
    cellsOf("day").find((cell) => cell.date)?.date ??
    dayNamed(dayText, table.year) ??
    (dayHasDate(dayText) ? null : above.day);
  above.day = day;
  const topic = text("topic");
  if (isDayOff(topic) || (own.length <= 2 && isDayOff(rowText(own.slice(-1)))))
    return dayOff(where, day, rowText(own));
  if (!day)
    return unread(where, rowText(own), {
      vi: `không đọc được ngày${dayText ? ` “${dayText}”` : ""}`,
      en: `no day could be read${dayText ? ` in “${dayText}”` : ""}`,
    });
  const clock = firstClock(text("clock")) ?? firstClock(dayText) ?? firstClock(text("shift"));
  const shifts = shiftsOf(text("shift"), dayText, clock);
  if (shifts.length === 0)
    return unread(where, rowText(own), {
      vi: "không biết buổi sáng, chiều hay tối",
      en: "neither a shift nor a time is given",
    });
  const room = text("room") || null;
  const lecturer = text("lecturer") || null;
  const entries = shifts.map((shift): TimetableEntry => ({
    day,
    shift,
    startsAtLocal: shifts.length === 1 ? clock : null,
    roomText: room,
    topic,
    lecturer,
    where,
  }));
  return {
    entries,
    problems: doubts(where, entries, clock, weekdayNamed(text("weekday") || dayText)),
    counted: false,
  };
}

function dayHasDate(text: string): boolean {
  return /\d/.test(text);
}

/** The named shift wins over the clock; "Buổi 1" names none. */
function shiftsOf(shiftText: string, dayText: string, clock: string | null): Shift[] {
  const named = [shiftsNamed(shiftText), shiftsNamed(dayText)].find((shifts) => shifts.length > 0);
  return named ?? (clock ? [shiftOfClock(clock)] : []);
}

function dayOff(where: string, day: LocalDate | null, text: string): Outcome {
  return {
    entries: [],
    counted: true,
    problems: [
      problem(
        "note",
        where,
        {
          vi: `${day ? `${shown(day)}: ` : ""}“${text.slice(0, 60)}” không phải buổi học.`,
          en: `“${text.slice(0, 60)}” is no session.`,
        },
        { vi: "Không cần làm gì.", en: "Nothing to do." },
      ),
    ],
  };
}

function unread(where: string, text: string, reason: { vi: string; en: string }): Outcome {
  return {
    entries: [],
    counted: false,
    problems: [
      problem(
        "ask",
        where,
        { vi: `Hàng “${text.slice(0, 60)}”: ${reason.vi}.`, en: `Row “${text.slice(0, 60)}”: ${reason.en}.` },
        {
          vi: "Ghi ngày/tháng/năm và buổi (Sáng, Chiều, Tối) hoặc giờ học.",
          en: "Give day/month/year and the shift (Sáng, Chiều, Tối) or the time.",
        },
      ),
    ],
  };
}

function noTimetable(doc: SourceDocument): Reading<TimetableEntry[]> {
  const rows = doc.grids.flatMap((grid) => rowsOf(grid)).filter((row) => !row.every(isBlank)).length;
  const missing = problem(
    "refuse",
    doc.fileName,
    {
      vi: "Không tìm thấy lịch học: cần hàng tiêu đề có Ngày (Thời gian) và Nội dung.",
      en: "No timetable found: a header row with day and topic is needed.",
    },
    {
      vi: "Thêm hàng tiêu đề TT, Ngày, Buổi, Nội dung, Giảng viên, Địa điểm.",
      en: "Add a header row: TT, Ngày, Buổi, Nội dung, Giảng viên, Địa điểm.",
    },
  );
  return {
    kind: "timetable",
    value: [],
    rowsIn: rows,
    understood: 0,
    reported: rows,
    problems: [...doc.notes, missing],
  };
}
