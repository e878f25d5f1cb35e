import type { EditCounts, NeverSeenRow, SessionRow, TraineeRow } from "./figures.ts";
import type { ReportModel } from "./model.ts";
import { afterClass, count, longDate, longInstant, slotWords } from "./vietnamese.ts";

/** One numbered part of the report's body. */
export interface ReportPart {
  heading: string;
  paragraphs: string[];
  /** Items of a list under the paragraphs. */
  items: string[];
  /** Lines to be copied as they are, set ragged. */
  verbatim: string[];
  /** The totals' table follows. */
  totals: boolean;
}

/** Trích yếu: what the report is about, and on which occasion. */
export function subjectLines({ course, occasion }: ReportModel): string[] {
  return [
    `Tình hình tham gia học tập của học viên lớp ${afterClass(course.name)}`,
    `(${occasionWords(occasion)})`,
  ];
}

export function occasionWords(occasion: ReportModel["occasion"]): string {
  if (occasion.kind === "adhoc") return "báo cáo đột xuất, không phải báo cáo định kỳ của khóa học";
  if (occasion.kind === "final") return "trước bài kiểm tra kết thúc khóa học";
  return occasion.of > 1
    ? `trước kỳ kiểm tra giữa khóa lần ${occasion.ordinal}`
    : "trước kỳ kiểm tra giữa khóa";
}

/** The body, part by part. */
export function reportParts(model: ReportModel): ReportPart[] {
  return [coursePart(model), scopePart(model), resultPart(model), limitsPart(model), proofPart(model)];
}

/** Last sentence; the caller keeps it with the signature. */
export function closingSentence(model: ReportModel): string {
  const to = model.addressees.join(", ");
  return `Trên đây là báo cáo tình hình tham gia học tập của học viên lớp ${afterClass(model.course.name)}, ${model.letterhead.issuingBody} kính báo cáo ${to}./.`;
}

function part(heading: string, paragraphs: string[], items: string[] = []): ReportPart {
  return { heading, paragraphs, items, verbatim: [], totals: false };
}

function coursePart(model: ReportModel): ReportPart {
  const { course, occasion, figures } = model;
  const opened = course.decision
    ? ` được mở theo Quyết định số ${course.decision.number} ${longDate(course.decision.date)}`
    : " chưa ghi nhận số, ngày của quyết định mở lớp";
  const span = course.endsOn
    ? `từ ${longDate(course.startsOn)} đến ${longDate(course.endsOn)}`
    : `bắt đầu từ ${longDate(course.startsOn)}`;
  const paragraphs = [
    `Lớp ${afterClass(course.name)}${opened}; đơn vị quản lý bồi dưỡng: ${course.unitName}; thời gian học: ${span}; địa điểm: ${course.place}; sĩ số theo danh sách: ${count(figures.trainees.length)} học viên.`,
  ];
  if (occasion.kind !== "adhoc") {
    const exam = occasion.kind === "final" ? "Bài kiểm tra kết thúc khóa học" : "Kỳ kiểm tra giữa khóa";
    paragraphs.push(`${exam} bắt đầu lúc ${longInstant(occasion.examStartsAt, model.zone)}.`);
  }
  return part("Thông tin về lớp", paragraphs);
}

function scopePart({ figures, zone }: ReportModel): ReportPart {
  const online = figures.totals.sessionsOnline > 0;
  const policies = figures.policies.map(
    ({ ruleVersion, minSightings, roundsPerSession, onlineMinPercent }) =>
      `Quy tắc ${ruleVersion}: mỗi buổi học tối thiểu ${roundsPerSession} lượt điểm danh hợp lệ, vào thời điểm ngẫu nhiên trong giờ học; có mặt khi được nhận ra ở ít nhất ${minSightings} lượt hợp lệ; vắng không phép chỉ khi tất cả các lượt hợp lệ đều xác định là vắng và buổi học có đủ ${roundsPerSession} lượt hợp lệ${online ? onlineRule(onlineMinPercent) : ""}`,
  );
  return part(
    "Phạm vi số liệu và quy tắc tính",
    [
      `Số liệu chốt lúc ${longInstant(figures.dataCutAt, zone)}, gồm các buổi học đã kết thúc đến thời điểm đó.`,
      "Vắng có phép là vắng có đơn xin nghỉ đã được duyệt cho buổi học. Không quan sát được (camera hỏng, bị che, ảnh không đủ rõ) không phải là vắng. Cần xem xét là trường hợp chưa có kết luận của người có trách nhiệm, chưa được tính là vắng. Ngồi sai chỗ vẫn là có mặt.",
    ],
    policies,
  );
}

/** How an online session is counted (L Đ4, Đ9.8); the share is the institution's choice. */
function onlineRule(percent: number | undefined): string {
  const joined =
    percent === undefined
      ? "chưa định mức, mọi trường hợp do người xem quyết định"
      : `có mặt khi tệp điểm danh ghi dự ít nhất ${percent}% thời gian các tiết học, kể cả trên thiết bị dùng chung đã đăng ký`;
  return `; buổi học trực tuyến: ${joined}; dự ít hơn thì cần xem xét; vắng không phép chỉ khi không có tên trong tệp và mọi người trong tệp đều đã rõ là ai`;
}

const namesShown = 15;

function resultPart({ figures }: ReportModel): ReportPart {
  const { totals } = figures;
  const cancelled =
    totals.sessionsCancelled > 0
      ? `; ${count(totals.sessionsCancelled)} buổi nghỉ học, không tính vào mẫu số`
      : "";
  const online =
    totals.sessionsOnline > 0
      ? `, trong đó ${count(totals.sessionsOnline)} buổi trực tuyến tính theo tệp điểm danh của Microsoft Teams`
      : "";
  const paragraphs = [
    `Đã tổ chức ${count(totals.sessionsHeld)} buổi học${online}${cancelled}. Đã điểm danh ${count(totals.roundsValid)} lượt hợp lệ trên ${count(totals.roundsPlanned)} lượt theo kế hoạch, lưu ${count(totals.pictures)} ảnh chụp.`,
    absenteeWords(figures.trainees.filter(({ totals }) => totals.unexcused > 0)),
    "Kết quả theo lượt học viên (một học viên trong một buổi học là một lượt); chi tiết từng học viên tại Phụ lục I, từng buổi học tại Phụ lục II:",
  ];
  return { ...part("Kết quả điểm danh", paragraphs), totals: true };
}

function absenteeWords(absentees: readonly TraineeRow[]): string {
  if (absentees.length === 0) return "Không có học viên vắng không phép.";
  const worst = [...absentees].sort(
    (a, b) => b.totals.unexcused - a.totals.unexcused || a.ordinal - b.ordinal,
  );
  const named = worst
    .slice(0, namesShown)
    .map((row) => `${row.fullName} (STT ${row.ordinal}, ${row.totals.unexcused} buổi)`);
  const rest = worst.length - named.length;
  const others = rest > 0 ? `; và ${count(rest)} học viên khác tại Phụ lục I` : "";
  return `Có ${count(absentees.length)} học viên vắng không phép: ${named.join("; ")}${others}.`;
}

function limitsPart({ figures }: ReportModel): ReportPart {
  const { totals, edits } = figures;
  const { notObservable, toReview } = totals.attendance;
  const short = figures.sessions.filter((session) => session.short);
  const paragraphs = [
    `Có ${count(notObservable)} lượt không quan sát được và ${count(toReview)} lượt còn cần xem xét; các lượt này không được tính là vắng.`,
    ...neverSeenWords(figures.neverSeen),
    ...(totals.sessionsAwaitingFile > 0
      ? [
          `Có ${count(totals.sessionsAwaitingFile)} buổi học trực tuyến chưa nhận được tệp điểm danh; trong các buổi này không học viên nào bị tính là vắng.`,
        ]
      : []),
    editWords(edits),
    totals.picturesMissing > 0
      ? `Có ${count(totals.picturesMissing)} ảnh không chụp được, lý do tại Phụ lục II.`
      : "Không có ảnh nào thiếu so với kế hoạch.",
    short.length > 0
      ? `Có ${count(short.length)} buổi học không đủ số lượt điểm danh hợp lệ; trong các buổi này không học viên nào bị máy kết luận là vắng:`
      : "Tất cả các buổi học đều đủ số lượt điểm danh hợp lệ.",
  ];
  return part("Hạn chế của số liệu", paragraphs, short.map(shortSessionWords));
}

/** An absence must not rest on a seat that no camera may see, nor somebody who never comes be passed over in silence. */
function neverSeenWords(rows: readonly NeverSeenRow[]): string[] {
  if (rows.length === 0) return [];
  const named = rows
    .slice(0, namesShown)
    .map(
      ({ fullName, ordinal, sessions, open }) =>
        `${fullName} (STT ${ordinal}, ${sessions} buổi, trong đó ${open} buổi còn cần xem xét)`,
    );
  const rest = rows.length - named.length;
  const others = rest > 0 ? `; và ${count(rest)} học viên khác` : "";
  return [
    `Chưa từng thấy ai ở chỗ ngồi theo sơ đồ của ${count(rows.length)} học viên: ${named.join("; ")}${others}. Học viên có thể chưa đến lớp, chỗ ngồi cũng có thể bị che khuất khỏi camera; cần người xem phòng học rồi mới kết luận.`,
  ];
}

function editWords({ sessionOutcomes, roundMarks, changedOutcomes }: EditCounts): string {
  if (sessionOutcomes + roundMarks === 0)
    return "Không có kết quả nào do người quyết định lại sau kết quả của máy.";
  return `Người có trách nhiệm đã quyết định lại ${count(sessionOutcomes)} kết quả buổi học và ${count(roundMarks)} kết quả lượt điểm danh; ${count(changedOutcomes)} kết quả buổi học vì thế khác với kết quả của máy. Kết quả của máy được lưu bên cạnh.`;
}

function shortSessionWords(session: SessionRow): string {
  const reasons = new Set([
    ...session.notes.map((note) => note.vi),
    ...session.gaps.map((gap) => `${gap.camera}: ${gap.why.vi}`),
  ]);
  const why = reasons.size > 0 ? [...reasons].join("; ") : "chưa ghi nhận lý do";
  return `Buổi ${slotWords(session)}: ${session.roundsValid}/${session.roundsWanted} lượt hợp lệ (${why})`;
}

function proofPart({ recount, archive, zone }: ReportModel): ReportPart {
  const counted = part("Đối chiếu và lưu trữ", [recountWords(recount, zone)]);
  if (!archive) return counted;
  const stamp = `Nhật ký lưu trữ lúc ${longInstant(archive.at, zone)} có ${count(archive.size)} bản ghi, mã băm gốc:`;
  return {
    ...counted,
    paragraphs: [...counted.paragraphs, stamp],
    verbatim: [archive.rootHash, `Khóa kiểm chứng: ${archive.key}`],
  };
}

function recountWords(recount: ReportModel["recount"], zone: string): string {
  if (recount === null) return "Các tổng trong báo cáo chưa được đếm lại từ kết quả điểm danh gốc.";
  const verdict =
    recount.differences === 0 ? "khớp hoàn toàn" : `có ${count(recount.differences)} chỗ không khớp`;
  return `Các tổng trong báo cáo đã được đếm lại từ kết quả điểm danh gốc lúc ${longInstant(recount.at, zone)}: ${verdict}.`;
}
