import type { Bilingual, DocumentKind, ReadingProblem } from "../types.ts";

/** What one attached file was understood as. */
export interface ReadAttachment {
  fileName: string;
  inline: boolean;
  kind: DocumentKind | null;
  rowsIn: number;
  understood: number;
  reported: number;
  problems: ReadingProblem[];
  /** Mails that brought the same bytes before. */
  seenBefore: boolean;
}

export interface ReplyFacts {
  /** The unit the mail stands for. */
  unit: string;
  subject: string;
  attachments: readonly ReadAttachment[];
  /** Set when the mail was over this many bytes and only its header was fetched. */
  tooLargeBytes: number | null;
  institution: string;
}

export interface Reply {
  subject: string;
  body: string;
}

export const kindWords: Record<DocumentKind, Bilingual> = {
  decision: { vi: "quyết định mở lớp", en: "class-opening decision" },
  roster: { vi: "danh sách học viên", en: "roster" },
  chart: { vi: "sơ đồ chỗ ngồi", en: "seating chart" },
  timetable: { vi: "lịch học", en: "timetable" },
  "online-attendance": { vi: "tệp điểm danh Teams", en: "Teams attendance file" },
};

/** What the reading counts: a chart's cells, a decision's fields. */
const partWords: Record<DocumentKind, Bilingual> = {
  decision: { vi: "mục", en: "fields" },
  roster: { vi: "dòng", en: "rows" },
  chart: { vi: "ô", en: "cells" },
  timetable: { vi: "dòng", en: "rows" },
  "online-attendance": { vi: "dòng", en: "rows" },
};

/** A mail of a thousand lines is read by nobody; the officer sees all of them. */
const shownProblems = 12;
const subjectLength = 120;

/**
 * What the sender is told: each file, what it was taken for, what was not understood and how to mend it. It confirms nothing:
 * nothing takes effect before an officer has looked at it.
 */
export function replyTo(facts: ReplyFacts): Reply {
  const subject = facts.subject.trim() === "" ? "(không có tiêu đề)" : facts.subject.trim();
  const prefixed = /^re:/i.test(subject) ? subject : `Re: ${subject}`;
  return {
    subject: prefixed.slice(0, subjectLength),
    body: `${letter(facts, "vi")}\n\n--- English ---\n\n${letter(facts, "en")}\n`,
  };
}

function letter(facts: ReplyFacts, language: keyof Bilingual): string {
  const text = texts[language];
  const documents = facts.attachments.filter(({ inline }) => !inline);
  const pictures = facts.attachments.length - documents.length;
  const parts = [text.to(facts.unit), text.received(facts.subject.trim().slice(0, subjectLength))];
  if (facts.tooLargeBytes !== null) parts.push(text.tooLarge(facts.tooLargeBytes >> 20));
  else if (documents.length === 0) parts.push(text.nothing);
  else {
    parts.push(...documents.map((document, index) => describe(document, index + 1, language)));
    parts.push(documents.some(isUsable) ? text.next : text.again);
  }
  if (pictures > 0) parts.push(text.pictures(pictures));
  parts.push(text.automatic, facts.institution);
  return parts.join("\n\n");
}

function isUsable({ kind, problems }: ReadAttachment): boolean {
  return kind !== null && !problems.some(({ severity }) => severity === "refuse");
}

function describe(document: ReadAttachment, ordinal: number, language: keyof Bilingual): string {
  const text = texts[language];
  const { fileName, kind, rowsIn, understood, reported, problems } = document;
  const verdict =
    kind === null || !isUsable(document)
      ? text.refused
      : text.understood(kindWords[kind][language], partWords[kind][language], understood, rowsIn, reported);
  const shown = problems.slice(0, shownProblems);
  const rest = problems.length - shown.length;
  return [
    `${ordinal}. ${fileName}: ${verdict}`,
    ...(document.seenBefore ? [`   ${text.seenBefore}`] : []),
    ...shown.map(({ where, why, fix }) =>
      `   - ${where}: ${forMail(why[language], where)} ${forMail(fix[language], where)}`.trimEnd(),
    ),
    ...(rest > 0 ? [`   ${text.more(rest)}`] : []),
  ].join("\n");
}

/** A reader's words may begin with the place the line names already, or end with an option of a command the unit has not got. */
function forMail(text: string, where: string): string {
  const own = text.startsWith(`${where}: `) ? text.slice(where.length + 2) : text;
  return own
    .split(/(?<=[.;!?])\s+/)
    .filter((sentence) => !/(^|\s|“|")--[a-z]/.test(sentence))
    .join(" ");
}

const texts = {
  vi: {
    to: (unit: string) => `Kính gửi ${unit},`,
    received: (subject: string) =>
      `Hệ thống Sĩ số đã nhận được thư ${subject === "" ? "" : `“${subject}” `}của đơn vị.`,
    tooLarge: (megabytes: number) =>
      `Thư lớn hơn ${megabytes} MB nên các tệp đính kèm chưa được đọc. Xin thu nhỏ ảnh hoặc chia thành nhiều thư rồi gửi lại.`,
    nothing:
      "Thư không có tệp đính kèm. Xin gửi quyết định mở lớp, danh sách học viên, sơ đồ chỗ ngồi và lịch học thành tệp Word hoặc Excel đính kèm.",
    refused: "CHƯA ĐỌC ĐƯỢC.",
    understood: (kind: string, part: string, read: number, rows: number, reported: number) =>
      `được hiểu là ${kind}; đọc được ${read} trong ${rows} ${part}${reported > 0 ? `, ${reported} ${part} cần xem lại` : ""}.`,
    seenBefore: "Tệp này giống hệt tệp đã gửi trước đây.",
    more: (count: number) => `(và ${count} điều khác; cán bộ phụ trách thấy đầy đủ)`,
    next: "CHƯA có gì có hiệu lực: cán bộ phụ trách sẽ xem những gì hệ thống đã hiểu rồi mới xác nhận. Nếu có dòng cần xem lại, xin sửa tệp và gửi lại; tệp mới thay tệp cũ.",
    again: "Xin sửa theo lời trên rồi gửi lại.",
    pictures: (count: number) =>
      `${count} ảnh dán trong thân thư không được đọc. Nếu là giấy tờ của lớp, xin gửi thành tệp đính kèm.`,
    automatic: "Thư này do máy gửi tự động.",
  },
  en: {
    to: (unit: string) => `To ${unit},`,
    received: (subject: string) =>
      `The Sĩ số system has received your mail${subject === "" ? "" : ` “${subject}”`}.`,
    tooLarge: (megabytes: number) =>
      `The mail is larger than ${megabytes} MB, so its attachments were not read. Please shrink the pictures or split it into several mails and send it again.`,
    nothing:
      "The mail has no attachment. Please attach the class-opening decision, roster, seating chart and timetable as Word or Excel files.",
    refused: "COULD NOT BE READ.",
    understood: (kind: string, part: string, read: number, rows: number, reported: number) =>
      `understood as a ${kind}; ${read} of ${rows} ${part} read${reported > 0 ? `, ${reported} to be looked at` : ""}.`,
    seenBefore: "This file is identical to one sent before.",
    more: (count: number) => `(and ${count} more; the officer in charge sees them all)`,
    next: "NOTHING is in force yet: the officer in charge looks at what was understood and only then confirms it. Where rows are to be looked at, please mend the file and send it again; the new file replaces the old one.",
    again: "Please mend what is said above and send it again.",
    pictures: (count: number) =>
      `${count} picture(s) inside the text were not read. If they are papers of the class, please attach them as files.`,
    automatic: "This mail was sent automatically.",
  },
};
