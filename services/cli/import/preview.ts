import type { ChartFile, DecisionFile, ReadFile } from "../../../workers/imports/read-files.ts";
import type { Bilingual, DocumentKind, ReadingProblem } from "../../types.ts";
import { problem } from "../../intake/problems.ts";
import { answeredProblems, openQuestions } from "./chart-answers.ts";
import { parseDay, type ImportOptions } from "./options.ts";
import type { TypedFile } from "./read-paths.ts";

/** One file as a person sees it before anything is stored. */
export interface FilePreview {
  path: string;
  file: TypedFile["file"];
  /** What the reading found, and the comparison with the course: `refuse`, `ask` or `note`. */
  problems: ReadingProblem[];
  /** Has to be settled before this file can be taken in, whatever a person thinks of the rest. */
  unsettled: ReadingProblem[];
  /** Against the version in force, a line each. */
  difference: Bilingual[];
  /** The same bytes were taken in for this course before, and taking them in again would change nothing. */
  known: boolean;
}

/** What the files say by themselves, with the typed answers applied; no course is looked at. */
export function previewFiles(files: readonly TypedFile[], options: ImportOptions): FilePreview[] {
  return files.map(({ path, file }) => {
    const empty = { path, unsettled: [], difference: [], known: false };
    if (file.kind === null) return { ...empty, file, problems: file.problems };
    if (file.kind === "chart") return { ...empty, ...chartPreview(file, options) };
    if (file.kind === "decision") return { ...empty, ...decisionPreview(file, options) };
    return { ...empty, file, problems: file.reading.problems };
  });
}

export function isRefused({ file, problems }: FilePreview): boolean {
  return file.kind === null || problems.some(({ severity }) => severity === "refuse");
}

/** Previews of one kind, with the file narrowed to it. */
export function ofKind<K extends DocumentKind>(previews: readonly FilePreview[], kind: K) {
  return previews.filter(
    (preview): preview is FilePreview & { file: Extract<ReadFile, { kind: K }> } =>
      preview.file.kind === kind && !isRefused(preview),
  );
}

function chartPreview(file: ChartFile, options: ImportOptions) {
  const questions = file.reading.value.seats.length > 0 ? openQuestions(file, options) : [];
  return { file, problems: answeredProblems(file), unsettled: questions };
}

/** A person's word goes before what was read, and the preview shows where the two differ. */
function decisionPreview(file: DecisionFile, options: ImportOptions) {
  const { value, problems } = file.reading;
  const typed = typedFields(options);
  const missing = typed.filter(({ key }) => value[key] === null).map(({ words }) => words.vi);
  const differing = typed.filter(({ key, said }) => value[key] !== null && value[key] !== said);
  const changed = Object.fromEntries(typed.map(({ key, said }) => [key, said]));
  return {
    file: { ...file, reading: { ...file.reading, value: { ...value, ...changed } } },
    problems: [
      ...problems.filter(({ why }) => !missing.some((words) => why.vi.includes(words))),
      ...differing.map(({ key, said, words }) => overruled(file, words, value[key] ?? "", said)),
    ],
  };
}

function typedFields({ courseName, startsOn, endsOn }: ImportOptions) {
  // The words are those by which `services/intake/decision.ts` names what it did not find.
  const fields = [
    { key: "courseName", said: courseName, words: { vi: "tên lớp", en: "the course's name" } },
    {
      key: "startsOn",
      said: startsOn && parseDay("--starts-on", startsOn),
      words: { vi: "ngày khai giảng", en: "the first day" },
    },
    {
      key: "endsOn",
      said: endsOn && parseDay("--ends-on", endsOn),
      words: { vi: "ngày bế giảng", en: "the last day" },
    },
  ] as const;
  return fields.flatMap((field) => (field.said ? [{ ...field, said: field.said }] : []));
}

function overruled(file: DecisionFile, words: Bilingual, read: string, said: string): ReadingProblem {
  return problem(
    "note",
    file.fileName,
    {
      vi: `Quyết định ghi ${words.vi} “${read}”; dùng “${said}” như đã gõ.`,
      en: `The decision gives ${words.en} as "${read}"; "${said}" is used as typed.`,
    },
    { vi: "Bỏ tùy chọn nếu quyết định đúng.", en: "Leave the option out if the decision is right." },
  );
}
