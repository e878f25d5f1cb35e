import type { Course } from "../../../db/queries/courses.ts";
import type { RefusedPortrait } from "../../../db/queries/people.ts";
import type { Round } from "../../../db/queries/rounds.ts";
import type { Session } from "../../../db/queries/sessions.ts";
import { outcomeWords } from "../../attendance/attendance-words.ts";
import type { StrangerVerdict, TraineeId } from "../../types.ts";
import { enrolmentWords } from "../../rollcall/enrolment.ts";
import { tableLines } from "../table-lines.ts";
import type { SessionStory } from "./load-story.ts";
import { clock, markWords, personWords, placeOf, shiftWords } from "./mark-text.ts";
import { pictureNumber } from "../picture-number.ts";

const roundWords = {
  due: "chưa đến giờ · due",
  captured: "đã chụp · captured",
  recognised: "đạt · valid",
  failed: "hỏng · failed",
  missed: "lỡ · missed",
  withdrawn: "rút · withdrawn",
} as const;

/** A course's sessions, each with the beginning of its id. */
export function courseText(
  course: Course,
  sessions: readonly Session[],
  refused: readonly RefusedPortrait[],
): string {
  const status = { scheduled: "chưa chốt · open", closed: "đã chốt · closed", cancelled: "hủy · cancelled" };
  const rows = sessions.map((session) => [
    session.id,
    `${session.day} ${shiftWords[session.shift].vi}`,
    placeOf(session),
    status[session.status],
    session.topic,
  ]);
  const head = ["Mã buổi · Session id", "Ngày · Day", "Phòng · Room", "", "Nội dung · Topic"];
  return [`${course.code} · ${course.name}`, ...tableLines([head, ...rows]), ...portraitLines(refused)].join(
    "\n",
  );
}

/** Trainees nobody can recognise yet, and what to send. */
function portraitLines(refused: readonly RefusedPortrait[]): string[] {
  if (refused.length === 0) return [];
  const lines = refused.flatMap(({ fullName, refusal }) =>
    refusal.map((reason) => {
      const words = enrolmentWords(reason);
      return `  ${fullName}: ${words?.vi ?? reason.code} · ${words?.en ?? ""}`;
    }),
  );
  return ["", "Ảnh chân dung không dùng được · Portraits that cannot be used", ...lines];
}

/** Every trainee's outcome in one session, and every round's mark with the beginning of its id. */
export function sessionText(story: SessionStory): string {
  const { course, session, rounds, rows } = story;
  const shift = shiftWords[session.shift];
  const head = [
    "STT",
    "Họ và tên · Name",
    "Buổi · Session",
    ...rounds.map((_, index) => `Lượt ${index + 1} · Round`),
  ];
  const body = rows.map(({ trainee, outcome, marks }) => [
    String(trainee.ordinal ?? "?"),
    trainee.fullName,
    outcome ? outcomeWords[outcome.outcome].vi : "–",
    ...rounds.map(({ id }) => {
      const mark = marks.find(({ roundId }) => roundId === id);
      return mark ? `${mark.id.slice(0, 8)} ${markWords[mark.outcome].vi}` : "–";
    }),
  ]);
  return [
    `${course.code} · ${session.day} ${shift.vi} (${shift.en}), ${placeOf(session)}, “${session.topic}”`,
    `Mã buổi · Session id ${session.id}`,
    ...rounds.map((round, index) => `Lượt ${index + 1} · Round ${index + 1}: ${roundLine(round, session)}`),
    "",
    ...tableLines([head, ...body]),
    ...strangerLines(story),
  ].join("\n");
}

const strangerKinds: Record<StrangerVerdict["kind"], string> = {
  stranger: "người lạ (stranger)",
  "other-course": "học viên khóa khác, sai phòng (trainee of another course, wrong room)",
  "front-zone": "người ở khu vực giảng viên (person at the front)",
};

/** Who was there and is on no list of the class (N11). */
function strangerLines({ rounds, strangers, people }: SessionStory): string[] {
  if (strangers.length === 0) return [];
  const nameOf = (id: TraineeId) => personWords(people.get(id) ?? { fullName: id, ordinal: null });
  const lines = strangers.map(({ roundId, face }) => {
    const { kind, nearSeat, proxyFor, identity, snapshotId } = face;
    const round = rounds.findIndex(({ id }) => id === roundId) + 1;
    const who = identity ? `: ${nameOf(identity.traineeId)}` : "";
    const where = nearSeat
      ? `, gần hàng ${nearSeat.row} chỗ ${nearSeat.column} · near row ${nearSeat.row} seat ${nearSeat.column}`
      : "";
    const proxy = proxyFor ? `, có thể ngồi hộ ở chỗ của ${nameOf(proxyFor)} · possibly a proxy there` : "";
    return `  lượt · round ${round}: ${strangerKinds[kind]}${who}${where}${proxy}, ảnh · picture ${pictureNumber(snapshotId)}`;
  });
  return ["", "Người không có trong danh sách lớp · Faces on no roster of the class", ...lines];
}

/** The time of a round still to come is a secret (N14). */
function roundLine({ status, dueAt, capturedAt }: Round, session: Session): string {
  return status === "due" ? roundWords.due : `${clock(capturedAt ?? dueAt, session)}, ${roundWords[status]}`;
}
