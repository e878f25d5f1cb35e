import type { Box } from "../types.ts";
import { decodeScrfd } from "./decode-scrfd.ts";
import { decodeSsd } from "./decode-ssd.ts";
import { decodeYolo } from "./decode-yolo.ts";
import type { Detection } from "./detection.ts";
import type { DetectorSpec } from "./detector-spec.ts";

/** Boxes (and points) of one input in its own pixels, whatever the family. Throws when the outputs are not of the declared layout. */
export function decodeDetections(
  outputs: Record<string, Float32Array>,
  size: { widthPx: number; heightPx: number },
  spec: DetectorSpec,
): Detection[] {
  if (spec.family === "ssd") return decodeSsd(outputs, size, spec);
  return spec.family === "scrfd" ? decodeScrfd(outputs, size, spec) : decodeYolo(outputs, spec);
}

/** Keeps the best box of each face, best first. */
export function suppress(
  detections: Detection[],
  limits: { maxIou: number; maxContainment: number },
): Detection[] {
  const kept: Detection[] = [];
  for (const candidate of detections.toSorted(byScore))
    if (!kept.some((better) => sameFace(better.box, candidate.box, limits))) kept.push(candidate);
  return kept;
}

/** Score first; ties by place, so that equal pictures give equal lists. */
function byScore(a: Detection, b: Detection): number {
  return b.score - a.score || a.box.y - b.box.y || a.box.x - b.box.x;
}

function sameFace(a: Box, b: Box, limits: { maxIou: number; maxContainment: number }): boolean {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return false;
  const shared = width * height;
  const areaA = a.width * a.height;
  const areaB = b.width * b.height;
  return (
    shared / (areaA + areaB - shared) > limits.maxIou ||
    shared / Math.min(areaA, areaB) > limits.maxContainment
  );
}

/** A face cut by a tile's edge is boxed up to within this many pixels of it. */
const EDGE_PX = 8;

/** True when the box (in its tile's pixels) meets an edge of the tile that is not an edge of the picture: the neighbour sees the face whole. */
export function cutByTile(box: Box, tile: Box, picture: { widthPx: number; heightPx: number }): boolean {
  return (
    (tile.x > 0 && box.x < EDGE_PX) ||
    (tile.y > 0 && box.y < EDGE_PX) ||
    (tile.x + tile.width < picture.widthPx && box.x + box.width > tile.width - EDGE_PX) ||
    (tile.y + tile.height < picture.heightPx && box.y + box.height > tile.height - EDGE_PX)
  );
}
