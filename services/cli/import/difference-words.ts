import { DateTime } from "luxon";
import type { Exam } from "../../../db/queries/reports.ts";
import type { ExamChanges } from "../../report/exam-changes.ts";
import type { Course } from "../../../db/queries/courses.ts";
import type { KnownTrainee } from "../../intake/identity-answers.ts";
import type { TraineeChange, VersionMatch } from "../../intake/roster-versions.ts";
import type { ChangedField, TimetableDiff } from "../../timetable/diff-timetable.ts";
import type { Setup } from "./options.ts";
import type { Bilingual, DecisionReading, SeatRef, Shift } from "../../types.ts";

/** What a file changes against the version in force, a line each. */

const line = (vi: string, en: string): Bilingual => ({ vi, en });
export const shiftWords: Record<Shift, Bilingual> = {
  morning: line("sáng", "morning"),
  afternoon: line("chiều", "afternoon"),
  evening: line("tối", "evening"),
};
const traineeChanges: Record<TraineeChange, Bilingual> = {
  renumbered: line("đổi STT", "renumbered"),
  renamed: line("sửa tên", "renamed"),
  moved: line("đổi đơn vị công tác", "other workplace"),
  "birth-date": line("sửa ngày sinh", "birth date"),
};
const sessionChanges: Record<ChangedField, Bilingual> = {
  day: line("ngày", "day"),
  shift: line("buổi", "shift"),
  start: line("giờ", "start"),
  room: line("phòng", "room"),
  topic: line("nội dung", "topic"),
  lecturer: line("giảng viên", "lecturer"),
};

export const difference = { decision, setup, exams, roster, seats, timetable };

function decision(course: Course | null, next: DecisionReading): Bilingual[] {
  if (course === null) return [line("Khóa mới.", "A new course.")];
  const fields: [string, string, string | null, string | null][] = [
    ["Số quyết định", "Number", course.decisionNumber, next.number],
    ["Ngày ký", "Signed", course.decisionDate, next.date],
    ["Tên lớp", "Name", course.name, next.courseName],
    ["Khai giảng", "First day", course.startsOn, next.startsOn],
    ["Bế giảng", "Last day", course.endsOn, next.endsOn],
    ["Địa điểm", "Place", course.place, next.place],
  ];
  const changed = fields.filter(([, , before, after]) => before !== after);
  return changed.map(([vi, en, before, after]) =>
    line(`${vi}: ${before ?? "–"} → ${after ?? "–"}`, `${en}: ${before ?? "–"} → ${after ?? "–"}`),
  );
}

const setupWords: Record<keyof Setup, Bilingual> = {
  campusCode: line("Cơ sở", "Campus"),
  unitCode: line("Đơn vị quản lý", "Training unit"),
  dutyOfficer: line("Cán bộ phụ trách", "Duty officer"),
  classManager: line("Cán bộ quản lý lớp", "Class manager"),
};

function setup(before: Setup, after: Setup): Bilingual[] {
  const keys = (Object.keys(setupWords) as (keyof Setup)[]).filter((key) => before[key] !== after[key]);
  return keys.map((key) => {
    const change = `${before[key] ?? "–"} → ${after[key] ?? "–"}`;
    return line(`${setupWords[key].vi}: ${change}`, `${setupWords[key].en}: ${change}`);
  });
}

const examWords = {
  mid: line("kiểm tra giữa khóa", "mid-course exam"),
  final: line("thi cuối khóa", "end-course exam"),
};

function exams({ added, moved }: ExamChanges<Exam>, zone: string): Bilingual[] {
  const when = (at: Date) => DateTime.fromJSDate(at, { zone }).toFormat("HH:mm dd/MM/yyyy");
  return [
    ...added.map(({ kind, startsAt }) =>
      line(`+ ${examWords[kind].vi} lúc ${when(startsAt)}`, `${examWords[kind].en} added`),
    ),
    ...moved.map(({ exam: { kind, startsAt: from }, startsAt: to }) =>
      line(
        `→ ${examWords[kind].vi}: ${when(from)} dời sang ${when(to)}, báo cáo đến hạn theo giờ mới`,
        `${examWords[kind].en} moves, and its report's due time with it`,
      ),
    ),
  ];
}

function roster<K extends KnownTrainee>(match: VersionMatch<K>, version: number | null): Bilingual[] {
  const { kept, returned, joined, left, asked } = match;
  const open = new Set<KnownTrainee>(asked.flatMap(({ candidates }) => candidates));
  const gone = left.filter((known) => !open.has(known));
  if (version === null) {
    const count = joined.length;
    return [line(`Danh sách đầu tiên: ${count} học viên.`, `The first roster: ${count} trainees.`)];
  }
  const changed = kept.filter(({ changes }) => changes.some((change) => change !== "renumbered"));
  const renumbered = kept.filter(({ changes }) => changes.join() === "renumbered").length;
  return [
    line(
      `So với phiên bản ${version}: giữ ${kept.length} (có sửa ${changed.length}), thêm ${joined.length}, trở lại ${returned.length}, bớt ${gone.length}, phải hỏi ${asked.length}.`,
      `Against version ${version}: ${kept.length} kept (${changed.length} changed), ${joined.length} join, ${returned.length} return, ${gone.length} leave, ${asked.length} to ask about.`,
    ),
    ...joined.map(({ ordinal, fullName }) => line(`+ ${ordinal ?? "?"} ${fullName}`, "joins")),
    ...returned.map(({ next, previous }) =>
      line(
        `+ ${next.ordinal ?? "?"} ${next.fullName}: trở lại (trước: ${previous.fullName})`,
        "listed again",
      ),
    ),
    ...gone.map(({ ordinal, fullName }) => line(`− ${ordinal ?? "?"} ${fullName}`, "no longer listed")),
    ...(renumbered > 0 ? [line(`~ ${renumbered} học viên chỉ đổi STT`, "renumbered only")] : []),
    ...changed.map(({ next, previous, changes }) =>
      line(
        `~ ${next.ordinal ?? "?"} ${next.fullName}: ${changes.map((change) => traineeChanges[change].vi).join(", ")} (trước: ${previous.ordinal ?? "?"} ${previous.fullName})`,
        changes.map((change) => traineeChanges[change].en).join(", "),
      ),
    ),
  ];
}

export interface SeatChange {
  fullName: string;
  before: SeatRef | null;
  after: SeatRef | null;
}

const at = (seat: SeatRef | null) => (seat ? `hàng ${seat.row} chỗ ${seat.column}` : "chưa có chỗ");
const there = (seat: SeatRef | null) => (seat ? `row ${seat.row} seat ${seat.column}` : "no seat");

function seats(changes: readonly SeatChange[], version: number | null, seated: number): Bilingual[] {
  if (version === null) {
    return [
      line(
        `Sơ đồ đầu tiên của phòng: ${seated} học viên có chỗ.`,
        `The room's first chart: ${seated} seated.`,
      ),
    ];
  }
  const head = line(
    `So với phiên bản ${version}: ${changes.length} học viên đổi chỗ, ${seated} có chỗ.`,
    `Against version ${version}: ${changes.length} change seats, ${seated} are seated.`,
  );
  return [
    head,
    ...changes.map(({ fullName, before, after }) =>
      line(`~ ${fullName}: ${at(before)} → ${at(after)}`, `${there(before)} → ${there(after)}`),
    ),
  ];
}

function timetable(diff: TimetableDiff, first: boolean): Bilingual[] {
  const { kept, moved, added, cancelled, held } = diff;
  if (first)
    return [
      line(`Lịch đầu tiên: ${added.length} buổi học.`, `The first timetable: ${added.length} sessions.`),
    ];
  const slot = (one: { day: string; shift: Shift; topic: string }) =>
    line(`${one.day} ${shiftWords[one.shift].vi} “${one.topic}”`, `${one.day} ${shiftWords[one.shift].en}`);
  const changed = kept.filter(({ changes }) => changes.length > 0);
  return [
    line(
      `Giữ ${kept.length} buổi (sửa ${changed.length}), dời ${moved.length}, thêm ${added.length}, hủy ${cancelled.length}; ${held.length} buổi đã học không đổi.`,
      `${kept.length} sessions kept (${changed.length} changed), ${moved.length} moved, ${added.length} added, ${cancelled.length} cancelled; ${held.length} already held stay as they are.`,
    ),
    ...moved.map(({ session, entry }) =>
      line(`→ ${slot(session).vi} dời sang ${slot(entry).vi}`, `moves to ${slot(entry).en}`),
    ),
    ...added.map((entry) => line(`+ ${slot(entry).vi}`, "added")),
    ...cancelled.map((session) => line(`− ${slot(session).vi}`, "cancelled")),
    ...changed.map(({ entry, changes }) =>
      line(
        `~ ${slot(entry).vi}: đổi ${changes.map((change) => sessionChanges[change].vi).join(", ")}`,
        changes.map((change) => sessionChanges[change].en).join(", "),
      ),
    ),
  ];
}
