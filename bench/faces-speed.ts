import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import sharp from "sharp";
import { packById } from "../services/faces/known-packs.ts";
import { loadPack } from "../services/faces/load-pack.ts";

export interface SpeedFigures {
  pack: string;
  picture: string;
  faces: number;
  /** Best and median wall-clock milliseconds of one picture, decoding included, models loaded and warm. */
  bestMs: number;
  medianMs: number;
  /** Share of the best run's wall clock in which no model was running. */
  outsideModels: number;
  /** Of the best run. */
  stages: Record<string, number>;
  /** Peak resident memory of a process that does nothing else. */
  peakMb: number;
}

const PICTURES = { "1080p": [1920, 1080, 50], "4K": [3840, 2160, 60] } as const;
type Picture = keyof typeof PICTURES;
const FACES = 40;
const COLUMNS = 8;
/** A face is about this share of a portrait's side. */
const FACE_SHARE = 0.43;

export interface SpeedOptions {
  packs: { id: string; modelDir: string }[];
  portraitsDir: string;
  runs: number;
  /** A pack was measured on one picture; twice each. */
  onMeasured: () => void;
}

/** Each measurement in a process of its own, so that memory is not the neighbour's. */
export async function benchSpeed(options: SpeedOptions): Promise<SpeedFigures[]> {
  const folder = await mkdtemp(join(tmpdir(), "siso-bench-"));
  try {
    return await measureEach(options, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measureEach(options: SpeedOptions, folder: string): Promise<SpeedFigures[]> {
  const figures: SpeedFigures[] = [];
  for (const picture of Object.keys(PICTURES) as Picture[]) {
    const file = join(folder, `${picture}.jpg`);
    await writeFile(file, await classPicture(picture, options.portraitsDir));
    for (const { id, modelDir } of options.packs) {
      const argv = [id, modelDir, picture, file, String(options.runs)];
      const { stdout } = await promisify(execFile)(process.execPath, [
        "--import",
        import.meta.resolve("tsx"),
        fileURLToPath(import.meta.url),
        ...argv,
      ]);
      figures.push(JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as SpeedFigures);
      options.onMeasured();
    }
  }
  return figures;
}

/** Forty portraits in rows on grey noise, as a JPEG of quality 88. */
async function classPicture(picture: Picture, portraitsDir: string): Promise<Buffer> {
  const [width, height, faceWidthPx] = PICTURES[picture];
  const names = (await readdir(portraitsDir)).filter((name) => name.endsWith(".jpg")).toSorted();
  const side = Math.round(faceWidthPx / FACE_SHARE);
  const rows = FACES / COLUMNS;
  const parts = names.slice(0, FACES).map(async (name, i) => ({
    input: await sharp(join(portraitsDir, name)).resize(side, side).toBuffer(),
    left: Math.round(((i % COLUMNS) + 0.5) * (width / COLUMNS) - side / 2),
    top: Math.round((Math.floor(i / COLUMNS) + 0.5) * (height / rows) - side / 2),
  }));
  const noise = { type: "gaussian", mean: 140, sigma: 12 } as const;
  return sharp({ create: { width, height, channels: 3, background: "#8c8c8c", noise } })
    .composite(await Promise.all(parts))
    .jpeg({ quality: 88 })
    .toBuffer();
}

async function measureSpeed(argv: string[]): Promise<SpeedFigures> {
  const [id = "", modelDir = "", picture, file = "", runs] = argv;
  const jpeg = await readFile(file);
  const pack = await loadPack(packById(id), modelDir);
  const seen: { ms: number; faces: number; timings: Record<string, number> }[] = [];
  await pack.analyse(jpeg);
  for (let run = 0; run < Number(runs); run += 1) {
    const startedAt = performance.now();
    const { faces, timings } = await pack.analyse(jpeg);
    seen.push({ ms: performance.now() - startedAt, faces: faces.length, timings });
  }
  await pack.close();
  const ordered = seen.toSorted((a, b) => a.ms - b.ms);
  const best = ordered[0];
  if (!best) throw new Error("no runs");
  const bare = Object.entries(best.timings).filter(([stage]) => stage.startsWith("model"));
  return {
    pack: pack.id,
    picture: picture as Picture,
    faces: best.faces,
    bestMs: best.ms,
    medianMs: ordered[Math.floor(ordered.length / 2)]?.ms ?? best.ms,
    outsideModels: 1 - bare.reduce((sum, [, ms]) => sum + ms, 0) / best.ms,
    stages: best.timings,
    peakMb: process.resourceUsage().maxRSS / 1024,
  };
}

if (import.meta.filename === process.argv[1])
  process.stdout.write(`${JSON.stringify(await measureSpeed(process.argv.slice(2)))}\n`);
