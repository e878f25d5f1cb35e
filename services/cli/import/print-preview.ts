import type { Bilingual, DocumentKind, ReadingProblem } from "../../types.ts";
import { tableLines } from "../table-lines.ts";
import { labelOf } from "./only-part.ts";
import type { Outcome } from "./outcome.ts";
import { isRefused, type FilePreview } from "./preview.ts";

export const kindWords: Record<DocumentKind, Bilingual> = {
  decision: { vi: "quyết định mở lớp", en: "class-opening decision" },
  roster: { vi: "danh sách học viên", en: "roster" },
  chart: { vi: "sơ đồ chỗ ngồi", en: "seating chart" },
  timetable: { vi: "lịch học", en: "timetable" },
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
export function outcomeText({ files, unsettled }: Outcome): string {
  const rows = files.map((preview) => [labelOf(preview), ...countsOf(preview), verdictOf(preview)]);
  const call = unsettled.length > 0 ? ["", ...problemLines(unsettled, "!")] : [];
  return [...tableLines([columns, ...rows]), ...files.flatMap(fileLines), ...call].join("\n");
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

function fileLines(preview: FilePreview): string[] {
  const { problems, unsettled, difference } = preview;
  const bySeverity = (["refuse", "ask", "note"] as const).flatMap((severity) =>
    shortened(
      problems.filter((one) => one.severity === severity),
      marks[severity],
    ),
  );
  const lines = [...problemLines(unsettled, "!"), ...bySeverity, ...differenceLines(difference)];
  return lines.length === 0 ? [] : ["", labelOf(preview), ...lines];
}

const shownAtMost = 15;

/** The first few of many; `--json` has all. */
function shortened(problems: readonly ReadingProblem[], mark: string): string[] {
  const more = problems.length - shownAtMost;
  const lines = problemLines(problems.slice(0, shownAtMost), mark);
  return more > 0
    ? [...lines, `  ${mark} … còn ${more} điều nữa, xem đủ bằng --json · ${more} more, all with --json`]
    : lines;
}

function differenceLines(difference: readonly Bilingual[]): string[] {
  const more = difference.length - shownAtMost;
  const lines = difference.slice(0, shownAtMost).map(({ vi, en }) => `  ${vi} (${en})`);
  return more > 0
    ? [...lines, `  … còn ${more} dòng nữa, xem đủ bằng --json · ${more} more, all with --json`]
    : lines;
}
