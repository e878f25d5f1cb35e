import { mkdtemp, rm, chmod, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { jsonFile } from "./options.ts";
import { openPipeline, type Pipeline } from "./pipeline-setting.ts";

export interface PipelineFigures {
  faces: number;
  picture: string;
  runs: number;
  /** Milliseconds of one whole picture: sealed with its rows, opened, faces, seats, decision, marks saved. */
  bestMs: number;
  medianMs: number;
  /** Median milliseconds by stage. */
  stages: Record<string, number>;
  /** Share of the median run spent outside the bare model runs. */
  outsideModels: number;
  /** Peak resident memory of the whole process, database server not included. */
  peakMb: number;
}

export const options = {
  json: jsonFile,
  runs: { type: "string", default: "15", about: "số lần đo · runs" },
} as const;

/** `./siso bench pipeline`: one 1080p picture of a class of 40, from the camera's bytes to the marks saved, their lines in the log. */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options });
  const folder = await mkdtemp(join(tmpdir(), "siso-pipeline-"));
  // PostgreSQL runs as another user when this is root.
  await chmod(folder, 0o711);
  const pipeline = await openPipeline(folder);
  try {
    const figures = await measure(pipeline, Number(values.runs));
    print(figures);
    if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(figures, null, 2)}\n`);
  } finally {
    await pipeline.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(pipeline: Pipeline, runs: number): Promise<PipelineFigures> {
  // The first runs load, compile and fill caches; a service runs warm.
  for (let i = 0; i < 3; i++) await pipeline.onePicture();
  const measured: Awaited<ReturnType<Pipeline["onePicture"]>>[] = [];
  for (let i = 0; i < runs; i++) measured.push(await pipeline.onePicture());
  const totals = measured.map(({ totalMs }) => totalMs);
  const names = Object.keys(measured[0]?.stages ?? {});
  const stages = Object.fromEntries(
    names.map((name) => [name, median(measured.map((one) => one.stages[name] ?? 0))]),
  );
  const models = median(measured.map(({ modelMs }) => modelMs));
  const medianMs = median(totals);
  return {
    faces: measured[0]?.faces ?? 0,
    picture: "1080p",
    runs,
    bestMs: Math.min(...totals),
    medianMs,
    stages,
    outsideModels: 1 - models / medianMs,
    peakMb: process.resourceUsage().maxRSS / 1024,
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function print(figures: PipelineFigures): void {
  const lines = Object.entries(figures.stages).map(
    ([stage, ms]) => `  ${stage.padEnd(22)} ${ms.toFixed(1).padStart(8)} ms`,
  );
  process.stdout.write(`${figures.faces} khuôn mặt, ảnh ${figures.picture}, ${figures.runs} lần đo\n`);
  process.stdout.write(`${lines.join("\n")}\n`);
  process.stdout.write(
    `  ${"cả ảnh · whole picture".padEnd(22)} ${figures.medianMs.toFixed(1).padStart(8)} ms (tốt nhất · best ${figures.bestMs.toFixed(1)})\n`,
  );
  const outside = (100 * figures.outsideModels).toFixed(1);
  process.stdout.write(
    `  ngoài mô hình · outside the models: ${outside} %; bộ nhớ · peak memory: ${figures.peakMb.toFixed(0)} MB\n`,
  );
}

if (import.meta.filename === process.argv[1]) await run(process.argv.slice(2));
