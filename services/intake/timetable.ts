import type { Reading, Shift, SourceDocument, TimetableEntry } from "../types.ts";
import { isBlank, rowsOf } from "./grid-rows.ts";
import { problem } from "./problems.ts";
import { onlyYear, timetableHeader } from "./timetable-columns.ts";
import { twiceAtOnce } from "./timetable-doubts.ts";
import { oneSessionAShift } from "./timetable-outcome.ts";
import type { Outcome } from "./timetable-outcome.ts";
import { readRows } from "./timetable-rows.ts";
import { readWeeks } from "./timetable-week.ts";
import { weekGrid } from "./week-grid.ts";

const SHIFTS: Shift[] = ["morning", "afternoon", "evening"];

/**
 * Sessions of a timetable: a row per session, the date merged (or written once) over its Sáng and Chiều rows, a subject that
 * recurs on a weekday between two dates, or a grid of days or weeks. Rows in = rows, or written places of a grid.
 */
export function understandTimetable(doc: SourceDocument): Reading<TimetableEntry[]> {
  const outcomes = outcomesOf(doc);
  if (outcomes === null) return noTimetable(doc);
  const rows = outcomes.filter((outcome) => outcome.aside !== true);
  const understood = rows.filter(({ sessions, counted }) => sessions.length > 0 || counted).length;
  const { entries, problems } = oneSessionAShift(outcomes.flatMap(({ sessions }) => sessions));
  entries.sort((a, b) => a.day.localeCompare(b.day) || SHIFTS.indexOf(a.shift) - SHIFTS.indexOf(b.shift));
  return {
    kind: "timetable",
    value: entries,
    rowsIn: rows.length,
    understood,
    reported: rows.length - understood,
    problems: [
      ...doc.notes,
      ...outcomes.flatMap((outcome) => outcome.problems),
      ...problems,
      ...twiceAtOnce(entries),
    ],
  };
}

/** Null when no table of the document is a timetable. */
function outcomesOf(doc: SourceDocument): Outcome[] | null {
  const year = onlyYear(doc);
  const read = doc.grids.map((grid): Outcome[] | null => {
    const header = timetableHeader(grid);
    if (header) return readRows({ doc, grid, header, year });
    const week = weekGrid(doc, grid);
    return week && readWeeks(doc, week);
  });
  return read.every((outcomes) => outcomes === null) ? null : read.flatMap((outcomes) => outcomes ?? []);
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
