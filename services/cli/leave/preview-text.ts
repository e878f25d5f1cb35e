import { outcomeWords } from "../../attendance/attendance-words.ts";
import { reportWords } from "../correct/preview-text.ts";
import { field, personWords, shiftWords } from "../explain/mark-text.ts";
import { tableLines } from "../table-lines.ts";
import type { CoveredSession, LeaveCase, WithdrawalCase } from "./load-leave-case.ts";

/** The leave, and what it makes of each session it covers. */
export function leaveText({ course, trainee, leave, sessions }: LeaveCase): string {
  return [
    "Nghỉ có phép · Approved leave",
    field("Khóa · Course", `${course.code} · ${course.name}`),
    field("Học viên · Trainee", personWords(trainee)),
    field("Đơn số · Request no.", `${leave.number} (${leave.attachment.fileName})`),
    field("Lý do · Reason", leave.reason),
    field("Người duyệt · By", leave.decidedBy),
    "",
    ...sessionLines(sessions),
  ].join("\n");
}

/** The leaves taken back, and what stands in each session they covered. */
export function withdrawalText(found: WithdrawalCase, said: { by: string; why: string }): string {
  const { course, trainee, leaves, sessions } = found;
  return [
    "Rút lại đơn nghỉ · Withdraw an approved leave",
    field("Khóa · Course", `${course.code} · ${course.name}`),
    field("Học viên · Trainee", personWords(trainee)),
    ...[...new Set(leaves.map(({ reason }) => reason))].map((reason) => field("Đơn · Request", reason)),
    field("Vì sao · Why", said.why),
    field("Người quyết định · By", said.by),
    "",
    ...sessionLines(sessions),
  ].join("\n");
}

function sessionLines(sessions: readonly CoveredSession[]): string[] {
  const head = ["Buổi · Session", "", "Đang ghi · Now", "Sẽ ghi · Will be", "Báo cáo đã lập · Reports built"];
  const rows = sessions.map(({ session, change, reports }) => {
    const day = `${session.day} ${shiftWords[session.shift].vi}`;
    const id = session.id.slice(0, 8);
    if (change === null) return [day, id, "chưa chốt · open", "tính khi chốt · counted when closed", ""];
    const { now, after } = change;
    const same = now.outcome === after.outcome;
    const will = same ? `không đổi · unchanged` : outcomeWords[after.outcome].vi;
    return [day, id, outcomeWords[now.outcome].vi, will, reports.map(reportWords).join("; ")];
  });
  return tableLines([head, ...rows]).map((line) => `  ${line}`);
}
