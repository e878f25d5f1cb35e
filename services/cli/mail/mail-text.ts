import type { Mail } from "../../../db/queries/mail.ts";
import { admissionWords } from "../../correspondence/admission.ts";
import { kindWords, withoutPlace } from "../import/print-preview.ts";
import { tableLines } from "../table-lines.ts";
import type { attachmentsOf } from "../../../db/queries/mail.ts";
import type { listOutgoing } from "../../../db/queries/outbox.ts";

type Attachment = Awaited<ReturnType<typeof attachmentsOf>>[number];
type Outgoing = Awaited<ReturnType<typeof listOutgoing>>[number];

const statusWords = { fetched: "chờ đọc", quarantined: "GIỮ LẠI", read: "đã đọc" } as const;
const statusEnglish = { fetched: "waiting", quarantined: "in quarantine", read: "read" } as const;

/** A cell of a table: what a stranger wrote must not break the line. */
function short(text: string | null, length: number): string {
  const clean = text ?? "–";
  return clean.length > length ? `${clean.slice(0, length - 1)}…` : clean;
}

export function mailTable(mails: readonly (Mail & { files: Attachment[] })[], zone: string): string {
  const head = [
    "Mã · Id",
    "Nhận lúc · Taken",
    "Tình trạng · Status",
    "Đơn vị · Unit",
    "Người gửi · From",
    "Tiêu đề · Subject",
    "Tệp · Files",
  ];
  const rows = mails.map((mail) => [
    mail.id.slice(0, 8),
    localTime(mail.takenAt, zone),
    statusWords[mail.status],
    mail.unitCode ?? "–",
    short(mail.fromAddress, 36),
    short(mail.subject, 44),
    filesWords(mail.files),
  ]);
  return [...tableLines([head, ...rows]), ""].join("\n");
}

function filesWords(files: readonly Attachment[]): string {
  const documents = files.filter(({ inline }) => !inline);
  const taken = documents.filter(({ takenAt }) => takenAt !== null).length;
  return `${documents.length}${taken > 0 ? ` (đã nhận ${taken})` : ""}`;
}

export function mailText(
  mail: Mail,
  files: readonly Attachment[],
  replies: readonly Outgoing[],
  zone: string,
): string {
  const { authentication: said } = mail;
  const reason = mail.reason && admissionWords(mail.reason);
  const lines = [
    `Thư · Mail ${mail.id}`,
    `  Người gửi · From: ${mail.fromName ? `${mail.fromName} ` : ""}<${mail.fromAddress ?? "?"}>${mail.unitName ? ` (${mail.unitName})` : ""}`,
    `  Tiêu đề · Subject: ${mail.subject ?? "–"}`,
    `  Gửi · Sent: ${mail.sentAt ? localTime(mail.sentAt, zone) : "–"}; nhận · taken: ${localTime(mail.takenAt, zone)}`,
    `  Tình trạng · Status: ${statusWords[mail.status]} · ${statusEnglish[mail.status]}`,
    ...(reason ? [`    ${reason.vi}`, `    ${reason.en}`] : []),
    ...(mail.kept === "head"
      ? ["  Thư quá lớn: chỉ phần đầu thư được giữ · too large: only its header was kept"]
      : []),
    ...(mail.releasedBy ? [`  Cho đọc bởi · Released by ${mail.releasedBy}: ${mail.releaseWhy}`] : []),
    `  Máy chủ thư xác nhận · Authentication: ${said ? said.verdict : "–"}${said && said.methods.length > 0 ? ` (${said.methods.map(({ method, result }) => `${method}=${result}`).join(", ")})` : ""}`,
    ...(mail.courseHint ? [`  Nhắc đến khóa · Names course ${mail.courseHint}`] : []),
    ...fileLines(files),
    ...replies.map((reply) => `  Trả lời · Reply: ${sentWords(reply, zone)}`),
    ...nextStep(mail, files),
  ];
  return `${lines.join("\n")}\n`;
}

function fileLines(files: readonly Attachment[]): string[] {
  if (files.length === 0) return ["  Không có tệp đã đọc · No file was read"];
  return files.flatMap((file) => {
    const kind = file.kind === null ? "CHƯA ĐỌC ĐƯỢC · not readable" : kindWords[file.kind].vi;
    const what = file.inline
      ? "ảnh trong thân thư, không đọc · a picture in the text"
      : `${kind}; ${file.understood}/${file.rowsIn} dòng${file.reported > 0 ? `, ${file.reported} cần xem` : ""}`;
    const taken = file.takenAt === null ? "" : `; đã nhận vào ${file.takenCourse} (${file.takenBy})`;
    const problems = file.problems
      .slice(0, 3)
      .map(({ where, why }) => `      ${where}: ${withoutPlace(why.vi, where)}`);
    return [`  ${file.position}. ${file.fileName}: ${what}${taken}`, ...problems];
  });
}

function nextStep(mail: Mail, files: readonly Attachment[]): string[] {
  const id = mail.id.slice(0, 8);
  if (mail.status === "quarantined") {
    return ["", `  Nếu tin thư này · If it is genuine: ./siso mail release ${id} --unit MÃ --why "…"`];
  }
  if (!files.some(({ inline, takenAt }) => !inline && takenAt === null)) return [];
  return [
    "",
    `  Xem trước rồi nhận · Preview, then take: ./siso mail take ${id} --course ${mail.courseHint ?? "MÃ"}`,
  ];
}

export function outboxTable(rows: readonly Outgoing[], zone: string): string {
  const purposes = {
    "mail-reply": "trả lời",
    reminder: "nhắc",
    report: "báo cáo",
    checkpoint: "mốc nhật ký",
  } as const;
  const head = ["Lập lúc · Made", "Loại · Kind", "Gửi đến · To", "Tiêu đề · Subject", "Kết quả · Result"];
  const lines = rows.map((row) => [
    localTime(row.createdAt, zone),
    purposes[row.purpose],
    short(row.recipient, 36),
    short(row.subject, 48),
    sentWords(row, zone),
  ]);
  return [...tableLines([head, ...lines]), ""].join("\n");
}

function sentWords(row: Outgoing, zone: string): string {
  if (row.sentAt) return `đã gửi · sent ${localTime(row.sentAt, zone)}`;
  if (row.givenUpAt) return `KHÔNG GỬI ĐƯỢC · given up: ${short(row.lastError, 80)}`;
  const tried = row.attempts > 0 ? ` (đã thử ${row.attempts}; ${short(row.lastError, 60)})` : "";
  return `chờ gửi · waiting${tried}`;
}

function localTime(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" }).format(at);
}
