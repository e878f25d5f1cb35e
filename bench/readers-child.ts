import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { SisoError } from "../services/errors.ts";
import { createDocumentReader } from "../services/readers/document-reader.ts";

/** What one file cost, in a process that read nothing else. */
export interface ReadingCost {
  ms: number;
  /** Processor time of all its threads: what counts on a machine that does other work as well. */
  cpuMs: number;
  /** Most resident memory of the whole process, its reading thread included. */
  peakMb: number;
  /** Cells and pictures, or why it was refused. */
  outcome: string;
}

const [how, path = ""] = process.argv.slice(2);
if (path !== "") {
  const bytes = await readFile(path);
  const started = performance.now();
  const before = process.cpuUsage();
  const outcome = await (how === "exceljs" ? readWithExceljs(bytes) : readWithSiso(path, bytes));
  const cost: ReadingCost = {
    ms: performance.now() - started,
    cpuMs: cpuSince(before),
    peakMb: process.resourceUsage().maxRSS / 1024,
    outcome,
  };
  process.stdout.write(JSON.stringify(cost));
}

function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function readWithSiso(path: string, bytes: Uint8Array): Promise<string> {
  try {
    const { grids } = await createDocumentReader().read(basename(path), bytes);
    const cells = grids.flatMap((grid) => grid.cells);
    return `${cells.length} ô, ${cells.filter(({ picture }) => picture).length} ảnh`;
  } catch (error) {
    if (error instanceof SisoError) return error.code;
    throw error;
  }
}

/** What most would reach for: load the workbook, walk its cells, take its pictures. */
async function readWithExceljs(bytes: Uint8Array): Promise<string> {
  const { default: ExcelJS } = await import("exceljs");
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(Buffer.from(bytes) as unknown as ArrayBuffer);
  let cells = 0;
  let pictures = 0;
  for (const sheet of book.worksheets) {
    sheet.eachRow((row) => row.eachCell(() => void cells++));
    pictures += sheet.getImages().length;
  }
  return `${cells} ô, ${pictures} ảnh`;
}
