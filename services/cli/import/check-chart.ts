import type { ChartFile } from "../../../workers/imports/read-files.ts";
import { chartAt } from "../../../db/queries/courses.ts";
import { matchChartToRoster, type SeatMatch } from "../../intake/chart-matching.ts";
import { problem } from "../../intake/problems.ts";
import type { Bilingual, ReadingProblem, SeatRef } from "../../types.ts";
import { roomSeats } from "./chart-answers.ts";
import type { Seatable } from "./check-roster.ts";
import { roomExists, roomsOf, storedRoom, type CourseView } from "./course-view.ts";
import { difference, type SeatChange } from "./difference-words.ts";
import type { ImportOptions } from "./options.ts";

export interface ChartCheck {
  problems: ReadingProblem[];
  unsettled: ReadingProblem[];
  difference: Bilingual[];
  changesNothing: boolean;
}

/** The room a chart is for: what a person typed, else what the chart says. */
export function roomOfChart(file: ChartFile, options: ImportOptions): string | null {
  return options.room ?? file.reading.value.roomText;
}

/** Who of the roster sits where, and what changes; nothing of it is certain while the three questions are open. */
export async function checkChart(
  view: CourseView,
  file: ChartFile,
  roster: Seatable | null,
  options: ImportOptions,
  at: Date,
): Promise<ChartCheck> {
  const room = await roomTroubles(view, file, roomOfChart(file, options));
  if (roster === null)
    return { problems: [], unsettled: [...room, rosterFirst(file)], difference: [], changesNothing: false };
  const seats = roomSeats(file, options);
  if (seats === null) {
    return { problems: [], unsettled: room, difference: [], changesNothing: false };
  }
  const match = matchChartToRoster(seats, roster.entries);
  const compared = room.length > 0 ? null : await compare(view, file, roster, match.seats, options, at);
  return {
    problems: match.problems,
    unsettled: room,
    ...(compared ?? { difference: [], changesNothing: false }),
  };
}

/** Two charts for one room in one call: which of them is meant? */
export function sameRoomTwice(files: readonly ChartFile[], options: ImportOptions): ReadingProblem[] {
  const rooms = files.map((file) => roomOfChart(file, options));
  return files.flatMap((file, index) => {
    const room = rooms[index] ?? null;
    const first = rooms.indexOf(room);
    if (room === null || first === index) return [];
    return [
      problem(
        "ask",
        file.fileName,
        {
          vi: `Hai sơ đồ cho cùng phòng “${room}” (tệp kia: ${files[first]?.fileName}).`,
          en: `Two charts for one room, "${room}" (the other: ${files[first]?.fileName}).`,
        },
        { vi: "Gửi riêng từng sơ đồ, với --room của nó.", en: "Send each chart alone, with its --room." },
      ),
    ];
  });
}

async function roomTroubles(
  view: CourseView,
  file: ChartFile,
  room: string | null,
): Promise<ReadingProblem[]> {
  if (view.campus === null) return [];
  if (room !== null && (await roomExists(view, room))) return [];
  const why =
    room === null
      ? { vi: "Sơ đồ không ghi phòng học.", en: "The chart names no room." }
      : {
          vi: `Cơ sở ${view.campus.code} không có phòng “${room}”.`,
          en: `Campus ${view.campus.code} has no room "${room}".`,
        };
  return [problem("ask", file.fileName, why, chooseRoom(await roomsOf(view)))];
}

export function chooseRoom(rooms: readonly string[], flag = "--room"): Bilingual {
  if (rooms.length === 0) {
    return {
      vi: "Khai báo phòng trong tệp SISO_INSTITUTION_FILE trước (xem README).",
      en: "Declare the room in the SISO_INSTITUTION_FILE first (see the README).",
    };
  }
  const list = rooms.map((name) => `“${name}”`).join(", ");
  return {
    vi: `Dùng ${flag} với một trong: ${list}; hoặc khai báo phòng trong SISO_INSTITUTION_FILE.`,
    en: `Use ${flag} with one of: ${list}; or declare the room in the SISO_INSTITUTION_FILE.`,
  };
}

function rosterFirst(file: ChartFile): ReadingProblem {
  return problem(
    "ask",
    file.fileName,
    {
      vi: "Chưa có danh sách học viên, nên không biết ai ngồi chỗ nào.",
      en: "There is no roster yet, so nobody can be seated.",
    },
    { vi: "Gửi kèm danh sách học viên.", en: "Send the roster too." },
  );
}

async function compare(
  view: CourseView,
  file: ChartFile,
  roster: Seatable,
  seats: SeatMatch[],
  options: ImportOptions,
  at: Date,
): Promise<Pick<ChartCheck, "difference" | "changesNothing">> {
  const seated = seats.filter(({ entry }) => entry !== null).length;
  const roomId = await storedRoom(view, roomOfChart(file, options) ?? "");
  const chart = view.db && view.course && roomId ? await chartAt(view.db, view.course.id, roomId, at) : null;
  const before = new Map(chart?.seats.map(({ traineeId, row, column }) => [traineeId, { row, column }]));
  const changes = roster.entries.flatMap((entry): SeatChange[] => {
    const id = roster.idOf(entry);
    const after = seats.find((match) => match.entry === entry)?.seat ?? null;
    const was = (id && before.get(id)) ?? null;
    return sameSeat(was, after) ? [] : [{ fullName: entry.fullName, before: was, after }];
  });
  return {
    difference: difference.seats(changes, chart?.version ?? null, seated),
    changesNothing: chart !== null && changes.length === 0,
  };
}

function sameSeat(a: SeatRef | null, b: SeatRef | null): boolean {
  return a === null || b === null ? a === b : a.row === b.row && a.column === b.column;
}
