import type { Box } from "../types.ts";
import type { DetectorSpec } from "./manifest.ts";

export interface Detection {
  box: Box;
  score: number;
}

/**
 * Reads a single-shot detector's raw outputs. `scores` is anchors × 2 (face second), `locations` anchors × 4; anchors run
 * layer by layer, row by row, size by size over maps of ceil(side / step), centred at (i + ½)·step.
 */
export function decodeDetections(
  scores: Float32Array,
  locations: Float32Array,
  size: { widthPx: number; heightPx: number },
  spec: DetectorSpec,
): Detection[] {
  const found: Detection[] = [];
  let anchor = 0;
  for (const [layer, step] of spec.steps.entries()) {
    const sizes = spec.anchorSizes[layer] ?? [];
    const columns = Math.ceil(size.widthPx / step);
    const end = anchor + columns * Math.ceil(size.heightPx / step) * sizes.length;
    for (let cell = anchor; anchor < end; anchor += 1) {
      const score = scores[anchor * 2 + 1] as number;
      if (score < spec.minScore) continue;
      const index = anchor - cell;
      const place = Math.floor(index / sizes.length);
      const box = decodeBox(locations, anchor, {
        centreX: ((place % columns) + 0.5) * step,
        centreY: (Math.floor(place / columns) + 0.5) * step,
        side: sizes[index % sizes.length] as number,
        spec,
      });
      found.push({ box, score });
    }
  }
  if (anchor * 2 !== scores.length)
    throw new Error(`the detector gave ${scores.length / 2} anchors, ${anchor} were expected`);
  return found;
}

function decodeBox(
  locations: Float32Array,
  anchor: number,
  at: { centreX: number; centreY: number; side: number; spec: DetectorSpec },
): Box {
  const [dx = 0, dy = 0, dw = 0, dh = 0] = locations.subarray(anchor * 4, anchor * 4 + 4);
  const width = at.side * Math.exp(at.spec.sizeVariance * dw);
  const height = at.side * Math.exp(at.spec.sizeVariance * dh);
  return {
    x: at.centreX + at.spec.centreVariance * at.side * dx - width / 2,
    y: at.centreY + at.spec.centreVariance * at.side * dy - height / 2,
    width,
    height,
  };
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
