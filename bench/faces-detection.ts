import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FacePack } from "../services/ports.ts";
import type { Box } from "../services/types.ts";

export interface DetectionFigures {
  pictures: number;
  /** Boxed faces at least `minWidthPx` wide, and how many of them were found. */
  faces: number;
  found: number;
  recall: number;
  minWidthPx: number;
  /** Boxes that meet no boxed face of any size, per picture. */
  falsePerPicture: number;
  seconds: number;
}

/** Boxed by hand from hairline to chin, by the detector tighter: below half an overlap is common for one and the same face. */
const MATCH_IOU = 0.3;
const MIN_WIDTH_PX = 14;

/** `dir` holds pictures and `boxes.tsv` (image, x, y, w, h). */
export async function measureDetection(
  pack: FacePack,
  dir: string,
  onPicture: () => void,
): Promise<DetectionFigures> {
  const figures = { faces: 0, found: 0, extra: 0 };
  const truth = await readBoxes(join(dir, "boxes.tsv"));
  const startedAt = performance.now();
  for (const [name, boxes] of truth) {
    const { faces } = await pack.analyse(await readFile(join(dir, name)));
    const matched = matchBoxes(
      boxes,
      faces.map(({ box }) => box),
    );
    onPicture();
    figures.extra += matched.extra;
    for (const [i, box] of boxes.entries()) {
      if (box.width < MIN_WIDTH_PX) continue;
      figures.faces += 1;
      if (matched.found.has(i)) figures.found += 1;
    }
  }
  return {
    pictures: truth.size,
    faces: figures.faces,
    found: figures.found,
    recall: figures.found / figures.faces,
    minWidthPx: MIN_WIDTH_PX,
    falsePerPicture: figures.extra / truth.size,
    seconds: (performance.now() - startedAt) / 1000,
  };
}

/** One to one, best overlap first. */
function matchBoxes(truth: Box[], seen: Box[]): { found: Set<number>; extra: number } {
  const pairs = truth
    .flatMap((box, i) => seen.map((other, j) => ({ i, j, overlap: iou(box, other) })))
    .filter(({ overlap }) => overlap >= MATCH_IOU)
    .toSorted((a, b) => b.overlap - a.overlap);
  const found = new Set<number>();
  const used = new Set<number>();
  for (const { i, j } of pairs) {
    if (found.has(i) || used.has(j)) continue;
    found.add(i);
    used.add(j);
  }
  return { found, extra: seen.length - used.size };
}

export function iou(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (a.width * a.height + b.width * b.height - width * height);
}

export async function readBoxes(path: string): Promise<Map<string, Box[]>> {
  const byImage = new Map<string, Box[]>();
  for (const line of (await readFile(path, "utf8")).trim().split("\n").slice(1)) {
    const [image = "", x, y, width, height] = line.split("\t");
    const boxes = byImage.get(image) ?? [];
    boxes.push({ x: Number(x), y: Number(y), width: Number(width), height: Number(height) });
    byImage.set(image, boxes);
  }
  return byImage;
}
