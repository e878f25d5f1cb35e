import type { MeetingReading, Reading, ReadingProblem, SourceDocument, WallTime } from "../types.ts";
import {
  dayOrderOf,
  swapped,
  wallTime,
  writtenTime,
  type FileOrder,
  type WrittenTime,
} from "./meeting-clock.ts";
import { gatherPeople, type RowVerdict } from "./meeting-people.ts";
import { rowPlace, rowsUnknown, rowUnread } from "./meeting-problems.ts";
import { meetingParts, type MeetingParts } from "./meeting-tables.ts";
import { foldAccents } from "./match-key.ts";
import { rowText } from "./grid-rows.ts";
import { problem } from "./problems.ts";

/** Does the file look like a Teams attendance file at all? */
export function isMeetingFile(doc: SourceDocument): boolean {
  return meetingParts(doc) !== null;
}

/**
 * Who was in an online meeting and when, from the file Teams gives: the report of sections 1 to 3, the earlier report of one row a
 * join, or the list of "Joined" and "Left". Rows in = rows of its tables; each is understood or reported. Nobody is matched here.
 */
export function understandMeeting(doc: SourceDocument): Reading<MeetingReading> {
  const parts = meetingParts(doc);
  if (parts === null) return noMeeting(doc);
  const written = writtenTimes(parts);
  const order = dayOrderOf(written);
  const facts = factsOf(parts, order);
  const { people, verdicts, last } = gatherPeople(doc, parts.tables, order.order, facts);
  const unread = verdicts.filter((verdict) => !verdict.ok);
  const times = people.flatMap(({ stays }) => stays);
  const value: MeetingReading = {
    title: facts.title,
    startedAt: facts.startedAt ?? earliest(times.map(({ joinedAt }) => joinedAt)),
    endedAt: facts.endedAt ?? last,
    clock: parts.tables.some(({ utc }) => utc) || written.some(({ utc }) => utc) ? "utc" : "local",
    dayOrderCertain: order.certain,
    incomplete: facts.incomplete,
    people,
  };
  return {
    kind: "online-attendance",
    value,
    rowsIn: verdicts.length,
    understood: verdicts.length - unread.length,
    reported: unread.length,
    problems: [...doc.notes, ...troubles(doc, parts, verdicts), ...incompleteList(doc, value)],
  };
}

/** The same reading with day and month of every date the other way round; null when that is no date somewhere. */
export function withDaysSwapped(reading: MeetingReading): MeetingReading | null {
  const all = [
    reading.startedAt,
    reading.endedAt,
    ...reading.people.flatMap(({ stays }) => stays.flatMap(({ joinedAt, leftAt }) => [joinedAt, leftAt])),
  ];
  if (all.some((time) => time !== null && swapped(time) === null)) return null;
  return {
    ...reading,
    startedAt: turn(reading.startedAt),
    endedAt: turn(reading.endedAt),
    people: reading.people.map((person) => ({
      ...person,
      stays: person.stays.map(({ joinedAt, leftAt }) => ({ joinedAt: turn(joinedAt), leftAt: turn(leftAt) })),
    })),
  };
}

function turn<T extends WallTime | null>(time: T): T {
  return time === null ? time : (swapped(time) as T);
}

export interface MeetingFacts {
  title: string | null;
  startedAt: WallTime | null;
  endedAt: WallTime | null;
  incomplete: boolean;
}

function writtenTimes({ tables, facts }: MeetingParts): WrittenTime[] {
  const cells = [
    ...tables.flatMap(({ rows }) => rows.flatMap((row) => row.cells)),
    ...facts.map(({ cell }) => cell),
  ];
  return cells.map(writtenTime).filter((time): time is WrittenTime => time !== null);
}

function earliest(times: WallTime[]): WallTime | null {
  return times.toSorted()[0] ?? null;
}

const STARTED = /^(meeting )?start time|^(thoi gian|gio) bat dau/;
const ENDED = /^(meeting )?end time|^(thoi gian|gio) ket thuc/;
const TITLE = /^meeting title|^(tieu de|ten)( cuoc)? hop|^tieu de/;
const INCOMPLETE = /data (could|may|might) be incomplete|(du lieu|danh sach) (co the )?(chua|khong) day du/;

function factsOf({ facts }: MeetingParts, { order }: FileOrder): MeetingFacts {
  const cellOf = (pattern: RegExp) => facts.find(({ title }) => pattern.test(title))?.cell;
  const timeOf = (pattern: RegExp) => {
    const cell = cellOf(pattern);
    const time = cell ? writtenTime(cell) : null;
    return time ? wallTime(time, order) : null;
  };
  return {
    title: cellOf(TITLE)?.text.trim() || null,
    startedAt: timeOf(STARTED),
    endedAt: timeOf(ENDED),
    incomplete: facts.some(({ title }) => INCOMPLETE.test(foldAccents(title))),
  };
}

function troubles(doc: SourceDocument, { tables }: MeetingParts, verdicts: RowVerdict[]): ReadingProblem[] {
  const unknown = tables.filter(({ shape, rows }) => shape === "unknown" && rows.length > 0);
  return [
    ...verdicts.flatMap(({ row, grid, why }) =>
      why === null ? [] : [rowUnread(rowPlace(doc, grid, row), rowText(row.cells), why)],
    ),
    ...unknown.map(({ grid, rows }) => rowsUnknown(rowPlace(doc, grid, rows[0]), rows.length)),
  ];
}

function incompleteList(doc: SourceDocument, { incomplete }: MeetingReading): ReadingProblem[] {
  if (!incomplete) return [];
  return [
    problem(
      "ask",
      doc.fileName,
      {
        vi: "Chính tệp này ghi là danh sách có thể chưa đầy đủ; người không có tên trong tệp sẽ không bị tính là vắng.",
        en: "The file itself says that it may be incomplete; nobody missing from it is counted as absent.",
      },
      {
        vi: "Tải báo cáo điểm danh (attendance report) của cuộc họp thay cho danh sách này.",
        en: "Download the meeting's attendance report instead of this list.",
      },
    ),
  ];
}

function noMeeting(doc: SourceDocument): Reading<MeetingReading> {
  const rows = doc.grids.reduce((sum, grid) => sum + new Set(grid.cells.map(({ row }) => row)).size, 0);
  const missing = problem(
    "refuse",
    doc.fileName,
    {
      vi: "Không phải tệp điểm danh của Microsoft Teams: không có bảng với tên, giờ vào và giờ ra.",
      en: "This is no Microsoft Teams attendance file: there is no table of names with join and leave times.",
    },
    {
      vi: "Trong Teams mở cuộc họp, thẻ Điểm danh (Attendance), Tải xuống, rồi gửi nguyên tệp .csv đó.",
      en: "In Teams open the meeting, tab Attendance, Download, and send that .csv as it is.",
    },
  );
  const empty = { title: null, startedAt: null, endedAt: null, clock: "local" as const };
  return {
    kind: "online-attendance",
    value: { ...empty, dayOrderCertain: true, incomplete: false, people: [] },
    rowsIn: rows,
    understood: 0,
    reported: rows,
    problems: [...doc.notes, missing],
  };
}
