import type { Bilingual, DocumentKind, ReadingProblem } from "../../types.ts";
import { tableLines } from "../table-lines.ts";
import { labelOf } from "./only-part.ts";
import type { ImportOptions } from "./options.ts";
import type { Outcome } from "./outcome.ts";
import { isRefused, type FilePreview } from "./preview.ts";

export const kindWords: Record<DocumentKind, Bilingual> = {
  decision: { vi: "quyết định mở lớp", en: "class-opening decision" },
  roster: { vi: "danh sách học viên", en: "roster" },
  chart: { vi: "sơ đồ chỗ ngồi", en: "seating chart" },
  timetable: { vi: "lịch học", en: "timetable" },
  "online-attendance": { vi: "tệp điểm danh Teams", en: "Teams attendance file" },
};

const columns = [
  "Tệp · File",
  "Loại · Kind",
  "Dòng · Rows",
  "Hiểu · Read",
  "Báo lại · Reported",
  "Kết quả · Verdict",
];

/** A table of the files, what each file needs a person to know, then what the call as a whole lacks. */
export function outcomeText({ files, unsettled }: Outcome, { all, course }: Shown = {}): string {
  const most = all ? Infinity : shownAtMost;
  const contents = all || course !== undefined || files.length <= fewFiles;
  const rows = files.map((preview) => [labelOf(preview), ...countsOf(preview), verdictOf(preview)]);
  const call = unsettled.length > 0 ? ["", ...problemLines(unsettled, "!")] : [];
  return [
    ...tableLines([columns, ...rows]),
    ...files.flatMap((file) => fileLines(file, most, contents)),
    ...call,
  ].join("\n");
}

/** `all` lines instead of the first of many; what was understood is shown of few files, or when a course is named. */
type Shown = Pick<ImportOptions, "all" | "course">;
const fewFiles = 4;

/** What is told after the table: the first of many, or `all`. */
export function notesText(notes: readonly ReadingProblem[], { all }: Shown): string {
  const most = all ? Infinity : shownAtMost;
  return [...problemLines(notes.slice(0, most), "·"), ...more(notes.length - most, "·")].join("\n");
}

function problemLines(problems: readonly ReadingProblem[], mark: string): string[] {
  return problems.flatMap(({ where, why, fix }) => [
    `  ${mark} ${where}`,
    `      ${withoutPlace(why.vi, where)} ${fix.vi}`,
    `      ${withoutPlace(why.en, where)} ${fix.en}`,
  ]);
}

/** A reader's own words begin with the file's name, which the line above says already. */
export function withoutPlace(text: string, where: string): string {
  return text.startsWith(`${where}: `) ? text.slice(where.length + 2) : text;
}

function countsOf({ file }: FilePreview): string[] {
  if (file.kind === null) return ["–", "–", "–", "–"];
  const { rowsIn, understood, reported } = file.reading;
  return [kindWords[file.kind].vi, ...[rowsIn, understood, reported].map(String)];
}

function verdictOf(preview: FilePreview): string {
  const asks = preview.problems.filter(({ severity }) => severity === "ask").length;
  if (preview.known) return "đã nhận trước đó";
  if (isRefused(preview)) return "TỪ CHỐI";
  if (preview.unsettled.length > 0) return "còn thiếu";
  return asks > 0 ? `phải hỏi ${asks}` : "được";
}

const marks: Record<ReadingProblem["severity"], string> = { refuse: "✗", ask: "?", note: "·" };

function fileLines(preview: FilePreview, most: number, withContents: boolean): string[] {
  const { problems, unsettled, difference, contents, known } = preview;
  const bySeverity = (["refuse", "ask", "note"] as const).flatMap((severity) => {
    const some = problems.filter((one) => one.severity === severity);
    return [
      ...problemLines(some.slice(0, most), marks[severity]),
      ...more(some.length - most, marks[severity]),
    ];
  });
  const changes = difference.map(({ vi, en }) => `${vi} (${en})`);
  const lines = [
    ...(withContents && !known ? listed(contents, most, "=") : []),
    ...problemLines(unsettled, "!"),
    ...bySeverity,
    ...listed(changes, most, "Δ"),
  ];
  return lines.length === 0 ? [] : ["", labelOf(preview), ...lines];
}

const shownAtMost = 15;

function listed(lines: readonly string[], most: number, mark: string): string[] {
  return [...lines.slice(0, most).map((line) => `  ${mark} ${line}`), ...more(lines.length - most, mark)];
}

/** The first of many are shown; `--all` shows them all. */
function more(count: number, mark: string): string[] {
  return count > 0
    ? [`  ${mark} … còn ${count} dòng nữa, xem đủ bằng --all · ${count} more, all with --all`]
    : [];
}
