import type {
  Bilingual,
  DecisionField,
  DecisionReading,
  LocalDate,
  Reading,
  ReadingProblem,
  SourceDocument,
} from "../types.ts";
import { findDays } from "./dates.ts";
import { cleanLines, cleanText, foldAccents } from "./match-key.ts";
import { problem } from "./problems.ts";

/** The six facts in the order in which a decision gives them, and what each is called. */
export const DECISION_FIELDS: ({ field: DecisionField } & Bilingual)[] = [
  { field: "number", vi: "số quyết định", en: "the decision's number" },
  { field: "date", vi: "ngày ký", en: "the date of signing" },
  { field: "courseName", vi: "tên lớp", en: "the course's name" },
  { field: "startsOn", vi: "ngày khai giảng", en: "the first day" },
  { field: "endsOn", vi: "ngày bế giảng", en: "the last day" },
  { field: "place", vi: "địa điểm", en: "the place" },
];

/** The six facts of a class-opening decision. Rows in = the six; each is read or reported to be typed in. */
export function understandDecision(doc: SourceDocument): Reading<DecisionReading> {
  const lines = linesOf(doc);
  const dates = courseDays(lines);
  const value: DecisionReading = {
    number: decisionNumber(lines),
    date: signedOn(lines),
    courseName: courseName(lines),
    startsOn: dates[0] ?? null,
    endsOn: dates[1] ?? null,
    place: placeNamed(lines),
  };
  const missing = DECISION_FIELDS.filter(({ field }) => value[field] === null);
  const problems = [
    ...doc.notes,
    ...missing.map((field) => unread(doc.fileName, field)),
    ...contradictions(doc.fileName, value),
  ];
  return {
    kind: "decision",
    value,
    rowsIn: DECISION_FIELDS.length,
    understood: DECISION_FIELDS.length - missing.length,
    reported: missing.length,
    problems,
  };
}

/** Letterheads are tables: their cells come before the body text. */
function linesOf(doc: SourceDocument): string[] {
  return [...doc.grids.flatMap((grid) => grid.cells.map((cell) => cell.text)), ...doc.paragraphs].flatMap(
    cleanLines,
  );
}

/** The number's own line "Số: 123/QĐ-HCQG", never one cited in a "Căn cứ". */
export function decisionNumber(lines: string[]): string | null {
  for (const line of lines) {
    const number =
      /^số\s*:?\s*(\d[\d\p{L}]*\s*\/\s*(?:\d{4}\s*\/\s*)?QĐ(?:\s*[-–]\s*[\p{L}\p{N}.-]+)?)/iu.exec(line)?.[1];
    if (number) return number.replace(/\s+/g, "").replaceAll("–", "-");
  }
  return null;
}

/** "Hà Nội, ngày 05 tháng 9 năm 2026": a line that is place and date only. */
function signedOn(lines: string[]): LocalDate | null {
  const line = lines.find((text) =>
    /^[\p{L}\s.]{2,30},?\s*ngày\s*\d{1,2}\s*tháng\s*\d{1,2}\s*năm\s*\d{4}\.?$/iu.test(text),
  );
  return line ? (findDays(line)[0] ?? null) : null;
}

function isReference(line: string): boolean {
  return /^(căn cứ|theo đề nghị|xét)/i.test(line);
}

/** From "Mở lớp …" (Điều 1) first, then the title's "Về việc mở lớp …". */
function courseName(lines: string[]): string | null {
  const body = lines.filter((line) => !isReference(line));
  const named = body
    .map((line) => /(?:tên (?:lớp|khóa)[^:]*):\s*(.+)$/iu.exec(line)?.[1])
    .find((name) => name !== undefined);
  const opened = body
    .toSorted((a, b) => Number(/^điều 1/i.test(b)) - Number(/^điều 1/i.test(a)))
    .map(openedClass)
    .find((name) => name !== null);
  return trimName(named ?? opened ?? null);
}

/** Joins a title broken over lines is not tried: Điều 1 says it whole. */
function openedClass(line: string): string | null {
  const found = /mở\s+(?:\d+\s+)?((?:lớp|khóa|khoá)\s.+)$/iu.exec(line)?.[1];
  return found ?? null;
}

function trimName(name: string | null): string | null {
  if (name === null) return null;
  const cut =
    name.split(
      /\s*(?:;|\.(?:\s|$)|,?\s+(?:gồm|cho|với|từ ngày|tại|thời gian|có danh sách|\(có danh sách|theo danh sách)\s|,\s+(?=khai giảng|tổ chức))/iu,
    )[0] ?? "";
  return cleanText(cut.replace(/[“”"]/g, "").replace(/[,.;:]+$/, "")) || null;
}

/** First and last day: "từ ngày … đến (hết) ngày …" or "khai giảng / bế giảng ngày …". */
function courseDays(lines: string[]): [LocalDate | null, LocalDate | null] {
  const body = lines.filter((line) => !isReference(line) && !/hiệu lực/i.test(line));
  const range = body.find((line) => /từ\s+(ngày\s+)?\d.*đến/i.test(line));
  const days = range ? findDays(range.slice(range.search(/từ\s+(ngày\s+)?\d/i))) : [];
  const dayAfter = (word: RegExp) => {
    const line = body.find((text) => word.test(text));
    return line ? (findDays(line.slice(line.search(word)))[0] ?? null) : null;
  };
  return [days[0] ?? dayAfter(/khai giảng/i), days[1] ?? dayAfter(/bế giảng|kết thúc/i)];
}

/** "Địa điểm: …" first, then "tại …" of the opening article. */
function placeNamed(lines: string[]): string | null {
  const body = lines.filter((line) => !isReference(line));
  for (const pattern of [
    /địa điểm(?: học| tổ chức| mở lớp)?\s*:\s*(.+)$/iu,
    /(?:^điều \d.*|mở lớp.*|tổ chức.*)\stại\s+(.+)$/iu,
  ]) {
    const found = body.map((line) => pattern.exec(line)?.[1]).find((place) => place !== undefined);
    if (found) return cleanText(found.split(/;|\.(?:\s|$)|,?\s+(?:từ ngày|thời gian)/iu)[0] ?? "") || null;
  }
  return null;
}

/** How far a text is a decision; used to tell kinds of documents apart. */
export function decisionSigns(doc: SourceDocument): string[] {
  const lines = linesOf(doc);
  const folded = lines.map(foldAccents);
  const signs: [string, boolean][] = [
    ["QUYẾT ĐỊNH", folded.includes("quyet dinh") || folded.includes("quyet dinh:")],
    ["Số …/QĐ", decisionNumber(lines) !== null],
    ["Điều 1", folded.some((line) => /^dieu 1\b/.test(line))],
    ["Căn cứ", folded.some((line) => line.startsWith("can cu"))],
  ];
  return signs.filter(([, seen]) => seen).map(([sign]) => sign);
}

/** What is said of a fact the paper does not give. */
export function unread(where: string, { vi, en }: Bilingual): ReadingProblem {
  return problem(
    "ask",
    where,
    { vi: `Không đọc được ${vi}.`, en: `${en[0]?.toUpperCase()}${en.slice(1)} could not be read.` },
    { vi: "Gõ tay khi xác nhận.", en: "Type it in when confirming." },
  );
}

/** A course that ends before it begins. */
export function contradictions(where: string, value: DecisionReading): ReadingProblem[] {
  if (value.startsOn === null || value.endsOn === null || value.startsOn <= value.endsOn) return [];
  return [
    problem(
      "ask",
      where,
      { vi: "Ngày bế giảng trước ngày khai giảng.", en: "The last day is before the first." },
      {
        vi: "Kiểm tra quyết định; gõ ngày đúng bằng --starts-on, --ends-on khi xác nhận.",
        en: "Check the decision; type the right days with --starts-on, --ends-on when confirming.",
      },
    ),
  ];
}
