import { classify } from "../../services/intake/classify.ts";
import { understandChart } from "../../services/intake/chart.ts";
import { understandDecision } from "../../services/intake/decision.ts";
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

/** Reads and understands files; nothing is stored. A file that cannot be read comes back refused with where and why. */
export async function readFiles(
  reader: DocumentReader,
  files: { fileName: string; bytes: Uint8Array }[],
  asKind: DocumentKind | null = null,
): Promise<(ReadFile | RefusedFile)[]> {
  return Promise.all(files.map((file) => readFile(reader, file, asKind)));
}

async function readFile(
  reader: DocumentReader,
  file: { fileName: string; bytes: Uint8Array },
  asKind: DocumentKind | null,
): Promise<ReadFile | RefusedFile> {
  try {
    const document = await reader.read(file.fileName, file.bytes);
    return understand(file, document, asKind ?? classify(document).kind);
  } catch (error) {
    if (error instanceof SisoError) return refused(file.fileName, error);
    throw error;
  }
}

function understand(
  file: { fileName: string; bytes: Uint8Array },
  document: SourceDocument,
  kind: DocumentKind | null,
): ReadFile | RefusedFile {
  switch (kind) {
    case "roster":
      return { kind, ...file, document, reading: understandRoster(document) };
    case "chart":
      return { kind, ...file, document, reading: understandChart(document) };
    case "timetable":
      return { kind, ...file, document, reading: understandTimetable(document) };
    case "decision":
      return { kind, ...file, document, reading: understandDecision(document) };
    default:
      return refused(file.fileName, unknownKind(file.fileName));
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
