import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { fr1Manifest } from "../services/faces/known-packs.ts";
import { loadPack } from "../services/faces/load-pack.ts";
import type { FacePack } from "../services/ports.ts";
import { measureDetection, type DetectionFigures } from "./faces-detection.ts";
import { measureRecognition, type WidthFigures } from "./faces-recognition.ts";

export interface FacesBenchOptions {
  /** Pictures with `boxes.tsv`; null leaves the detector unmeasured. */
  crowdsDir: string | null;
  /** `person/N.jpg`; null leaves recognition unmeasured. */
  facesDir: string | null;
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
      detection: options.crowdsDir === null ? null : await measureDetection(pack, options.crowdsDir),
      recognition: options.facesDir === null ? null : await measureRecognition(pack, options.facesDir),
    });
  return figures;
}

export function tableOf(figures: PackFigures[]): string {
  return figures
    .map(({ pack, detection, recognition }) =>
      [
        `pack ${pack}`,
        ...(detection ? [detectionLine(detection)] : []),
        ...(recognition
          ? ["  width  found   rank-1/50  TAR@1e-3  genuine        impostor", ...recognition.map(widthLine)]
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
    f.rank1of50.toFixed(3).padStart(8),
    f.tarAtFar1e3.toFixed(3).padStart(9),
    `  ${f.genuineMean.toFixed(3)} ± ${f.genuineSd.toFixed(3)}`,
    ` ${f.impostorMean.toFixed(3)} ± ${f.impostorSd.toFixed(3)}`,
  ].join(" ");
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      crowds: { type: "string" },
      faces: { type: "string" },
      json: { type: "string" },
      models: { type: "string", default: "var/models" },
    },
  });
  const packs = [await loadPack(fr1Manifest, `${values.models}/${fr1Manifest.id}`)];
  const figures = await benchFaces({
    crowdsDir: values.crowds ?? null,
    facesDir: values.faces ?? null,
    packs,
  });
  process.stdout.write(`${tableOf(figures)}\n`);
  if (values.json) await writeFile(values.json, `${JSON.stringify(figures, null, 2)}\n`);
  for (const pack of packs) await pack.close();
}

if (import.meta.filename === process.argv[1]) await main();
