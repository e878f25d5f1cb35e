import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { DateTime } from "luxon";
import { readConfig } from "../../../config/read-config.ts";
import { thisMachine } from "../../../config/this-machine.ts";
import type { Db } from "../../../db/client.ts";
import { campusOf } from "../../../db/queries/campus.ts";
import type { Course } from "../../../db/queries/courses.ts";
import { sessionById } from "../../../db/queries/sessions.ts";
import { approveLeave, type LeaveApproval } from "../../../workers/imports/approve-leave.ts";
import { systemClock, systemRandom } from "../../../workers/system.ts";
import { createFileArchive } from "../../archive/file-archive.ts";
import { SisoError } from "../../errors.ts";
import type { Bilingual, Interval, SessionId } from "../../types.ts";
import { findCourse } from "../find-course.ts";
import { findId } from "../find-id.ts";
import { findTraineeOf } from "../find-trainee.ts";
import { parseDay } from "../import/options.ts";
import { openDatabase } from "../open-database.ts";
import { loadLeaveCase } from "./load-leave-case.ts";
import { leaveText } from "./preview-text.ts";

/** As typed. */
export interface LeaveOptions {
  session?: string[];
  from?: string;
  to?: string;
  number?: string;
  file?: string;
  why?: string;
  by?: string;
  confirm?: boolean;
}

export interface LeaveResult {
  text: string;
  closing: Bilingual;
}

const required = [
  ["number", "--number", "số của đơn", "the request's number"],
  ["file", "--file", "tệp đơn có xác nhận của cơ quan (L Đ9.9)", "the certified request's file (L Đ9.9)"],
  ["why", "--why", "lý do nghỉ", "the reason"],
  ["by", "--by", "người duyệt", "who approved it"],
] as const;

/** Shows which sessions a leave excuses and, when confirmed, records it as approved. Throws what to type instead. */
export async function runLeave(
  courseTyped: string,
  traineeTyped: string,
  options: LeaveOptions,
  env: Record<string, string | undefined>,
): Promise<LeaveResult> {
  const missing = required.filter(([key]) => (options[key]?.trim() ?? "") === "");
  if (missing.length > 0) throw lacking(missing);
  const config = readConfig(env, thisMachine);
  const opened = await openDatabase(config);
  try {
    const { db } = opened;
    const course = await findCourse(db, courseTyped);
    const { timeZone } = await campusOf(db, course.campusId);
    const traineeId = await findTraineeOf(db, course.id, farAhead, traineeTyped);
    const leave: LeaveApproval = {
      traineeId,
      intervals: await intervalsOf(db, course, options, timeZone),
      number: options.number ?? "",
      reason: options.why ?? "",
      attachment: await attachmentOf(options.file ?? ""),
      decidedBy: options.by ?? "",
    };
    const found = await loadLeaveCase(db, course, leave);
    const text = leaveText(found);
    if (options.confirm !== true) return { text, closing: notWritten };
    const archive = await createFileArchive({
      dir: config.archiveDir,
      keyFile: config.keyFile,
      second: config.archiveSecond,
    });
    const ctx = { db, archive, clock: systemClock, random: systemRandom };
    const added = await approveLeave(ctx, course, timeZone, leave);
    return { text, closing: added === 0 ? knownBefore : written };
  } finally {
    await opened.close();
  }
}

/** Rosters of later versions count too: a leave may be for somebody who joins next week. */
export const farAhead = new Date("9999-01-01T00:00:00Z");

async function intervalsOf(
  db: Db,
  course: Course,
  { session, from, to }: LeaveOptions,
  zone: string,
): Promise<Interval[]> {
  if ((session === undefined) === (from === undefined)) throw sessionsOrDays();
  if (session === undefined) return [daysOf(from ?? "", to, zone)];
  if (to !== undefined) throw sessionsOrDays();
  const intervals: Interval[] = [];
  for (const typed of session) {
    const { id } = await findId(db, typed, ["session"]);
    const found = await sessionById(db, id as SessionId);
    if (found.courseId !== course.id) throw ofAnotherCourse(typed, course.code);
    intervals.push({ startsAt: found.frame.startsAt, endsAt: found.frame.endsAt });
  }
  return intervals;
}

function daysOf(from: string, to: string | undefined, zone: string): Interval {
  const first = DateTime.fromISO(parseDay("--from", from), { zone });
  const last = to === undefined ? first : DateTime.fromISO(parseDay("--to", to), { zone });
  if (last < first) throw backwards(from, to ?? from);
  return {
    startsAt: first.startOf("day").toJSDate(),
    endsAt: last.plus({ days: 1 }).startOf("day").toJSDate(),
  };
}

async function attachmentOf(path: string): Promise<LeaveApproval["attachment"]> {
  try {
    return { fileName: basename(path), bytes: new Uint8Array(await readFile(path)) };
  } catch (cause) {
    throw new SisoError(
      "file-unreadable",
      {
        vi: `--file ${path}: không đọc được tệp. Kiểm tra đường dẫn; cần bản chụp hoặc tệp đơn có xác nhận.`,
        en: `--file ${path}: the file cannot be read. Check the path; a scan or file of the certified request is needed.`,
      },
      cause,
    );
  }
}

const notWritten: Bilingual = {
  vi: "Chưa ghi gì. Thêm --confirm để ghi.",
  en: "Nothing was written. Add --confirm to write it.",
};
const written: Bilingual = {
  vi: "Đã ghi đơn nghỉ được duyệt; đơn gốc đã niêm phong trong kho lưu trữ.",
  en: "The approved leave is recorded; the request is sealed in the archive.",
};
const knownBefore: Bilingual = {
  vi: "Đơn nghỉ này đã được ghi trước đó; không có gì thay đổi.",
  en: "This leave was recorded before; nothing changed.",
};

export function lacking(
  missing: readonly (readonly [key: string, flag: string, vi: string, en: string])[],
): SisoError {
  return new SisoError("input-invalid", {
    vi: `Còn thiếu: ${missing.map(([, flag, vi]) => `${flag} (${vi})`).join(", ")}.`,
    en: `Missing: ${missing.map(([, flag, , en]) => `${flag} (${en})`).join(", ")}.`,
  });
}

function sessionsOrDays(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Ghi buổi nghỉ bằng --session MÃ_BUỔI (nhiều lần được), hoặc ngày nghỉ bằng --from NGÀY [--to NGÀY].",
    en: "Give sessions with --session ID (repeatable), or days with --from DAY [--to DAY].",
  });
}

function ofAnotherCourse(typed: string, code: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `--session ${typed}: buổi học này không thuộc khóa ${code}.`,
    en: `--session ${typed}: this session is not of course ${code}.`,
  });
}

function backwards(from: string, to: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `--to ${to} sớm hơn --from ${from}.`,
    en: `--to ${to} is before --from ${from}.`,
  });
}
