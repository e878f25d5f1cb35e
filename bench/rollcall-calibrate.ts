import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadPack } from "../services/faces/load-pack.ts";
import { modelsDir } from "../services/cli/setup/prepare.ts";
import { findPack, readPackFolder, type FoundPack } from "../services/faces/find-pack.ts";
import { fr1Manifest } from "../services/faces/known-packs.ts";
import { adaptProbe, adaptTemplate, fitAdapterBand, meanOf } from "../services/rollcall/adapter.ts";
import type { Adapter } from "../services/rollcall/adapter.ts";
import { effectiveWidthPx, isTurned, vectorWeight } from "../services/rollcall/effective-width.ts";
import type { CalibrationSample } from "../services/rollcall/calibrate.ts";
import { calibrate, gateBetween, LEAST_SAMPLES } from "../services/rollcall/calibrate.ts";
import type { Calibration, CoveredFace, PortraitGate } from "../services/rollcall/calibration.ts";
import { packCalibration, type StoredCalibration } from "../services/rollcall/stored-calibration.ts";
import { cosine, meanDirection } from "../services/rollcall/vectors.ts";
import type { PackId, PackVector } from "../services/types.ts";
import type { View } from "./rollcall-canvas.ts";
import type { ProbePerson } from "./rollcall-probes.ts";
import { loadPhotos, loadProbes, PROBE_WIDTHS } from "./rollcall-probes.ts";

const ROUNDS = [1, 2, 3];

/** Effective widths of the table. */
const BANDS = [12, 15, 18, 21, 25, 30, 38, 50, 75];

/** Faces of a band, in their own picture and at full size; with fewer the band is left out. */
const LEAST_PAIRS = 60;

/** Fits a pack's adapter and table on people of which at least two photos each are known. */
export function fitCalibration(pack: PackId, source: string, people: readonly ProbePerson[]): Calibration {
  const paired = BANDS.map((band) => ({ band, pairs: pairsAt(people, band) }));
  const bands = paired.filter(({ pairs }) => pairs.length >= LEAST_PAIRS);
  const adapter: Adapter = {
    templateMean: meanOf(people.flatMap(({ photos }) => photos.map(({ full }) => full.embedding.vector))),
    bands: bands.map(({ band, pairs }) => fitAdapterBand(band, pairs)),
  };
  const all = samplesOf(people, adapter);
  const measured = new Set(bands.map(({ band }) => band).filter((band) => isEnough(all, band)));
  const samples = all.filter(({ widthPx }) => measured.has(widthPx));
  return { ...calibrate(pack, source, samples, adapter), gate: gateOf(people) };
}

/** Whether a band has enough comparisons of every kind; a detector that misses small faces leaves too few of them. */
function isEnough(samples: readonly CalibrationSample[], band: number): boolean {
  return [0, ...ROUNDS].every((rounds) =>
    [true, false].every(
      (genuine) =>
        samples.filter((one) => one.widthPx === band && one.rounds === rounds && one.genuine === genuine)
          .length >= LEAST_SAMPLES,
    ),
  );
}

/** From portraits as they come, which is how enrolment compares them. */
/** What the table there was says of covered faces: it was not measured on these photographs and stays. */
async function coveredIn(path: string): Promise<CoveredFace | undefined> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "{}";
    throw error;
  });
  return (JSON.parse(text) as Partial<StoredCalibration>).covered;
}

function gateOf(people: readonly ProbePerson[]): PortraitGate {
  const faces = people.flatMap(({ key, photos }) => photos.map(({ full }) => ({ key, full })));
  const own: number[] = [];
  const others: number[] = [];
  for (const [i, a] of faces.entries()) {
    for (const b of faces.slice(i + 1)) {
      (a.key === b.key ? own : others).push(cosine(a.full.embedding.vector, b.full.embedding.vector));
    }
  }
  return gateBetween(own, others);
}

function bandOf(effectivePx: number): number {
  const nearest = BANDS.map((band) => ({ band, away: Math.abs(Math.log(band / effectivePx)) }));
  return nearest.reduce((a, b) => (b.away < a.away ? b : a)).band;
}

function pairsAt(people: readonly ProbePerson[], band: number) {
  return people.flatMap(({ photos }) =>
    photos.flatMap(({ full, probes }) =>
      probes.flatMap(({ burst }) => {
        const face = burst[0];
        if (face === undefined || bandOf(effectiveWidthPx(face.quality)) !== band) return [];
        const probe = meanDirection(burst.map(({ embedding }) => ({ vector: embedding.vector, weight: 1 })));
        return probe === null ? [] : [{ probe, full: full.embedding.vector }];
      }),
    ),
  );
}

/** One photo at one width, as the decision would fuse its burst. */
interface FusedProbe {
  photo: number;
  vector: PackVector;
  effectivePx: number;
}

function fusedProbes(person: ProbePerson, width: number, adapter: Adapter): FusedProbe[] {
  return person.photos.flatMap(({ probes }, photo) => {
    const burst = probes.find(({ widthPx }) => widthPx === width)?.burst ?? [];
    // Turned faces are read with their own share of lost ones.
    if (burst.length === 0 || burst.some(({ quality }) => isTurned(quality))) return [];
    const widths = burst.map(({ quality }) => effectiveWidthPx(quality));
    const vector = meanDirection(
      burst.map(({ embedding }, i) => ({
        vector: adaptProbe(adapter, embedding.vector, widths[i] ?? width),
        weight: 1,
      })),
    );
    const effectivePx = widths.reduce((sum, value) => sum + value, 0) / widths.length;
    return vector === null ? [] : [{ photo, vector, effectivePx }];
  });
}

/** Every photo as portrait in turn, against one to three others of the same person fused, and against everybody else. */
function samplesOf(people: readonly ProbePerson[], adapter: Adapter): CalibrationSample[] {
  const known = people.filter(({ photos }) => photos.length >= 4);
  return PROBE_WIDTHS.flatMap((width) => {
    const probes = known.map((person) => fusedProbes(person, width, adapter));
    return known.flatMap((person, p) => [
      ...person.photos.flatMap(({ full }, g) =>
        isTurned(full.quality)
          ? []
          : templateSamples(probes, p, g, adaptTemplate(adapter, full.embedding.vector)),
      ),
      ...pairSamples(probes, p),
    ]);
  });
}

function templateSamples(
  probes: readonly (readonly FusedProbe[])[],
  p: number,
  g: number,
  template: PackVector,
): CalibrationSample[] {
  return probes.flatMap((faces, q) => {
    // A quarter of all impostors is plenty.
    if (q !== p && (q + g) % 4 !== 0) return [];
    const others = faces.filter(({ photo }) => q !== p || photo !== g);
    return others.slice(0, q === p ? others.length : 1).flatMap((_, start) =>
      ROUNDS.flatMap((rounds) => {
        const parts = Array.from({ length: rounds }, (_, i) => others[(start + i) % others.length]);
        const chosen = parts.flatMap((part) => part ?? []);
        if (others.length < rounds || chosen.length < rounds) return [];
        const weights = chosen.map(({ effectivePx }) => vectorWeight(effectivePx));
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const vector = meanDirection(
          chosen.map((part, i) => ({ vector: part.vector, weight: weights[i] ?? 1 })),
        );
        const effectivePx =
          chosen.reduce((sum, part, i) => sum + part.effectivePx * (weights[i] ?? 1), 0) / total;
        if (vector === null) return [];
        return [
          { widthPx: bandOf(effectivePx), rounds, genuine: q === p, similarity: cosine(template, vector) },
        ];
      }),
    );
  });
}

function pairSamples(probes: readonly (readonly FusedProbe[])[], p: number): CalibrationSample[] {
  const own = probes[p] ?? [];
  const others = probes.flatMap((faces, q) => (q !== p && (q + p) % 4 === 0 ? faces.slice(0, 1) : []));
  return own.flatMap((face, i) =>
    [
      ...own.slice(i + 1).map((mate) => ({ mate, genuine: true })),
      ...others.map((mate) => ({ mate, genuine: false })),
    ].map(({ mate, genuine }) => ({
      widthPx: bandOf(Math.min(face.effectivePx, mate.effectivePx)),
      rounds: 0,
      genuine,
      similarity: cosine(face.vector, mate.vector),
    })),
  );
}

/** face-api shrinks every picture to 512 px and finds no face below about 14 of these: small faces are met in small pictures only. */
function smallPicture(widthPx: number): View {
  const width = [320, 640, 960, 1920].findLast((side) => (512 * widthPx) / side >= 14) ?? 320;
  return { width, height: (width * 9) / 16, burst: 1 };
}

/** The id of a pack that comes with the code, or the folder of an institution's own. */
function packOrFolder(typed: string, modelsDir: string): Promise<FoundPack> {
  return typed.includes("/") ? readPackFolder(typed) : findPack(typed, { modelsDir, ownDir: null });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      faces: { type: "string" },
      pack: { type: "string", default: fr1Manifest.id },
      models: { type: "string", default: modelsDir },
      cache: { type: "string", default: "var/bench" },
      out: { type: "string" },
      source: { type: "string", default: "" },
    },
  });
  if (values.faces === undefined) throw new Error("--faces DIR is needed: person/N.jpg and strangers/*.jpg");
  const found = await packOrFolder(values.pack, values.models);
  const { manifest } = found;
  const pack = await loadPack(manifest, found.dir);
  const people = await loadProbes(
    pack,
    await loadPhotos(pack, values.faces, values.cache),
    manifest.engine === "onnx" ? undefined : smallPicture,
  );
  await pack.close();
  const photos = people.reduce((sum, person) => sum + person.photos.length, 0);
  const source = values.source || `${people.length} people, ${photos} photos`;
  const calibration = fitCalibration(pack.id, source, people);
  const beside = found.own ? join(found.dir, "calibration.json") : null;
  const out = values.out ?? beside ?? `services/rollcall/calibration/${manifest.id}.json`;
  const covered = await coveredIn(out);
  const table = packCalibration({ ...calibration, ...(covered && { covered }) });
  await writeFile(out, `${JSON.stringify(table, null, 2)}\n`);
  for (const { widthPx, byRounds } of calibration.bands) {
    for (const [index, { genuine, impostor, lost }] of byRounds.entries()) {
      process.stdout.write(
        `${widthPx} px, ${index + 1} round(s): genuine ${genuine.mean} ± ${genuine.sd}, others ${impostor.mean} ± ${impostor.sd}, lost ${lost}\n`,
      );
    }
  }
}

if (process.argv[1]?.endsWith("rollcall-calibrate.ts")) await main();
