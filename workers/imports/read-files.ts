import { understandChart } from "../../services/intake/chart.ts";
import { understandDecision } from "../../services/intake/decision.ts";
import { understandMeeting } from "../../services/intake/meeting.ts";
import { isScan, papersIn, type Paper } from "../../services/intake/papers.ts";
import { understandRoster } from "../../services/intake/roster.ts";
import { understandTimetable } from "../../services/intake/timetable.ts";
import type { DocumentReader } from "../../services/ports.ts";
import { SisoError } from "../../services/errors.ts";
import type {
  ChartReading,
  DecisionReading,
  DocumentKind,
  MeetingReading,
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
export type MeetingFile = Understood<"online-attendance", MeetingReading>;
export type ReadFile = RosterFile | ChartFile | TimetableFile | DecisionFile | MeetingFile;

export interface RefusedFile {
  kind: null;
  fileName: string;
  problems: ReadingProblem[];
}

/**
 * Reads and understands files; nothing is stored. A file yields one result for each paper it holds (a list annexed to its
 * decision, a chart per room), its main one first; one that cannot be read comes back refused with where and why. Every file is
 * taken for `as`, every scan for `scanAs`, when given.
 */
export async function readFiles(
  reader: DocumentReader,
  files: { fileName: string; bytes: Uint8Array }[],
  kinds: TakenAs = {},
): Promise<(ReadFile | RefusedFile)[]> {
  return (await Promise.all(files.map((file) => readFile(reader, file, kinds)))).flat();
}

export interface TakenAs {
  as?: DocumentKind | undefined;
  scanAs?: DocumentKind | undefined;
}

async function readFile(
  reader: DocumentReader,
  file: { fileName: string; bytes: Uint8Array },
  { as, scanAs }: TakenAs,
): Promise<(ReadFile | RefusedFile)[]> {
  try {
    const document = await reader.read(file.fileName, file.bytes);
    const scan = isScan(document);
    const papers = papersIn(document, as ?? (scan ? scanAs : null) ?? null);
    if (papers.length === 0)
      return [refused(file.fileName, (scan ? onlyDecision : unknownKind)(file.fileName))];
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
    case "online-attendance":
      return { kind, ...file, document, part, reading: understandMeeting(document) };
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
    vi: `${fileName}: không nhận ra đây là quyết định mở lớp, danh sách, sơ đồ chỗ ngồi, lịch học hay tệp điểm danh Teams. Chọn bằng --as roster|chart|timetable|decision|online-attendance.`,
    en: `${fileName}: this is not recognised as a decision, roster, seating chart, timetable or Teams attendance file. Choose with --as roster|chart|timetable|decision|online-attendance.`,
  });
}

function onlyDecision(fileName: string): SisoError {
  return new SisoError("file-refused", {
    vi: `${fileName}: bản quét hoặc ảnh chụp, không có chữ để đọc. Danh sách, sơ đồ phải gửi bằng Word hoặc Excel (N Đ3.2), lịch học thì gõ lại thành bảng. Nếu đây là quyết định mở lớp, nhận bằng --as decision và gõ các mục của nó: --number, --date, --course-name, --starts-on, --ends-on, --place.`,
    en: `${fileName}: a scan or a picture without text to read. Rosters and charts have to be Word or Excel files (N Đ3.2), a timetable is typed as a table. If it is the class-opening decision, take it with --as decision and type its fields: --number, --date, --course-name, --starts-on, --ends-on, --place.`,
  });
}
