import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import type { FacePack } from "../services/ports.ts";
import type { FaceObservation } from "../services/types.ts";
import { iou } from "./faces-detection.ts";

/** One probe against the gallery: the similarity to its own person and to everybody else. */
interface Trial {
  /** Width as detected in the degraded picture; null when no face was found there. */
  widthPx: number | null;
  genuine: number;
  impostors: Float64Array;
}

export interface WidthFigures {
  /** Width the probes were brought to; null is native. */
  widthPx: number | null;
  probes: number;
  found: number;
  meanWidthPx: number;
  /** People the probe is looked for among: 50, or all there are. */
  candidates: number;
  /** Expected share of probes whose own person scores best among so many people. */
  rank1: number;
  /** Share of genuine pairs above the similarity that one impostor pair in 1000 passes; unfound faces do not count. */
  tarAtFar1e3: number;
  genuineMean: number;
  genuineSd: number;
  impostorMean: number;
  impostorSd: number;
}

export const PROBE_WIDTHS = [null, 48, 32, 24, 20, 16];
const CANDIDATES = 50;
const FAR = 1e-3;
const JPEG_QUALITY = 70;

/** `dir` holds `person/N.jpg`: the first photo is the gallery, the others are probes. */
export async function measureRecognition(
  pack: FacePack,
  dir: string,
  mostPeople: number,
  onWidth: (widthPx: number | null) => void,
): Promise<WidthFigures[]> {
  const people = (await readPeople(dir)).slice(0, mostPeople);
  if (people.length < 2)
    throw new Error(`${dir} holds ${people.length} people with two photos; 2 are needed`);
  const gallery: Float32Array[] = [];
  const probes: { person: number; jpeg: Uint8Array; face: FaceObservation }[] = [];
  for (const photos of people) {
    const faces = await Promise.all(photos.map(async (jpeg) => ({ jpeg, face: await mainFace(pack, jpeg) })));
    const seen = faces.flatMap(({ jpeg, face }) => (face ? [{ jpeg, face }] : []));
    const [first, ...rest] = seen;
    if (!first) continue;
    const person = gallery.push(first.face.embedding.vector) - 1;
    probes.push(...rest.map((probe) => ({ person, ...probe })));
  }
  const figures: WidthFigures[] = [];
  for (const widthPx of PROBE_WIDTHS) {
    const trials: Trial[] = [];
    for (const probe of probes) {
      const face = widthPx === null ? probe.face : await degradedFace(pack, probe, widthPx);
      trials.push(compare(face, probe.person, gallery));
    }
    figures.push(summarise(widthPx, trials, Math.min(CANDIDATES, gallery.length)));
    onWidth(widthPx);
  }
  return figures;
}

/** The face nearest the middle: what a portrait is of. */
async function mainFace(pack: FacePack, jpeg: Uint8Array): Promise<FaceObservation | null> {
  const { faces, widthPx, heightPx } = await pack.analyse(jpeg);
  const off = ({ box }: FaceObservation): number =>
    Math.hypot(box.x + box.width / 2 - widthPx / 2, box.y + box.height / 2 - heightPx / 2);
  return faces.toSorted((a, b) => off(a) - off(b))[0] ?? null;
}

/** The same photo as a camera far away would give it: shrunk so that the face is `widthPx` wide, and compressed. */
async function degradedFace(
  pack: FacePack,
  probe: { jpeg: Uint8Array; face: FaceObservation },
  widthPx: number,
): Promise<FaceObservation | null> {
  const { width, height } = await sharp(probe.jpeg).metadata();
  const scale = widthPx / probe.face.box.width;
  const small = await sharp(probe.jpeg)
    .resize(Math.round(width * scale), Math.round(height * scale), { fit: "fill" })
    .jpeg({ quality: JPEG_QUALITY })
    .toBuffer();
  const { box } = probe.face;
  const expected = {
    x: box.x * scale,
    y: box.y * scale,
    width: box.width * scale,
    height: box.height * scale,
  };
  const { faces } = await pack.analyse(small);
  const best = faces.toSorted((a, b) => iou(b.box, expected) - iou(a.box, expected))[0];
  return best && iou(best.box, expected) >= 0.3 ? best : null;
}

function compare(face: FaceObservation | null, person: number, gallery: Float32Array[]): Trial {
  if (!face) return { widthPx: null, genuine: -1, impostors: new Float64Array() };
  const all = gallery.map((vector) => cosine(vector, face.embedding.vector));
  return {
    widthPx: face.box.width,
    genuine: all[person] ?? -1,
    impostors: Float64Array.from(all.filter((_, other) => other !== person)),
  };
}

function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function summarise(widthPx: number | null, trials: Trial[], candidates: number): WidthFigures {
  const found = trials.filter((trial) => trial.widthPx !== null);
  const genuine = found.map((trial) => trial.genuine);
  const impostors = found.flatMap((trial) => [...trial.impostors]).toSorted((a, b) => b - a);
  const threshold = impostors[Math.floor(impostors.length * FAR)] ?? 1;
  return {
    widthPx,
    probes: trials.length,
    found: found.length,
    meanWidthPx: mean(found.map((trial) => trial.widthPx ?? 0)),
    candidates,
    rank1: mean(trials.map((trial) => chanceOfRank1(trial, candidates))),
    tarAtFar1e3: mean(genuine.map((value) => (value > threshold ? 1 : 0))),
    genuineMean: mean(genuine),
    genuineSd: deviation(genuine),
    impostorMean: mean(impostors),
    impostorSd: deviation(impostors),
  };
}

/** Exact over every choice of the other candidates: none of those who score higher may be drawn. */
function chanceOfRank1({ widthPx, genuine, impostors }: Trial, candidates: number): number {
  if (widthPx === null) return 0;
  const higher = impostors.filter((value) => value >= genuine).length;
  let chance = 1;
  for (let i = 0; i < higher; i += 1)
    chance *= Math.max(impostors.length - (candidates - 1) - i, 0) / (impostors.length - i);
  return chance;
}

function mean(values: number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function deviation(values: number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}

async function readPeople(dir: string): Promise<Uint8Array[][]> {
  const names = (await readdir(dir, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && entry.name !== "strangers")
    .map((entry) => entry.name)
    .toSorted();
  const people: Uint8Array[][] = [];
  for (const name of names) {
    const photos = (await readdir(join(dir, name))).filter((file) => /\.jpe?g$/i.test(file)).toSorted();
    if (photos.length >= 2)
      people.push(await Promise.all(photos.map((photo) => readFile(join(dir, name, photo)))));
  }
  return people;
}
