import type { Bilingual, DocumentKind, ReadingProblem } from "../../types.ts";
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

/** A table of the files, then what each file needs a person to know. */
export function previewText(files: readonly FilePreview[]): string {
  const rows = files.map((preview) => [preview.path, ...countsOf(preview), verdictOf(preview).vi]);
  return [...tableLines([columns, ...rows]), ...files.flatMap(fileLines)].join("\n");
}

/** Something about the call as a whole. */
export function problemLines(problems: readonly ReadingProblem[], mark: string): string[] {
  return problems.flatMap(({ where, why, fix }) => [
    `  ${mark} ${where}`,
    `      ${why.vi} ${fix.vi}`,
    `      ${why.en} ${fix.en}`,
  ]);
}

function countsOf({ file }: FilePreview): string[] {
  if (file.kind === null) return ["–", "–", "–", "–"];
  const { rowsIn, understood, reported } = file.reading;
  return [kindWords[file.kind].vi, ...[rowsIn, understood, reported].map(String)];
}

function verdictOf(preview: FilePreview): Bilingual {
  const asks = preview.problems.filter(({ severity }) => severity === "ask").length;
  if (preview.known) return { vi: "đã nhận trước đó", en: "taken in before" };
  if (isRefused(preview)) return { vi: "TỪ CHỐI", en: "refused" };
  if (preview.unsettled.length > 0) return { vi: "còn thiếu", en: "incomplete" };
  return asks > 0 ? { vi: `phải hỏi ${asks}`, en: `${asks} question(s)` } : { vi: "được", en: "good" };
}

const marks: Record<ReadingProblem["severity"], string> = { refuse: "✗", ask: "?", note: "·" };

function fileLines(preview: FilePreview): string[] {
  const { path, problems, unsettled, difference } = preview;
  const bySeverity = (["refuse", "ask", "note"] as const).flatMap((severity) =>
    problemLines(
      problems.filter((one) => one.severity === severity),
      marks[severity],
    ),
  );
  const lines = [...problemLines(unsettled, "!"), ...bySeverity, ...difference.map(differenceLine)];
  return lines.length === 0 ? [] : ["", path, ...lines];
}

function differenceLine({ vi, en }: Bilingual): string {
  return `  ${vi} (${en})`;
}

/** Columns wide enough for their longest cell; numbers to the right. */
export function tableLines(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? ""))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const blank = " ".repeat((widths[column] ?? 0) - widthOf(cell));
        return /^(\d+|–)$/.test(cell) ? blank + cell : cell + blank;
      })
      .join("  ")
      .trimEnd(),
  );
}

/** Vietnamese letters typed in parts count as one. */
function widthOf(text: string): number {
  return [...text.normalize("NFC")].length;
}
