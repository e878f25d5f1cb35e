import { knownSessions, placedEntries } from "../../../workers/imports/confirm-timetable.ts";
import type { TimetableFile } from "../../../workers/imports/read-files.ts";
import { latestRuleVersion, rulesAt } from "../../../db/queries/rules.ts";
import { problem } from "../../intake/problems.ts";
import { changesNothing, diffTimetable } from "../../timetable/diff-timetable.ts";
import { frameOf } from "../../timetable/frame.ts";
import { onlinePlace, withOnlinePlace } from "../../timetable/online-place.ts";
import { SisoError } from "../../errors.ts";
import type { Bilingual, ReadingProblem, Rules, TimetableEntry } from "../../types.ts";
import { chooseRoom } from "./check-chart.ts";
import { roomExists, roomsOf, type CourseView } from "./course-view.ts";
import { difference } from "./difference-words.ts";

export interface TimetableCheck {
  problems: ReadingProblem[];
  unsettled: ReadingProblem[];
  difference: Bilingual[];
  changesNothing: boolean;
}

export async function checkTimetable(
  view: CourseView,
  file: TimetableFile,
  at: Date,
): Promise<TimetableCheck> {
  const { db, course, clock } = view;
  const read = file.reading.value;
  const entries = db && course ? await placedEntries(db, course, read) : withOnlinePlace(read, () => false);
  const rules = await rulesInForce(view, at);
  const sessions = db && course ? await knownSessions({ db, clock }, course) : [];
  const diff = diffTimetable(sessions, entries, rules);
  return {
    problems: past(file, diff.added, view.clock.now(), (entry) => startOf(view, entry, rules)),
    unsettled: [
      ...(await unknownRooms(view, entries)),
      ...slotTwice(entries),
      ...badStarts(view, entries, rules),
    ],
    difference: difference.timetable(diff, sessions.length === 0),
    changesNothing: sessions.length > 0 && changesNothing(diff),
  };
}

async function rulesInForce({ db, institution }: CourseView, at: Date): Promise<Rules> {
  const stored = db && (await latestRuleVersion(db)) ? await rulesAt(db, at) : null;
  return stored?.rules ?? institution.rules;
}

async function unknownRooms(view: CourseView, entries: readonly TimetableEntry[]): Promise<ReadingProblem[]> {
  if (view.campus === null) return [];
  const rooms = [...new Set(entries.map(({ roomText }) => roomText))];
  const troubles: ReadingProblem[] = [];
  for (const room of rooms) {
    if (room === onlinePlace || (room !== null && (await roomExists(view, room)))) continue;
    const [first, ...more] = entries.filter(({ roomText }) => roomText === room);
    const why =
      room === null
        ? {
            vi: `${more.length + 1} buổi học không ghi phòng.`,
            en: `${more.length + 1} session(s) name no room.`,
          }
        : {
            vi: `Cơ sở ${view.campus.code} không có phòng “${room}” (${more.length + 1} buổi học).`,
            en: `Campus ${view.campus.code} has no room "${room}" (${more.length + 1} session(s)).`,
          };
    troubles.push(problem("ask", first?.where ?? "", why, writeRoom(await roomsOf(view))));
  }
  return troubles;
}

function writeRoom(rooms: readonly string[]): Bilingual {
  if (rooms.length === 0) return chooseRoom(rooms);
  const list = rooms.map((name) => `“${name}”`).join(", ");
  return {
    vi: `Ghi phòng đúng như đã khai báo: ${list}; hoặc khai báo phòng trong SISO_INSTITUTION_FILE.`,
    en: `Write the room as declared: ${list}; or declare it in the SISO_INSTITUTION_FILE.`,
  };
}

/** A course has one session a shift; two rows for one shift leave open which is meant. */
function slotTwice(entries: readonly TimetableEntry[]): ReadingProblem[] {
  const first = new Map<string, TimetableEntry>();
  return entries.flatMap((entry) => {
    const key = `${entry.day} ${entry.shift}`;
    const other = first.get(key);
    first.set(key, other ?? entry);
    if (other === undefined) return [];
    return [
      problem(
        "ask",
        entry.where,
        { vi: `Trùng ngày và buổi với ${other.where}.`, en: `The same day and shift as ${other.where}.` },
        {
          vi: "Mỗi buổi chỉ một hàng: xóa hoặc sửa một trong hai.",
          en: "One row a shift: delete or correct one.",
        },
      ),
    ];
  });
}

function badStarts(view: CourseView, entries: readonly TimetableEntry[], rules: Rules): ReadingProblem[] {
  return entries.flatMap((entry) => {
    const start = startOf(view, entry, rules);
    if (!(start instanceof SisoError)) return [];
    return [problem("ask", entry.where, start.words, { vi: "Sửa giờ học.", en: "Correct the time." })];
  });
}

function startOf(view: CourseView, entry: TimetableEntry, rules: Rules): Date | SisoError | null {
  if (view.campus === null) return null;
  try {
    return frameOf({ ...entry, zone: view.campus.timeZone, rules }).startsAt;
  } catch (error) {
    if (error instanceof SisoError) return error;
    throw error;
  }
}

function past(
  file: TimetableFile,
  added: readonly TimetableEntry[],
  now: Date,
  startOf: (entry: TimetableEntry) => Date | SisoError | null,
): ReadingProblem[] {
  const over = added.filter((entry) => {
    const start = startOf(entry);
    return start instanceof Date && start < now;
  });
  if (over.length === 0) return [];
  return [
    problem(
      "note",
      file.fileName,
      {
        vi: `${over.length} buổi học đã bắt đầu hoặc đã qua; các buổi đã qua không có ảnh nên không tính vắng cho ai.`,
        en: `${over.length} session(s) have begun or are over; those over have no picture and count against nobody.`,
      },
      { vi: "Kiểm tra năm và ngày của lịch.", en: "Check the year and the days." },
    ),
  ];
}
