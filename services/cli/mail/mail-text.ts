import type { Mail } from "../../../db/queries/mail.ts";
import type { MailboxWatch, Pending } from "../../../db/queries/mailbox.ts";
import type { ListedMail } from "../../ports.ts";
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
  const clean = oneLine(text ?? "–");
  return clean.length > length ? `${clean.slice(0, length - 1)}…` : clean;
}

/** The server's list is taken as it is; control characters of it would move the cursor or colour the screen. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ");
}

export function mailTable(
  mails: readonly (Mail & { files: Attachment[] })[],
  waiting: readonly Pending[],
  zone: string,
): string {
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
    statusOf(mail),
    mail.unitCode ?? "–",
    short(mail.fromAddress, 36),
    short(mail.subject, 44),
    filesWords(mail.files),
  ]);
  const untaken = waiting.map((each) => [
    each.id.slice(0, 8),
    localTime(each.seenAt, zone),
    pendingStatus(each),
    "–",
    short(each.fromAddress, 36),
    short(each.subject, 44),
    "–",
  ]);
  return [...tableLines([head, ...untaken, ...rows]), ""].join("\n");
}

function statusOf({ status, attempts, reason }: Mail): string {
  if (status === "fetched" && attempts > 0) return `chưa đọc được (${attempts} lần)`;
  return reason?.code === "not-readable" ? "KHÔNG ĐỌC ĐƯỢC" : statusWords[status];
}

function pendingStatus({ givenUpAt, attempts }: Pending): string {
  if (givenUpAt !== null) return "KHÔNG NHẬN ĐƯỢC";
  return attempts > 0 ? `chưa nhận được (${attempts} lần)` : "chờ nhận";
}

/** A message that is still in the mailbox alone. */
export function pendingText(pending: Pending, zone: string): string {
  const { id, fromAddress, subject, arrivedAt, attempts, lastError, givenUpAt, nextTryAt } = pending;
  const next =
    givenUpAt === null
      ? `  Thử tiếp · Next attempt: ${localTime(nextTryAt, zone)}`
      : `  Đã thôi thử · Given up: ${localTime(givenUpAt, zone)}; thử lại · to try again: ./siso mail release ${id.slice(0, 8)}`;
  const lines = [
    `Thư chưa nhận được · Mail not taken ${id}`,
    `  Người gửi · From: <${fromAddress ?? "?"}>`,
    `  Tiêu đề · Subject: ${oneLine(subject ?? "–")}`,
    `  Hộp thư nhận · Arrived: ${arrivedAt ? localTime(arrivedAt, zone) : "–"} (${pending.mailbox}, UID ${pending.uid})`,
    `  Đã thử · Attempts: ${attempts}${lastError === null ? "" : `; lỗi · error: ${lastError}`}`,
    next,
  ];
  return `${lines.join("\n")}\n`;
}

/** Said below the list, so that nobody looks for mail that was there before. */
export function sinceText(watch: MailboxWatch | null, zone: string): string {
  if (watch === null || watch.earlier === 0) return "";
  return `\n${watch.earlier} thư có trong hộp thư trước ${localTime(watch.beganAt, zone)} không được nhận; muốn nhận: ./siso mail take --since NGÀY\n${watch.earlier} mail(s) that were there before are not taken; to take them: ./siso mail take --since DATE\n`;
}

const shownOlder = 40;

/** Newest first. */
export function olderTable(older: readonly ListedMail[], zone: string): string {
  const head = ["Hộp thư nhận · Arrived", "Người gửi · From", "Tiêu đề · Subject", "KB"];
  const rows = older
    .toReversed()
    .slice(0, shownOlder)
    .map(({ arrivedAt, fromAddress, subject, bytes }) => [
      arrivedAt === null ? "–" : localTime(arrivedAt, zone),
      short(fromAddress, 36),
      short(subject, 60),
      String(Math.ceil(bytes / 1024)),
    ]);
  const rest = older.length - rows.length;
  const more = rest > 0 ? [`(và ${rest} thư cũ hơn · and ${rest} older)`] : [];
  return [...tableLines([head, ...rows]), ...more, ""].join("\n");
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
    ...(mail.status === "fetched" && mail.lastError
      ? [`    đã thử ${mail.attempts} lần · attempts: ${mail.lastError}`]
      : []),
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
  if (mail.reason?.code === "not-readable") {
    return ["", `  Thử đọc lại · To try again: ./siso mail release ${id}`];
  }
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
