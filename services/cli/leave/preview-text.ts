import { outcomeWords } from "../../attendance/attendance-words.ts";
import { reportWords } from "../correct/preview-text.ts";
import { field, personWords, shiftWords } from "../explain/mark-text.ts";
import { tableLines } from "../table-lines.ts";
import type { LeaveCase } from "./load-leave-case.ts";

/** The leave, and what it makes of each session it covers. */
export function leaveText({ course, trainee, leave, sessions }: LeaveCase): string {
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
  return [
    "Nghỉ có phép · Approved leave",
    field("Khóa · Course", `${course.code} · ${course.name}`),
    field("Học viên · Trainee", personWords(trainee)),
    field("Đơn số · Request no.", `${leave.number} (${leave.attachment.fileName})`),
    field("Lý do · Reason", leave.reason),
    field("Người duyệt · By", leave.decidedBy),
    "",
    ...tableLines([head, ...rows]).map((line) => `  ${line}`),
  ].join("\n");
}
