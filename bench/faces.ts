import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { packById } from "../services/faces/known-packs.ts";
import { loadPack } from "../services/faces/load-pack.ts";
import { showProgress } from "../services/cli/progress.ts";
import { say } from "../services/cli/say.ts";
import type { FacePack } from "../services/ports.ts";
import type { Bilingual } from "../services/types.ts";
import { jsonFile, peopleOptions } from "./options.ts";
import { measureDetection, readBoxes, type DetectionFigures } from "./faces-detection.ts";
import { measureRecognition, PROBE_WIDTHS, type WidthFigures } from "./faces-recognition.ts";
import { benchSpeed, type SpeedFigures } from "./faces-speed.ts";
import { viewsOfPortraits } from "./rollcall-portraits.ts";

export interface FacesBenchOptions {
  /** Pictures with `boxes.tsv`; null leaves the detector unmeasured. */
  crowdsDir: string | null;
  /** `person/N.jpg`; null leaves recognition unmeasured. */
  facesDir: string | null;
  /** A quicker run on the first so many people. */
  mostPeople: number;
  packs: FacePack[];
}

export interface PackFigures {
  pack: string;
  detection: DetectionFigures | null;
  recognition: WidthFigures[] | null;
}

/** Detector recall and false boxes; identification and verification by face width; the same pictures for every pack. */
export async function benchFaces(options: FacesBenchOptions): Promise<PackFigures[]> {
  const figures: PackFigures[] = [];
  for (const pack of options.packs)
    figures.push({
      pack: pack.id,
      detection: options.crowdsDir === null ? null : await detectionOf(pack, options.crowdsDir),
      recognition:
        options.facesDir === null ? null : await recognitionOf(pack, options.facesDir, options.mostPeople),
    });
  return figures;
}

async function detectionOf(pack: FacePack, dir: string): Promise<DetectionFigures> {
  const progress = showProgress(
    { vi: `${pack.id}: tìm mặt trong từng ảnh…`, en: `${pack.id}: finding faces, picture by picture…` },
    (await readBoxes(join(dir, "boxes.tsv"))).size,
  );
  const figures = await measureDetection(pack, dir, () => progress.step());
  progress.stop();
  return figures;
}

async function recognitionOf(pack: FacePack, dir: string, mostPeople: number): Promise<WidthFigures[]> {
  const progress = showProgress(
    { vi: `${pack.id}: nhận người ở từng cỡ mặt…`, en: `${pack.id}: telling people apart, width by width…` },
    PROBE_WIDTHS.length,
  );
  const figures = await measureRecognition(pack, dir, mostPeople, () => progress.step());
  progress.stop();
  return figures;
}

export function tableOf(figures: PackFigures[]): string {
  return figures
    .map(({ pack, detection, recognition }) =>
      [
        `pack ${pack}`,
        ...(detection ? [detectionLine(detection)] : []),
        ...(recognition
          ? [
              `  width  found   rank-1/${recognition[0]?.candidates}  TAR@1e-3  genuine        impostor        d′`,
              ...recognition.map(widthLine),
            ]
          : []),
      ].join("\n"),
    )
    .join("\n\n");
}

function detectionLine(f: DetectionFigures): string {
  return `  detector: recall ${f.recall.toFixed(3)} of ${f.faces} faces ≥ ${f.minWidthPx} px, ${f.falsePerPicture.toFixed(2)} false boxes a picture (${f.pictures} pictures, ${f.seconds.toFixed(1)} s)`;
}

function widthLine(f: WidthFigures): string {
  const width = f.widthPx === null ? "native" : `${f.widthPx} px`;
  return [
    `  ${width.padEnd(6)}`,
    `${f.found}/${f.probes}`,
    f.rank1.toFixed(3).padStart(8),
    f.tarAtFar1e3.toFixed(3).padStart(9),
    `  ${f.genuineMean.toFixed(3)} ± ${f.genuineSd.toFixed(3)}`,
    ` ${f.impostorMean.toFixed(3)} ± ${f.impostorSd.toFixed(3)}`,
    ` ${separationOf(f).toFixed(2)}`,
  ].join(" ");
}

/** How far own and other people's similarities lie apart, in their pooled standard deviation. */
function separationOf({ genuineMean, genuineSd, impostorMean, impostorSd }: WidthFigures): number {
  return (genuineMean - impostorMean) / Math.sqrt((genuineSd ** 2 + impostorSd ** 2) / 2);
}

function speedLine(f: SpeedFigures): string {
  const stages = Object.entries(f.stages).map(([stage, ms]) => `${stage} ${ms.toFixed(0)}`);
  return `${f.pack.padEnd(10)} ${f.picture.padEnd(5)} ${f.faces} faces  best ${f.bestMs.toFixed(0)} ms, median ${f.medianMs.toFixed(0)} ms, ${(f.outsideModels * 100).toFixed(1)} % outside the models, peak ${f.peakMb.toFixed(0)} MB  (${stages.join(", ")})`;
}

/** How many times as fast the first pack is as each other one, on the same picture in the same run. */
function ratioLines(speed: readonly SpeedFigures[]): string[] {
  const [first] = speed;
  return speed.flatMap((other) => {
    const own = speed.find(({ pack, picture }) => pack === first?.pack && picture === other.picture);
    if (own === undefined || other.pack === own.pack) return [];
    const times = (ms: "bestMs" | "medianMs"): string => (other[ms] / own[ms]).toFixed(1);
    const found = `${own.faces} and ${other.faces} faces found`;
    return [
      `${own.pack} is ${times("bestMs")} × as fast as ${other.pack} at ${own.picture} (median ${times("medianMs")} ×; ${found}); target 4 ×`,
    ];
  });
}

const withoutData: Bilingual = {
  vi: "Thiếu --faces thì dùng ảnh chân dung mô phỏng, mỗi người một ảnh biến đổi: số đo đẹp quá mức. Thiếu --crowds thì không đo việc tìm mặt.",
  en: "Without --faces, views of the demo's portraits are used, one photo a person: far too kind. Without --crowds the detector is not measured.",
};

export const options = {
  crowds: {
    type: "string",
    about: "thư mục ảnh đông người có boxes.tsv · pictures of crowds with boxes.tsv",
  },
  ...peopleOptions,
  json: jsonFile,
  packs: { type: "string", default: "fr-1,faceapi-1", about: "các gói mô hình · model packs" },
  runs: { type: "string", default: "10", about: "số lần đo tốc độ · runs of the speed measurement" },
  people: { type: "string", default: "1000", about: "nhiều nhất bao nhiêu người · at most so many people" },
} as const;

/** `./siso bench faces`: speed of every pack, then what it finds and tells apart on pictures given. */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options });
  const chosen = values.packs.split(",").map((id) => ({ id, modelDir: join(values.models, id) }));
  const progress = showProgress(
    { vi: "đo tốc độ từng gói ở 1080p và 4K…", en: "speed of each pack at 1080p and 4K…" },
    2 * chosen.length,
  );
  const speed = await benchSpeed({
    packs: chosen,
    portraitsDir: values.portraits,
    runs: Number(values.runs),
    onMeasured: () => progress.step(),
  });
  progress.stop();
  process.stdout.write(`${[...speed.map(speedLine), ...ratioLines(speed)].join("\n")}\n\n`);
  const packs = await Promise.all(chosen.map(({ id, modelDir }) => loadPack(packById(id), modelDir)));
  const facesDir = values.faces ?? (await viewsOfPortraits(values.portraits, values.models, values.cache));
  if (values.faces === undefined || values.crowds === undefined) say(withoutData);
  const accuracy = await benchFaces({
    crowdsDir: values.crowds ?? null,
    facesDir,
    mostPeople: Number(values.people),
    packs,
  });
  process.stdout.write(`${tableOf(accuracy)}\n`);
  if (values.json) await writeFile(values.json, `${JSON.stringify({ speed, accuracy }, null, 2)}\n`);
  for (const pack of packs) await pack.close();
}

if (import.meta.filename === process.argv[1]) await run(process.argv.slice(2));
