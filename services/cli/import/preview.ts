import type { Course } from "../../../db/queries/courses.ts";
import type {
  ChartFile,
  MeetingFile,
  ReadFile,
  RosterFile,
  TimetableFile,
} from "../../../workers/imports/read-files.ts";
import type { Bilingual, DecisionField, DocumentKind, ReadingProblem } from "../../types.ts";
import { answeredProblems, openQuestions, withFront } from "./chart-answers.ts";
import { chartLines, meetingLines, rosterLines, timetableLines } from "./contents-lines.ts";
import type { ImportOptions } from "./options.ts";
import type { TypedFile } from "./read-paths.ts";
import { settleDecision } from "./settle-decision.ts";

/** One file as a person sees it before anything is stored. */
export interface FilePreview {
  path: string;
  file: TypedFile["file"];
  /** What the reading found, and the comparison with the course: `refuse`, `ask` or `note`. */
  problems: ReadingProblem[];
  /** Has to be settled before this file can be taken in, whatever a person thinks of the rest. */
  unsettled: ReadingProblem[];
  /** What was understood, a line each. */
  contents: string[];
  /** Against the version in force, a line each. */
  difference: Bilingual[];
  /** Of a decision: the fields somebody typed. */
  typedFields?: DecisionField[];
  /** The same bytes were taken in for this course before, and taking them in again would change nothing. */
  known: boolean;
}

/** What the files say with the typed answers applied; what a decision leaves out is what the course, if there is one, says already. */
export function previewFiles(
  files: readonly TypedFile[],
  options: ImportOptions,
  course: Course | null = null,
): FilePreview[] {
  return files.map(({ path, file }) => {
    const empty = { path, unsettled: [], contents: [], difference: [], known: false };
    if (file.kind === null) return { ...empty, file, problems: file.problems };
    if (file.kind === "chart") return { ...empty, ...chartPreview(file, options) };
    if (file.kind === "decision") return { ...empty, ...settleDecision(file, options, course) };
    const contents = contentsOf(file);
    return { ...empty, file, contents, problems: file.reading.problems };
  });
}

function contentsOf(file: RosterFile | TimetableFile | MeetingFile): string[] {
  if (file.kind === "roster") return rosterLines(file.reading.value);
  return file.kind === "timetable" ? timetableLines(file.reading.value) : meetingLines(file.reading.value);
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

function chartPreview(drawn: ChartFile, options: ImportOptions) {
  const file = withFront(drawn, options);
  const questions = file.reading.value.seats.length > 0 ? openQuestions(file, options) : [];
  const contents = chartLines(file, options);
  return { file, contents, problems: answeredProblems(file), unsettled: questions };
}
