import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import type { FacePack } from "../services/ports.ts";
import type { FaceObservation } from "../services/types.ts";
import { seededRandom } from "./rollcall-random.ts";
import type { SeededRandom } from "./rollcall-random.ts";

/** One photo as a classroom camera would show it at one width: a burst, undetected pictures left out. */
export interface Probe {
  widthPx: number;
  burst: FaceObservation[];
}

export interface ProbePerson {
  key: string;
  group: string;
  /** Each photo: its embedding at full size, and a probe per width. */
  photos: { full: FaceObservation; probes: Probe[] }[];
}

export const PROBE_WIDTHS = [16, 20, 24, 32, 48, 80] as const;
const BURST = 3;
const CANVAS = { width: 1920, height: 1080 };

interface Photo {
  person: string;
  group: string;
  jpeg: Buffer;
  full: FaceObservation;
}

/** Every person of `dir` (`person/N.jpg`, `strangers/*.jpg`) at every width; kept in `cacheDir` because it takes minutes. */
export async function loadProbes(pack: FacePack, dir: string, cacheDir: string): Promise<ProbePerson[]> {
  const files = await photoFiles(dir);
  const key = createHash("sha256")
    .update(JSON.stringify([pack.id, files.map(({ path }) => path.slice(dir.length)), BURST, 3]))
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
  const people = new Map<string, ProbePerson>();
  for (const { person, group, full } of photos) {
    const entry = people.get(person) ?? { key: person, group, photos: [] };
    people.set(person, { ...entry, photos: [...entry.photos, { full, probes: [] }] });
  }
  for (const widthPx of PROBE_WIDTHS) {
    const bursts = await keep(String(widthPx), () => probesAt(pack, photos, widthPx));
    const at = new Map<string, number>();
    for (const [index, { person }] of photos.entries()) {
      const number = at.get(person) ?? 0;
      at.set(person, number + 1);
      people.get(person)?.photos[number]?.probes.push({ widthPx, burst: bursts[index] ?? [] });
    }
  }
  return [...people.values()];
}

async function cached<T>(path: string, make: () => Promise<T>): Promise<T> {
  const kept = await readFile(path, "utf8").catch(() => null);
  if (kept !== null) return JSON.parse(kept, reviveVectors) as T;
  const made = await make();
  await writeFile(path, JSON.stringify(made, packVectors));
  return made;
}

function reviveVectors(key: string, value: unknown): unknown {
  if (key !== "vector" || typeof value !== "string") return value;
  return new Float32Array(Uint8Array.from(Buffer.from(value, "base64")).buffer);
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
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64")
    : value;
}

async function photoFiles(dir: string): Promise<{ person: string; group: string; path: string }[]> {
  const manifest = await readFile(join(dir, "manifest.tsv"), "utf8").catch(() => "");
  const groups = new Map(
    manifest.split("\n").map((line) => [line.split("\t")[0] ?? "", line.split("\t")[2] ?? "unknown"]),
  );
  const files: { person: string; group: string; path: string }[] = [];
  for (const folder of (await readdir(dir, { withFileTypes: true })).filter((entry) => entry.isDirectory())) {
    for (const file of (await readdir(join(dir, folder.name))).filter((name) =>
      /\.(jpe?g|png)$/i.test(name),
    )) {
      const name = `${folder.name}/${file}`;
      const person = folder.name === "strangers" ? name : folder.name;
      files.push({ person, group: groups.get(name) ?? "unknown", path: join(dir, name) });
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

/** Pastes all photos at one face width into 1080p pictures, one set per picture of the burst, and reads them back. */
async function probesAt(
  pack: FacePack,
  photos: readonly Photo[],
  width: number,
): Promise<FaceObservation[][]> {
  const cell = Math.ceil(width * 3) + 8;
  const perRow = Math.floor(CANVAS.width / cell);
  const perCanvas = perRow * Math.floor(CANVAS.height / cell);
  const bursts: FaceObservation[][] = photos.map(() => []);
  for (let start = 0; start < photos.length; start += perCanvas) {
    const part = photos.slice(start, start + perCanvas);
    for (let shot = 0; shot < BURST; shot++) {
      const tiles = await Promise.all(
        part.map((photo, i) =>
          tileOf(photo, width, seededRandom(`${photo.person}/${start + i}/${width}`), shot, cell),
        ),
      );
      const canvas = await compose(tiles, perRow, cell, seededRandom(`canvas/${width}/${start}/${shot}`));
      const { faces } = await pack.analyse(canvas);
      for (const [i, tile] of tiles.entries()) {
        const x = (i % perRow) * cell + tile.x;
        const y = Math.floor(i / perRow) * cell + tile.y;
        const face = mainFace(faces, x, y);
        if (face !== null && Math.abs(Math.log(face.box.width / width)) < 0.5) bursts[start + i]?.push(face);
      }
    }
  }
  return bursts;
}

interface Tile {
  pixels: Buffer;
  side: number;
  x: number;
  y: number;
}

/** Light and tilt stay through a burst; place and focus differ a little from picture to picture. */
async function tileOf(
  photo: Photo,
  width: number,
  random: SeededRandom,
  shot: number,
  cell: number,
): Promise<Tile> {
  const gain = 1 + 0.15 * random.gauss();
  const tilt = 3 * random.gauss();
  const blur = 0.3 + Math.abs(0.4 * random.gauss());
  for (let skip = 0; skip < shot * 4; skip++) random.gauss();
  const { box } = photo.full;
  const reach = 1.35 * box.width;
  const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const meta = await sharp(photo.jpeg).metadata();
  const left = Math.max(0, Math.round(centre.x - reach));
  const top = Math.max(0, Math.round(centre.y - reach));
  const side = Math.min(Math.round(2 * reach), meta.width - left, meta.height - top);
  const scale = (width / box.width) * (1 + 0.015 * random.gauss());
  const small = Math.min(cell - 4, Math.max(16, Math.round(side * scale)));
  const turned = await sharp(photo.jpeg)
    .removeAlpha()
    .toColourspace("srgb")
    .extract({ left, top, width: side, height: side })
    .affine(rotation(tilt + 0.7 * random.gauss()), {
      background: "#707070",
      interpolator: "bicubic",
      odx: random.gauss(),
      ody: random.gauss(),
    })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const grown = turned.info.width / side;
  const pixels = await sharp(turned.data, {
    raw: { width: turned.info.width, height: turned.info.height, channels: turned.info.channels as 3 },
  })
    .resize(Math.min(cell - 2, Math.round(small * grown)), Math.min(cell - 2, Math.round(small * grown)), {
      fit: "fill",
      kernel: "cubic",
    })
    .blur(blur)
    .linear(gain, 4 * random.gauss())
    .raw()
    .toBuffer({ resolveWithObject: true });
  const shownSide = pixels.info.width;
  const shown = shownSide / turned.info.width;
  const middle = turned.info.width / 2;
  return {
    pixels: pixels.data,
    side: shownSide,
    x: (middle + (centre.x - left - side / 2)) * shown,
    y: (middle + (centre.y - top - side / 2)) * shown,
  };
}

function rotation(degrees: number): [[number, number], [number, number]] {
  const angle = (degrees * Math.PI) / 180;
  return [
    [Math.cos(angle), -Math.sin(angle)],
    [Math.sin(angle), Math.cos(angle)],
  ];
}

async function compose(
  tiles: readonly Tile[],
  perRow: number,
  cell: number,
  random: SeededRandom,
): Promise<Buffer> {
  const raw = Buffer.alloc(CANVAS.width * CANVAS.height * 3, 112);
  for (const [i, tile] of tiles.entries()) {
    const left = (i % perRow) * cell;
    const top = Math.floor(i / perRow) * cell;
    for (let y = 0; y < tile.side; y++) {
      tile.pixels.copy(
        raw,
        ((top + y) * CANVAS.width + left) * 3,
        y * tile.side * 3,
        (y + 1) * tile.side * 3,
      );
    }
  }
  const noise = Int8Array.from({ length: 65_521 }, () => Math.round(2.5 * random.gauss()));
  for (let i = 0, at = 0; i < raw.length; i++, at = at === 65_520 ? random.below(977) : at + 1) {
    raw[i] = Math.min(255, Math.max(0, (raw[i] ?? 0) + (noise[at] ?? 0)));
  }
  return sharp(raw, { raw: { ...CANVAS, channels: 3 } })
    .jpeg({ quality: 78 })
    .toBuffer();
}
