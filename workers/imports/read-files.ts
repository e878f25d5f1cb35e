import { understandChart } from "../../services/intake/chart.ts";
import { understandDecision } from "../../services/intake/decision.ts";
import { papersIn, type Paper } from "../../services/intake/papers.ts";
import { understandRoster } from "../../services/intake/roster.ts";
import { understandTimetable } from "../../services/intake/timetable.ts";
import type { DocumentReader } from "../../services/ports.ts";
import { SisoError } from "../../services/errors.ts";
import type {
  ChartReading,
  DecisionReading,
  DocumentKind,
  Reading,
  ReadingProblem,
  RosterEntry,
  SourceDocument,
  TimetableEntry,
} from "../../services/types.ts";

interface Understood<Kind extends DocumentKind, T> {
  kind: Kind;
  fileName: string;
  bytes: Uint8Array;
  document: SourceDocument;
  /** Room, class or sheet, when the file holds several papers of this kind. */
  part: string | null;
  reading: Reading<T>;
}

export type RosterFile = Understood<"roster", RosterEntry[]>;
export type ChartFile = Understood<"chart", ChartReading>;
export type TimetableFile = Understood<"timetable", TimetableEntry[]>;
export type DecisionFile = Understood<"decision", DecisionReading>;
export type ReadFile = RosterFile | ChartFile | TimetableFile | DecisionFile;

export interface RefusedFile {
  kind: null;
  fileName: string;
  problems: ReadingProblem[];
}

/**
 * Reads and understands files; nothing is stored. A file yields one result for each paper it holds (a list annexed to its
 * decision, a chart per room), its main one first; one that cannot be read comes back refused with where and why.
 */
export async function readFiles(
  reader: DocumentReader,
  files: { fileName: string; bytes: Uint8Array }[],
  asKind: DocumentKind | null = null,
): Promise<(ReadFile | RefusedFile)[]> {
  return (await Promise.all(files.map((file) => readFile(reader, file, asKind)))).flat();
}

async function readFile(
  reader: DocumentReader,
  file: { fileName: string; bytes: Uint8Array },
  asKind: DocumentKind | null,
): Promise<(ReadFile | RefusedFile)[]> {
  try {
    const papers = papersIn(await reader.read(file.fileName, file.bytes), asKind);
    if (papers.length === 0) return [refused(file.fileName, unknownKind(file.fileName))];
    return papers.map((paper) => understand(file, paper));
  } catch (error) {
    if (error instanceof SisoError) return [refused(file.fileName, error)];
    throw error;
  }
}

function understand(
  file: { fileName: string; bytes: Uint8Array },
  { kind, document, part }: Paper,
): ReadFile {
  switch (kind) {
    case "roster":
      return { kind, ...file, document, part, reading: understandRoster(document) };
    case "chart":
      return { kind, ...file, document, part, reading: understandChart(document) };
    case "timetable":
      return { kind, ...file, document, part, reading: understandTimetable(document) };
    default:
      return { kind, ...file, document, part, reading: understandDecision(document) };
  }
}

function refused(fileName: string, error: SisoError): RefusedFile {
  const fix = {
    vi: "Sửa tệp theo lời trên rồi gửi lại.",
    en: "Mend the file as said and send it again.",
  };
  return { kind: null, fileName, problems: [{ where: fileName, why: error.words, fix, severity: "refuse" }] };
}

function unknownKind(fileName: string): SisoError {
  return new SisoError("file-refused", {
    vi: `${fileName}: không nhận ra đây là quyết định mở lớp, danh sách, sơ đồ chỗ ngồi hay lịch học. Chọn bằng --as roster|chart|timetable|decision.`,
    en: `${fileName}: this is not recognised as a decision, roster, seating chart or timetable. Choose with --as roster|chart|timetable|decision.`,
  });
}
