import { DateTime } from "luxon";
import {
  attendanceWords,
  outcomeWords,
  withdrawalWords,
  withdrawnWords,
} from "../../attendance/attendance-words.ts";
import { gapWords } from "../../evidence/gap-words.ts";
import { reasonWords } from "../../rollcall/reason-words.ts";
import { onlinePlace } from "../../timetable/online-place.ts";
import type { Bilingual, MarkEvidence, MarkOutcome, Reason, SeatRef, Shift, TraineeId } from "../../types.ts";
import type { Course } from "../../../db/queries/courses.ts";
import type { Session } from "../../../db/queries/sessions.ts";
import type { LogProof } from "../../../db/queries/log-audit.ts";
import type { MarkStory, Person, TraineeStory } from "./load-story.ts";
import { pictureNumber } from "../picture-number.ts";

export const shiftWords: Record<Shift, Bilingual> = {
  morning: { vi: "sáng", en: "morning" },
  afternoon: { vi: "chiều", en: "afternoon" },
  evening: { vi: "tối", en: "evening" },
};

/** One round says only whether somebody was seen; leave is a matter of the session. */
export const markWords: Record<MarkOutcome, Bilingual> = {
  present: { vi: "có mặt", en: "present" },
  absent: { vi: "không có mặt", en: "absent" },
  "not-observable": { vi: "không quan sát được", en: "not observable" },
  review: { vi: "cần người xem xét", en: "to be reviewed" },
};

const seatingWords: Record<"own-seat" | "off-seat" | "unknown", Bilingual> = {
  "own-seat": { vi: "ngồi đúng chỗ", en: "in the own seat" },
  "off-seat": { vi: "ngồi sai chỗ", en: "in another seat" },
  unknown: { vi: "không rõ chỗ", en: "seat not known" },
};

/** The session's outcome for one trainee, then every mark behind it. */
export function traineeText(story: TraineeStory): string {
  const { session, trainee, outcome, corrections, marks } = story;
  const head = [
    `Kết quả của một học viên · One trainee's outcome`,
    ...context(story.course, session, trainee),
  ];
  const said = outcome
    ? outcomeLines(story)
    : [field("Kết luận · Outcome", "buổi học chưa chốt · not closed yet")];
  const gone = new Set(corrections.map(({ withdraws }) => withdraws));
  const words = corrections.map((one) => correctionLine(one, session, gone.has(one.id)));
  const rounds = marks.map((mark) => ["", ...ownLines(mark)].join("\n"));
  const none =
    marks.length === 0 && !session.online
      ? ["", "  Không lượt điểm danh nào cho kết quả · No round gave a mark"]
      : [];
  return [...head, ...said, ...words, ...rounds, ...none].join("\n");
}

/** One mark in words. */
export function markText(story: MarkStory): string {
  const head = [
    "Kết quả một lượt điểm danh · One mark",
    ...context(story.course, story.session, story.trainee),
  ];
  return [...head, ...ownLines(story)].join("\n");
}

export function context(course: Course, session: Session, trainee: Person): string[] {
  const shift = shiftWords[session.shift];
  return [
    field("Khóa · Course", `${course.code} · ${course.name}`),
    field(
      "Buổi · Session",
      `${session.day} ${shift.vi} (${shift.en}), ${placeOf(session)}, “${session.topic}”`,
    ),
    field("Mã buổi · Session id", session.id),
    field("Học viên · Trainee", personWords(trainee)),
  ];
}

/** Where a session is held, as people read it. */
export function placeOf({ online, roomName }: Pick<Session, "online" | "roomName">): string {
  return online ? onlinePlace : roomName;
}

function correctionLine(
  { madeBy, madeAt, outcome, why }: TraineeStory["corrections"][number],
  session: Session,
  gone: boolean,
): string {
  const said =
    outcome === null ? withdrawalWords : `${outcomeWords[outcome].vi} · ${outcomeWords[outcome].en}`;
  const after = gone ? ` (${withdrawnWords})` : "";
  return field("Người sửa · Corrected", `${madeBy}, ${clock(madeAt, session)}: ${said}: ${why}${after}`);
}

function outcomeLines({ outcome, people }: TraineeStory): string[] {
  if (outcome === null) return [];
  const { vi, en } = outcomeWords[outcome.outcome];
  const machine = outcomeWords[outcome.machineOutcome];
  const differs = outcome.machineOutcome !== outcome.outcome;
  return [
    field("Kết luận · Outcome", `${vi} · ${en}`),
    ...(differs ? [field("Máy ghi · Machine", `${machine.vi} · ${machine.en}`)] : []),
    ...list(
      "Vì sao · Why",
      outcome.reasons.flatMap((reason) => reasonLines(reason, people)),
    ),
  ];
}

function ownLines(story: MarkStory): string[] {
  const { mark, session, people } = story;
  const outcome = markWords[mark.outcome];
  return [
    field(
      "Lượt · Round",
      `${clock(mark.capturedAt ?? mark.dueAt, session)}, nửa ${mark.half} · half ${mark.half}`,
    ),
    field("Mã kết quả · Mark id", `${mark.id} (lần ${mark.run} · run ${mark.run})`),
    field(
      "Kết luận · Outcome",
      `${outcome.vi} · ${outcome.en} (xác suất có mặt · probability of presence ${share(mark.confidence)})`,
    ),
    field("Chỗ ngồi · Seat", seatLine(story)),
    ...neverSeenLines(story),
    ...list(
      "Vì sao · Why",
      mark.reasons.flatMap((reason) => reasonLines(reason, people)),
    ),
    ...list("Khuôn mặt này là ai · Whose face it is", alternatives(story)),
    ...(story.pictures.length === 0
      ? [field("Bằng chứng · Evidence", "không có ảnh nào cho thấy chỗ này · no picture shows this place")]
      : []),
    ...list("Bằng chứng · Evidence", evidence(story)),
    ...list("Ảnh thiếu · Missing pictures", gaps(story)),
    ...list("Theo · Made under", versions(story)),
    ...list("Trong nhật ký · In the log", proofLines(story)),
  ];
}

function seatLine({ mark }: MarkStory): string {
  const { vi, en } = seatingWords[mark.seating];
  const own = mark.chart?.ownSeat ?? null;
  const seen =
    mark.observedSeat && mark.seating === "off-seat" ? `; thấy ở · seen at ${seat(mark.observedSeat)}` : "";
  return `${vi} · ${en}; sơ đồ · chart ${own ? seat(own) : "–"}${seen}`;
}

/** As it stands now; an absence of the first sessions may rest on a seat that no camera sees. */
function neverSeenLines({ neverSeen }: MarkStory): string[] {
  return neverSeen.map(({ cameraCode, sessions }) =>
    field(
      "Chỗ chưa thấy ai",
      `camera ${cameraCode} chưa từng thấy ai ở chỗ này trong ${sessions} buổi của lớp · never saw anybody in this seat in ${sessions} session(s) of the class`,
    ),
  );
}

function seat({ row, column }: SeatRef): string {
  return `hàng ${row} chỗ ${column} (row ${row} seat ${column})`;
}

export function reasonLines(reason: Reason, people: Map<TraineeId, Person>): string[] {
  const nameOf = (id: TraineeId) => personWords(people.get(id) ?? { fullName: id, ordinal: null });
  const words = attendanceWords(reason, nameOf) ?? seenWords(reason, nameOf);
  return [words.vi, words.en];
}

/** A mark outlives the program that made it, and with it a reason this one no longer gives. */
export function seenWords(reason: Reason, nameOf: (id: TraineeId) => string): Bilingual {
  try {
    return reasonWords(reason, nameOf);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const said = `${reason.code} ${JSON.stringify(reason.params)}`;
    return { vi: `Lý do không còn lời giải thích: ${said}`, en: `A reason without words any more: ${said}` };
  }
}

function alternatives({ mark, people }: MarkStory): string[] {
  return mark.alternatives.map(({ traineeId, posterior, similarity }) => {
    const who =
      traineeId === null
        ? "không phải ai trong lớp · nobody of the class"
        : personWords(people.get(traineeId) ?? { fullName: traineeId, ordinal: null });
    // Older marks name, without a number, people whose face nobody could compare.
    const alike = (similarity as number | null) === null ? "–" : similarity.toFixed(2);
    return `${who}: ${share(posterior)}, độ giống · similarity ${alike}`;
  });
}

const shownWords: Record<NonNullable<MarkEvidence["shows"]>, Bilingual> = {
  face: { vi: "khuôn mặt được coi là của học viên", en: "the face taken for the trainee's" },
  seat: { vi: "chỗ ngồi của học viên", en: "the trainee's seat" },
  sitter: { vi: "khuôn mặt người ngồi ở chỗ của học viên", en: "the face of who sits in the trainee's seat" },
  "unseen-sitter": {
    vi: "chỗ có người ngồi mà không rõ là ai",
    en: "a taken seat whose sitter nobody can name",
  },
  room: { vi: "cả ảnh: sơ đồ không ghi chỗ", en: "the whole picture: the chart gives no seat" },
};

function evidence({ pictures, session }: MarkStory): string[] {
  return pictures.flatMap((one) => {
    const { snapshotId, box, shows, cameraCode, takenAt, sha256 } = one;
    const { x, y, width, height } = box;
    const place = [x, y, width, height].map((value) => Math.round(value)).join(" ");
    const { vi, en } = shownWords[shows ?? "face"];
    return [
      `ảnh · picture ${snapshotId}, camera ${cameraCode}, ${clock(takenAt, session)}`,
      `  khung · box x y rộng cao = ${place} px${scoreOf(one)}`,
      `  ${vi} · ${en}`,
      `  sha256 ${sha256}`,
    ];
  });
}

function scoreOf({ similarity, occupancy }: MarkEvidence): string {
  if (similarity !== null) return `, độ giống · similarity ${similarity.toFixed(2)}`;
  if (occupancy === undefined || occupancy === null) return "";
  return `, khả năng có người ngồi · probability taken ${share(occupancy)}`;
}

function gaps({ gaps: missing, session }: MarkStory): string[] {
  return missing.flatMap(({ cameraCode, reason, noticedAt }) => [
    `camera ${cameraCode}, ${clock(noticedAt, session)}: ${gapWords[reason].vi}`,
    `  ${gapWords[reason].en}`,
  ]);
}

function versions({ mark, session }: MarkStory): string[] {
  const { rules, roster, chart } = mark;
  const since = (at: Date) => clock(at, session);
  return [
    `bộ mô hình · model pack ${mark.packId}; ghi lúc · written ${clock(mark.madeAt, session)}`,
    `quy tắc phiên bản · rules version ${rules.version} (${rules.approvedBy}, ${rules.approvedOn})`,
    `ngưỡng và hiệu chuẩn · thresholds and calibration ${mark.decision?.slice(0, 12) ?? "chưa ghi · not kept"}`,
    `danh sách phiên bản · roster version ${roster.version}, hiệu lực từ · in force from ${since(roster.effectiveAt)}`,
    chart
      ? `sơ đồ phiên bản · chart version ${chart.version}, hiệu lực từ · in force from ${since(chart.effectiveAt)}`
      : "không có sơ đồ chỗ ngồi · no seating chart",
  ];
}

/** Numbers an auditor finds again in a bundle of this mark. */
function proofLines({ proof, pictures, mark, session }: MarkStory): string[] {
  const once = [...new Map(pictures.map((picture) => [picture.snapshotId, picture])).values()];
  return [
    `kết quả · mark: ${proofWords(proof, session)}`,
    ...once.map(
      ({ snapshotId, proof: own }) =>
        `ảnh · picture ${pictureNumber(snapshotId)}: ${proofWords(own, session)}`,
    ),
    `kiểm chứng · to prove it: ./siso archive export --mark ${mark.id} --purpose "…" --out bundle.zip`,
  ];
}

function proofWords(proof: LogProof | null, session: Session): string {
  if (proof === null) return "không có bản ghi · no record";
  if (proof.leafIndex === null || proof.checkpoint === null)
    return `bản ghi chưa có mốc ký · record not yet under a checkpoint`;
  const { size, madeAt, root, stampedAt } = proof.checkpoint;
  const stamp = stampedAt === null ? "" : `, dấu thời gian · token ${clock(stampedAt, session)}`;
  return `bản ghi · record ${proof.leafIndex}, mốc · checkpoint ${size} (${clock(madeAt, session)}${stamp}), gốc · root ${root.slice(0, 16)}…`;
}

export function personWords({ ordinal, fullName }: Person): string {
  return ordinal === null ? fullName : `${ordinal} ${fullName}`;
}

export function clock(at: Date, { timeZone }: Pick<Session, "timeZone">): string {
  return DateTime.fromJSDate(at, { zone: timeZone }).toFormat("yyyy-MM-dd HH:mm:ss");
}

function share(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}

export function field(name: string, value: string): string {
  return `  ${name.padEnd(24)}${value}`;
}

export function list(name: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`  ${name}`, ...lines.map((line) => `    ${line}`)];
}
