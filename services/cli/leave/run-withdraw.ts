import type { Db } from "../../../db/client.ts";
import { approvedLeaves, type ApprovedLeave } from "../../../db/queries/leaves.ts";
import { sessionById } from "../../../db/queries/sessions.ts";
import { systemClock, systemRandom } from "../../../workers/system.ts";
import { withdrawLeaves } from "../../../workers/imports/withdraw-leave.ts";
import { leaveName } from "../../attendance/leave-name.ts";
import { SisoError } from "../../errors.ts";
import type { Bilingual, SessionId, TraineeId } from "../../types.ts";
import type { Course } from "../../../db/queries/courses.ts";
import { findCourse } from "../find-course.ts";
import { findId } from "../find-id.ts";
import { findTraineeOf } from "../find-trainee.ts";
import { withDatabase } from "../open-database.ts";
import { loadWithdrawalCase } from "./load-leave-case.ts";
import { withdrawalText } from "./preview-text.ts";
import { farAhead, lacking, type LeaveResult } from "./run-leave.ts";

/** As typed. */
export interface WithdrawOptions {
  number?: string;
  session?: string;
  why?: string;
  by?: string;
  confirm?: boolean;
}

const required = [
  ["number", "--number", "số của đơn cần rút lại", "the number of the request to withdraw"],
  ["why", "--why", "vì sao rút lại", "why it is withdrawn"],
  ["by", "--by", "người quyết định", "who decides"],
] as const;

/** Shows what stands without a leave and, when confirmed, takes it back. Throws what to type instead. */
export async function runWithdraw(
  courseTyped: string,
  traineeTyped: string,
  options: WithdrawOptions,
  env: Record<string, string | undefined>,
): Promise<LeaveResult> {
  const missing = required.filter(([key]) => (options[key]?.trim() ?? "") === "");
  if (missing.length > 0) throw lacking(missing);
  const said = { by: options.by?.trim() ?? "", why: options.why?.trim() ?? "" };
  return withDatabase(env, async (db) => {
    const course = await findCourse(db, courseTyped);
    const traineeId = await findTraineeOf(db, course.id, farAhead, traineeTyped);
    const leaves = await leavesTyped(db, course, traineeId, options);
    const text = withdrawalText(await loadWithdrawalCase(db, course, traineeId, leaves), said);
    if (options.confirm !== true) return { text, closing: notWritten };
    const ctx = { db, clock: systemClock, random: systemRandom };
    await withdrawLeaves(ctx, course, { leaves, ...said });
    return { text, closing: written };
  });
}

async function leavesTyped(
  db: Db,
  course: Course,
  traineeId: TraineeId,
  { number, session }: WithdrawOptions,
): Promise<ApprovedLeave[]> {
  const own = (await approvedLeaves(db, course.id)).filter((one) => one.traineeId === traineeId);
  const wanted = number?.trim();
  const named = own.filter((leave) => leaveName(leave) === wanted);
  if (named.length === 0) throw noneStands(wanted ?? "", own);
  if (session === undefined) return named;
  const { id } = await findId(db, session, ["session"]);
  const { frame } = await sessionById(db, id as SessionId);
  const found = named.filter((one) => one.startsAt < frame.endsAt && frame.startsAt < one.endsAt);
  if (found.length === 0) throw notOfSession(wanted ?? "", session);
  return found;
}

const notWritten: Bilingual = {
  vi: "Chưa ghi gì. Thêm --confirm để ghi.",
  en: "Nothing was written. Add --confirm to write it.",
};
const written: Bilingual = {
  vi: "Đã rút lại đơn nghỉ và tính lại các buổi học. Đơn gốc vẫn ở trong kho lưu trữ.",
  en: "The leave is withdrawn and its sessions are counted again. The request itself stays in the archive.",
};

function noneStands(number: string, own: readonly ApprovedLeave[]): SisoError {
  const list = [...new Set(own.map(leaveName))].join(", ") || "–";
  return new SisoError("input-invalid", {
    vi: `Học viên này không có đơn nghỉ nào số “${number}” còn hiệu lực. Đang có: ${list}.`,
    en: `This trainee has no standing leave with the number "${number}". There are: ${list}.`,
  });
}

function notOfSession(number: string, session: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `--session ${session}: đơn ${number} không gồm buổi học này.`,
    en: `--session ${session}: the leave ${number} does not cover this session.`,
  });
}
