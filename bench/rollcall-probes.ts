import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import type { FacePack } from "../services/ports.ts";
import type { FaceObservation } from "../services/types.ts";
import type { Photo, View } from "./rollcall-canvas.ts";
import { canvasesOf, fullHd } from "./rollcall-canvas.ts";

/** One photo as a classroom camera would show it at one width: a burst, undetected pictures left out. */
export interface Probe {
  widthPx: number;
  burst: FaceObservation[];
}

export interface ProbePerson {
  key: string;
  group: string;
  photos: ProbePhoto[];
}

/** One photo: its face at full size, and a probe per width. */
export interface ProbePhoto {
  full: FaceObservation;
  probes: Probe[];
  /** What stock face-api makes of the same pictures; null until it has been asked. */
  stock: StockPhoto | null;
}

export interface StockPhoto {
  full: Float32Array | null;
  /** Per width one descriptor a picture of the burst, null where it found no face. */
  byWidth: { widthPx: number; burst: (Float32Array | null)[] }[];
}

export const PROBE_WIDTHS = [16, 20, 24, 32, 48, 80] as const;

/** A folder's photos with what the pack finds in them at full size, and where to keep what is made of them. */
export interface PhotoSet {
  photos: Photo[];
  keep<T>(name: string, make: () => Promise<T>): Promise<T>;
}

/** The photos of `dir` (`person/N.jpg`, `strangers/*.jpg`) in which the pack finds the face. */
export async function loadPhotos(pack: FacePack, dir: string, cacheDir: string): Promise<PhotoSet> {
  const files = await photoFiles(dir);
  const names = await Promise.all(
    files.map(async ({ path }) => [relative(dir, path), (await stat(path)).size] as const),
  );
  const key = createHash("sha256")
    .update(JSON.stringify([pack.id, names, fullHd.burst, 4]))
    .digest("hex")
    .slice(0, 16);
  await mkdir(cacheDir, { recursive: true });
  const keep = <T>(name: string, make: () => Promise<T>): Promise<T> =>
    cached(join(cacheDir, `probes-${key}-${name}.json`), make);
  const fulls = await keep("full", () => fullFaces(pack, files));
  const photos: Photo[] = [];
  for (const [index, full] of fulls.entries()) {
    const file = files[index];
    if (full !== null && file !== undefined) photos.push({ ...file, jpeg: await readFile(file.path), full });
  }
  return { photos, keep };
}

/** Every person of the photos at every width; kept because it takes minutes. */
export async function loadProbes(
  pack: FacePack,
  { photos, keep }: PhotoSet,
  viewOf: (widthPx: number) => View = () => fullHd,
): Promise<ProbePerson[]> {
  const people = new Map<string, ProbePerson>();
  for (const { person, group, full } of photos) {
    const entry = people.get(person) ?? { key: person, group, photos: [] };
    people.set(person, { ...entry, photos: [...entry.photos, { full, probes: [], stock: null }] });
  }
  for (const widthPx of PROBE_WIDTHS) {
    const view = viewOf(widthPx);
    const name = view === fullHd ? String(widthPx) : `${widthPx}-${view.width}x${view.burst}`;
    const bursts = await keep(name, () => probesAt(pack, photos, widthPx, view));
    for (const [index, photo] of photosInOrder(people, photos).entries()) {
      photo.probes.push({ widthPx, burst: bursts[index] ?? [] });
    }
  }
  return [...people.values()];
}

/** Each photo of the set as its person holds it. */
export function photosInOrder(
  people: ReadonlyMap<string, ProbePerson>,
  photos: readonly Photo[],
): ProbePhoto[] {
  const seen = new Map<string, number>();
  return photos.flatMap(({ person }) => {
    const number = seen.get(person) ?? 0;
    seen.set(person, number + 1);
    return people.get(person)?.photos[number] ?? [];
  });
}

async function cached<T>(path: string, make: () => Promise<T>): Promise<T> {
  const kept = await readFile(path, "utf8").catch(() => null);
  if (kept !== null) return JSON.parse(kept, reviveVectors) as T;
  process.stderr.write(`  đọc khuôn mặt · reading faces: ${basename(path, ".json")}\n`);
  const made = await make();
  await writeFile(path, JSON.stringify(made, packVectors));
  return made;
}

/** Marks a string as 32-bit floats. */
const FLOATS = "f32:";

function reviveVectors(key: string, value: unknown): unknown {
  if (typeof value !== "string" || !(key === "vector" || value.startsWith(FLOATS))) return value;
  return new Float32Array(Uint8Array.from(Buffer.from(value.replace(FLOATS, ""), "base64")).buffer);
}

async function fullFaces(
  pack: FacePack,
  files: readonly { path: string }[],
): Promise<(FaceObservation | null)[]> {
  const faces: (FaceObservation | null)[] = [];
  for (const { path } of files) {
    const seen = await pack.analyse(await readFile(path));
    faces.push(mainFace(seen.faces, seen.widthPx / 2, seen.heightPx / 2));
  }
  return faces;
}

function packVectors(_key: string, value: unknown): unknown {
  return value instanceof Float32Array
    ? FLOATS + Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64")
    : value;
}

interface PhotoFile {
  person: string;
  alone: boolean;
  group: string;
  path: string;
}

async function photoFiles(dir: string): Promise<PhotoFile[]> {
  const manifest = await readFile(join(dir, "manifest.tsv"), "utf8").catch(() => "");
  const groups = new Map(
    manifest.split("\n").map((line) => [line.split("\t")[0] ?? "", line.split("\t")[2] ?? "unknown"]),
  );
  const files: PhotoFile[] = [];
  for (const folder of (await readdir(dir, { withFileTypes: true })).filter((entry) => entry.isDirectory())) {
    for (const file of (await readdir(join(dir, folder.name))).filter((name) =>
      /\.(jpe?g|png)$/i.test(name),
    )) {
      const name = `${folder.name}/${file}`;
      const person = folder.name === "strangers" ? name : folder.name;
      const alone = folder.name === "strangers";
      files.push({ person, alone, group: groups.get(name) ?? "unknown", path: join(dir, name) });
    }
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function mainFace(faces: readonly FaceObservation[], x: number, y: number): FaceObservation | null {
  const reach = ({ box }: FaceObservation): number =>
    Math.hypot(box.x + box.width / 2 - x, box.y + box.height / 2 - y);
  const near = faces.filter((face) => reach(face) < face.box.width);
  return near.sort((a, b) => reach(a) - reach(b))[0] ?? null;
}

/** Reads every photo at one face width back from its pictures. */
async function probesAt(
  pack: FacePack,
  photos: readonly Photo[],
  width: number,
  view: View,
): Promise<FaceObservation[][]> {
  const bursts: FaceObservation[][] = photos.map(() => []);
  for await (const canvas of canvasesOf(photos, width, view)) {
    const { faces } = await pack.analyse(canvas.jpeg);
    for (const { photo, x, y } of canvas.places) {
      const face = mainFace(faces, x, y);
      if (face !== null && isAboutAsWide(face.box.width, width)) bursts[photo]?.push(face);
    }
  }
  return bursts;
}

export function isAboutAsWide(foundPx: number, width: number): boolean {
  return Math.abs(Math.log(foundPx / width)) < 0.5;
}
