import {
  attendanceWords,
  outcomeWords,
  withdrawalWords,
  withdrawnWords,
} from "../../attendance/attendance-words.ts";
import { leaveName } from "../../attendance/leave-name.ts";
import type { Bilingual, Reason } from "../../types.ts";
import { clock, field, list, markWords, personWords, seenWords, shiftWords } from "../explain/mark-text.ts";
import type { RecordedSession, TraineeRecord } from "./load-record.ts";

/** Nobody else is named in somebody's own record. */
export const somebodyElse = "một học viên khác (another trainee)";

/** The record as a trainee may read it: results with reasons, what people said, what is kept. */
export function recordText(record: TraineeRecord): string {
  const { course, trainee, stored, sessions } = record;
  const born = stored.birthDate ?? (stored.birthYear === null ? "–" : String(stored.birthYear));
  return [
    "Hồ sơ điểm danh của một học viên · One trainee's own record",
    field("Khóa · Course", `${course.code} · ${course.name}`),
    field("Học viên · Trainee", personWords(trainee)),
    field("Ngày sinh · Born", born),
    field("Chức vụ · Position", stored.position ?? "–"),
    field("Đơn vị · Workplace", stored.workplace ?? "–"),
    field("Tổng hợp · Totals", totals(sessions)),
    "",
    "Từng buổi học · Sessions",
    ...sessions.flatMap(sessionLines),
    ...(sessions.length === 0 ? ["  chưa có buổi nào có kết quả · none yet"] : []),
    "",
    ...leaveLines(record),
    ...storedLines(record),
    "",
    "Học viên có quyền xem và đề nghị xem lại kết quả (khiếu nại với cán bộ phụ trách lớp).",
    "A trainee may see this and contest it; the duty officer looks at the picture and decides.",
    `  Ảnh của một kết quả · A result's picture: ./siso explain MÃ_KẾT_QUẢ --picture anh.jpg --purpose "…"`,
    `  Sửa · To correct: ./siso correct MÃ_BUỔI ${trainee.ordinal ?? "STT"} --outcome … --why "…"`,
    `  Gói tự kiểm chứng · Evidence that verifies itself: ./siso archive export --course ${course.code} --trainee ${trainee.ordinal ?? "STT"} --purpose "…" --out goi.zip`,
  ].join("\n");
}

function totals(sessions: readonly RecordedSession[]): string {
  const outcomes = sessions.flatMap(({ outcome }) => outcome?.outcome ?? []);
  const counts = Object.entries(outcomeWords).flatMap(([key, { vi }]) => {
    const count = outcomes.filter((one) => one === key).length;
    return count === 0 ? [] : [`${count} ${vi}`];
  });
  return `${outcomes.length} buổi · sessions: ${counts.join(", ") || "–"}`;
}

function sessionLines({ session, outcome, marks, corrections }: RecordedSession): string[] {
  const shift = shiftWords[session.shift];
  const head = `  ${session.day} ${shift.vi}, ${session.roomName}, “${session.topic}” (mã buổi · session ${session.id.slice(0, 8)})`;
  const said =
    outcome === null
      ? ["    chưa chốt · not closed yet"]
      : [
          `    Kết luận · Outcome: ${both(outcomeWords[outcome.outcome])}`,
          ...(outcome.machineOutcome === outcome.outcome
            ? []
            : [`    Máy ghi · Machine: ${both(outcomeWords[outcome.machineOutcome])}`]),
          ...outcome.reasons.map((reason) => `      ${words(reason)}`),
        ];
  const rounds = marks.flatMap(({ round, mark }) => [
    `    Lượt ${round} · Round ${round}: ${both(markWords[mark.outcome])} (mã · mark ${mark.id.slice(0, 8)})`,
    ...mark.reasons.map((reason) => `      ${words(reason)}`),
  ]);
  const gone = new Set(corrections.map(({ withdraws }) => withdraws));
  const people = corrections.map((one) => {
    const about = one.round === null ? "cả buổi · session" : `lượt · round ${one.round}`;
    const what = one.outcome === null ? withdrawalWords : both(outcomeWords[one.outcome]);
    const after = gone.has(one.id) ? ` (${withdrawnWords})` : "";
    return `    ${one.madeBy}, ${clock(one.madeAt, session)}, ${about}: ${what}: ${one.why}${after}`;
  });
  return [head, ...said, ...rounds, ...people];
}

/** A reason in both languages without anybody else's name. */
function words(reason: Reason): string {
  return both(attendanceWords(reason) ?? seenWords(reason, () => somebodyElse));
}

function both({ vi, en }: Bilingual): string {
  return vi === en ? vi : `${vi} · ${en}`;
}

function leaveLines({ leaves, course, sessions }: TraineeRecord): string[] {
  if (leaves.length === 0) return [];
  const zone = { timeZone: sessions[0]?.session.timeZone ?? "Asia/Ho_Chi_Minh" };
  const lines = leaves.map((leave) => {
    const { withdrawn } = leave;
    const span = `${clock(leave.startsAt, zone)} – ${clock(leave.endsAt, zone)}`;
    const after = withdrawn ? ` (${withdrawnWords}: ${withdrawn.madeBy}: ${withdrawn.why})` : "";
    return `  ${leaveName(leave)}: ${span}, ${leave.reason}, ${leave.decidedBy ?? ""}${after}`;
  });
  return [`Nghỉ có phép · Approved leaves (${course.code})`, ...lines, ""];
}

const sources = {
  "roster-portrait": "danh sách · roster",
  folder: "thư mục · folder",
  session: "buổi học · session",
};

function storedLines({ stored, consent }: TraineeRecord): string[] {
  const { portraits, templates, keptFaces, keyDestroyedAt, pictures, picturesUntil } = stored;
  const face =
    keyDestroyedAt === null
      ? templates.map(
          ({ packId, enrolledAt }) =>
            `mẫu khuôn mặt (mã hóa) · face template (sealed): ${packId}, ${day(enrolledAt)}`,
        )
      : [
          `đã hủy khóa và mẫu khuôn mặt ngày ${day(keyDestroyedAt)}; máy không quan sát khuôn mặt này · key and templates destroyed`,
        ];
  const none = face.length === 0 ? ["không có mẫu khuôn mặt · no face template"] : face;
  return list("Đang lưu về học viên này · What is kept about this trainee", [
    ...portraits.map(({ source, receivedAt, enrolled }) => {
      const used = enrolled ? "đang dùng · in use" : "không dùng · not in use";
      return `ảnh chân dung · portrait: ${sources[source]}, ${day(receivedAt)}, ${used}`;
    }),
    ...none,
    ...consent.map(
      ({ madeBy, madeAt, why }) => `rút đồng ý · consent withdrawn ${day(madeAt)} (${madeBy}): ${why}`,
    ),
    ...(keptFaces > 0 ? [`khuôn mặt giữ tạm để đăng ký · faces kept for enrolment: ${keptFaces}`] : []),
    `ảnh lớp học làm căn cứ · classroom pictures results rest on: ${pictures}${picturesUntil === null ? "" : `, giữ ít nhất đến · kept at least until ${day(picturesUntil)}`}`,
  ]);
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}
