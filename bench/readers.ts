import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { HOSTILE_FILES } from "../fixtures/documents/hostile-files.ts";
import { seededRandom } from "../fixtures/documents/people.ts";
import { buildRosterDocx, buildRosterXlsx } from "../fixtures/documents/roster-file.ts";
import { sampleCourse } from "../fixtures/documents/sample-course.ts";
import { convertOffice } from "../services/readers/legacy-office.ts";
import { portraitsDir } from "../services/cli/setup/prepare.ts";
import type { ReadingCost } from "./readers-child.ts";

interface FileToRead {
  what: string;
  fileName: string;
  content: () => Promise<Uint8Array> | Uint8Array;
}

type Cost = ReadingCost | { ms: number; cpuMs: null; peakMb: null; outcome: string };

export interface ReaderFigures {
  file: string;
  packedMb: number;
  siso: Cost;
  /** Only for .xlsx: exceljs alone, without a gate; null elsewhere. */
  exceljs: Cost | null;
  /** `./siso import FILE --course … --dry-run --json` as it is typed, from the start of the process to its end; only for files people send. */
  previewMs: number | null;
}

const CLI = fileURLToPath(new URL("../services/cli/main.ts", import.meta.url));
const CHILD = fileURLToPath(new URL("readers-child.ts", import.meta.url));
const GIVEN_UP_MS = 60_000;

export const options = {
  json: { type: "boolean", about: "in JSON ra màn hình · print JSON" },
  rows: { type: "string", default: "500", about: "số học viên trong danh sách · trainees on the list" },
} as const;

/** `./siso bench readers`: what reading costs in time and memory, a process a file: a big roster, then every hostile file; beside exceljs. */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options });
  const folder = await mkdtemp(join(tmpdir(), "siso-readers-"));
  try {
    const figures: ReaderFigures[] = [];
    const sent = await rosters(Number(values.rows));
    for (const file of [...sent, ...hostile()]) {
      const measured = await measure(folder, file, figures.length < sent.length);
      figures.push(measured);
      if (!values.json) process.stdout.write(`${line(measured)}\n`);
    }
    if (values.json) process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
    else process.stdout.write(`\n${summary(figures)}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function rosters(rows: number): Promise<FileToRead[]> {
  const course = sampleCourse(seededRandom(5), rows);
  const names = (await readdir(portraitsDir)).filter((name) => name.endsWith(".jpg")).sort();
  const pictures = await Promise.all(names.map((name) => readFile(join(portraitsDir, name))));
  const withPortraits = {
    ...course,
    trainees: course.trainees.map((trainee, i) => ({
      ...trainee,
      // Bytes after the end marker make each picture a file of its own, as portraits are.
      portrait: {
        bytes: new Uint8Array(
          Buffer.concat([pictures[i % pictures.length] ?? Buffer.alloc(0), Buffer.from(String(i))]),
        ),
        mediaType: "image/jpeg",
      },
    })),
  };
  const what = `${rows} hàng, ${rows} ảnh`;
  return [
    {
      what: "một dòng CSV",
      fileName: "nho.csv",
      content: () => new TextEncoder().encode("STT,Họ tên\n1,An Văn\n"),
    },
    { what, fileName: "ds.xlsx", content: () => buildRosterXlsx(withPortraits) },
    { what, fileName: "ds.docx", content: () => buildRosterDocx(withPortraits) },
    {
      what: `${rows} hàng`,
      fileName: "cu.doc",
      content: async () => convertOffice("ds", await buildRosterDocx(course), "docx"),
    },
    {
      what: `${rows} hàng`,
      fileName: "cu.xls",
      content: async () => convertOffice("ds", await buildRosterXlsx(course), "xlsx"),
    },
  ];
}

function hostile(): FileToRead[] {
  return HOSTILE_FILES.map(([what, fileName, content]) => ({ what, fileName, content }));
}

async function measure(
  folder: string,
  { what, fileName, content }: FileToRead,
  isSent: boolean,
): Promise<ReaderFigures> {
  const bytes = await content();
  const path = join(folder, fileName);
  await writeFile(path, bytes);
  const isZip = bytes[0] === 0x50 && fileName.endsWith(".xlsx");
  const figures = {
    file: `${fileName}: ${what}`,
    packedMb: bytes.length / 1e6,
    siso: await cost("siso", path),
    exceljs: isZip ? await cost("exceljs", path) : null,
    previewMs: isSent ? await previewTime(folder, path) : null,
  };
  await rm(path);
  return figures;
}

async function previewTime(folder: string, path: string): Promise<number> {
  const started = performance.now();
  // What a file lacks to be taken in ends the command with 1; what it was is measured above.
  await execa(
    process.execPath,
    ["--import", import.meta.resolve("tsx"), CLI, "import", path, "--course", "K1", "--dry-run", "--json"],
    { reject: false, env: { SISO_DATA: join(folder, "data"), SISO_KEY_FILE: join(folder, "key") } },
  );
  return performance.now() - started;
}

async function cost(how: "siso" | "exceljs", path: string): Promise<Cost> {
  const started = performance.now();
  const { stdout, failed, timedOut, stderr } = await execa(
    process.execPath,
    ["--import", import.meta.resolve("tsx"), CHILD, how, path],
    { reject: false, timeout: GIVEN_UP_MS, killSignal: "SIGKILL" },
  );
  if (!failed) return JSON.parse(stdout) as ReadingCost;
  const reason = /Error: .*/.exec(stderr)?.[0].slice(0, 60) ?? "chết giữa chừng";
  return {
    ms: performance.now() - started,
    cpuMs: null,
    peakMb: null,
    outcome: timedOut ? "bỏ sau 60 s" : reason,
  };
}

function line({ file, siso, exceljs, previewMs }: ReaderFigures): string {
  const beside = exceljs ? ` | exceljs ${costText(exceljs)}${ratioText(siso, exceljs)}` : "";
  const typed = previewMs === null ? "" : ` | ./siso import --dry-run ${previewMs.toFixed(0)} ms`;
  return `${file.padEnd(52)} ${costText(siso)}${beside}${typed}`;
}

function costText({ ms, cpuMs, peakMb, outcome }: Cost): string {
  return `${ms.toFixed(0).padStart(6)} ms (CPU ${cpuMs?.toFixed(0) ?? "?"}) ${(peakMb?.toFixed(0) ?? "?").padStart(4)} MB  ${outcome}`;
}

function ratioText(siso: Cost, exceljs: Cost): string {
  const memory =
    siso.peakMb && exceljs.peakMb ? `, ${(siso.peakMb / exceljs.peakMb).toFixed(2)}× bộ nhớ` : "";
  return ` (Sĩ số: ${(siso.ms / exceljs.ms).toFixed(2)}× thời gian${memory})`;
}

/** Converted files are left out: LibreOffice is a process of its own. */
function summary(figures: ReaderFigures[]): string {
  const refused = figures.filter(({ siso }) => siso.outcome.startsWith("file-")).map(({ siso }) => siso);
  const slowest = Math.max(...refused.map(({ ms }) => ms));
  const largest = Math.max(...refused.map(({ peakMb }) => peakMb ?? 0));
  return `Từ chối ${refused.length} tệp: chậm nhất ${slowest.toFixed(0)} ms, nhiều bộ nhớ nhất ${largest.toFixed(0)} MB cả tiến trình · ${refused.length} files refused, slowest ${slowest.toFixed(0)} ms, largest whole process ${largest.toFixed(0)} MB`;
}
