import { join } from "node:path";
import { faceApi1Manifest } from "../services/faces/known-packs.ts";
import { loadPack } from "../services/faces/load-pack.ts";
import type { LibraryFace } from "../services/faces/face-api-pack.ts";
import { decodePixels, defaultLimits } from "../services/faces/pixels.ts";
import type { Box, SeatRef } from "../services/types.ts";
import type { Photo } from "./rollcall-canvas.ts";
import { canvasesOf, fullHd } from "./rollcall-canvas.ts";
import type { PhotoSet, ProbePerson, ProbePhoto } from "./rollcall-probes.ts";
import { isAboutAsWide, photosInOrder, PROBE_WIDTHS } from "./rollcall-probes.ts";

/** A face as stock face-api gives it, and the seat nearest to it. */
export interface StockFace {
  seat: SeatRef | null;
  descriptor: Float32Array;
}

/** Distance from which the library's matcher calls a face unknown. */
const UNKNOWN_FROM = 0.6;

/** It is shown the first picture of a burst: in its WebAssembly build every face costs as much as ten of ours. */
const firstPicture = { ...fullHd, burst: 1 };

/** Photos described between two savings: a small photo costs as much as a whole frame. */
const KEPT_TOGETHER = 100;

export type Library = (picture: Uint8Array) => Promise<LibraryFace[]>;

/** @vladmandic/face-api as its examples use it: SSD over the whole picture, 68 landmarks, descriptors. */
export async function openStock(modelsDir: string): Promise<Library> {
  await loadPack(faceApi1Manifest, join(modelsDir, faceApi1Manifest.id));
  const { runLibrary } = await import("../services/faces/face-api-pack.ts");
  return async (picture) => runLibrary(await decodePixels(picture, defaultLimits), faceApi1Manifest);
}

/** Asks stock face-api about the very pictures the probes were read from, and notes its answers on the photos. */
export async function addStock(
  people: readonly ProbePerson[],
  { photos, keep }: PhotoSet,
  modelsDir: string,
): Promise<void> {
  let opened: Promise<Library> | undefined;
  const library: Library = async (picture) => (await (opened ??= openStock(modelsDir)))(picture);
  const own = photosInOrder(new Map(people.map((person) => [person.key, person])), photos);
  const fulls: (Float32Array | null)[] = [];
  for (let start = 0; start < photos.length; start += KEPT_TOGETHER) {
    const some = photos.slice(start, start + KEPT_TOGETHER);
    fulls.push(...(await keep(`stock-full-${start}`, () => fullDescriptors(library, some))));
  }
  const stocks = own.map((photo, index): ProbePhoto["stock"] => {
    photo.stock = { full: fulls[index] ?? null, byWidth: [] };
    return photo.stock;
  });
  for (const widthPx of PROBE_WIDTHS) {
    const bursts = await keep(`stock-first-${widthPx}`, () => descriptorsAt(library, photos, widthPx));
    for (const [index, stock] of stocks.entries())
      stock?.byWidth.push({ widthPx, burst: bursts[index] ?? [] });
  }
}

async function fullDescriptors(library: Library, photos: readonly Photo[]): Promise<(Float32Array | null)[]> {
  const found: (Float32Array | null)[] = [];
  for (const { jpeg, full, alone } of photos) {
    // Only trainees have portraits.
    if (alone) found.push(null);
    else found.push(nearest(await library(jpeg), middle(full.box), full.box.width)?.descriptor ?? null);
  }
  return found;
}

async function descriptorsAt(
  library: Library,
  photos: readonly Photo[],
  width: number,
): Promise<(Float32Array | null)[][]> {
  const bursts: (Float32Array | null)[][] = photos.map(() => []);
  for await (const { jpeg, shot, places } of canvasesOf(photos, width, firstPicture)) {
    const faces = (await library(jpeg)).filter(({ box }) => isAboutAsWide(box.width, width));
    for (const { photo, x, y } of places) {
      const burst = bursts[photo];
      if (burst !== undefined) burst[shot] = nearest(faces, { x, y }, width)?.descriptor ?? null;
    }
  }
  return bursts;
}

function middle({ x, y, width, height }: Box): { x: number; y: number } {
  return { x: x + width / 2, y: y + height / 2 };
}

export function nearest(
  faces: readonly LibraryFace[],
  at: { x: number; y: number },
  reach: number,
): LibraryFace | null {
  const off = ({ box }: LibraryFace): number => {
    const centre = middle(box);
    return Math.hypot(centre.x - at.x, centre.y - at.y);
  };
  return faces.filter((face) => off(face) < reach).toSorted((a, b) => off(a) - off(b))[0] ?? null;
}

export interface StockMember {
  traineeId: string;
  descriptor: Float32Array | null;
}

/** Each face gets the name of the nearest portrait within 0.6; who is named anywhere is present, at the seat nearest the face. */
export function stockSays(
  faces: readonly StockFace[],
  roster: readonly StockMember[],
): Map<string, SeatRef | null> {
  const seen = new Map<string, SeatRef | null>();
  for (const face of faces) {
    let best: { id: string; distance: number } | null = null;
    for (const { traineeId, descriptor } of roster) {
      if (descriptor === null) continue;
      const distance = Math.hypot(...descriptor.map((value, i) => value - (face.descriptor[i] ?? 0)));
      if (best === null || distance < best.distance) best = { id: traineeId, distance };
    }
    if (best !== null && best.distance < UNKNOWN_FROM && !seen.has(best.id)) seen.set(best.id, face.seat);
  }
  return seen;
}
