import { problem } from "../../intake/problems.ts";
import type { ReadingProblem } from "../../types.ts";
import { ofKind, type FilePreview } from "./preview.ts";

export interface PortraitRow {
  where: string;
  fullName: string;
  portrait: Uint8Array;
}

/** Said, so that nobody takes silence for a pass. */
export function portraitsUnexamined(files: readonly FilePreview[]): ReadingProblem[] {
  return withPortraits(files).map(({ fileName, owners }) =>
    problem(
      "note",
      fileName,
      {
        vi: `${owners.length} ảnh chưa được soát ở bản xem trước này; ảnh không đạt được báo sau khi nhận.`,
        en: `${owners.length} portrait(s) were not examined for this preview; those that fail are reported once taken in.`,
      },
      { vi: "Xem bằng ./siso enrol list.", en: "See ./siso enrol list." },
    ),
  );
}

/** Rosters not taken in before, and whose portrait stands in which row. */
export function withPortraits(files: readonly FilePreview[]): { fileName: string; owners: PortraitRow[] }[] {
  return ofKind(files, "roster")
    .filter(({ known }) => !known)
    .map(({ file }) => ({
      fileName: file.fileName,
      owners: file.reading.value.flatMap(({ where, fullName, portrait }) =>
        portrait === null ? [] : [{ where, fullName, portrait: portrait.bytes }],
      ),
    }))
    .filter(({ owners }) => owners.length > 0);
}
