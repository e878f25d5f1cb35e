import type { Box } from "../types.ts";
import { cutByTile, decodeDetections, suppress, type Detection } from "./detections.ts";
import { inLanes } from "./lanes.ts";
import type { DetectorSpec } from "./manifest.ts";
import type { Pixels } from "./pixels.ts";
import { writePlanes } from "./prepare.ts";
import type { Network } from "./session.ts";
import type { Stopwatch } from "./stopwatch.ts";
import { planTiles } from "./tile-plan.ts";

/** A piece of the picture at one scale; `tile` is in pixels of that scale. */
interface Piece {
  shrink: 1 | 2;
  picture: { widthPx: number; heightPx: number };
  tile: Box;
}

/** Finds faces at several scales, tile by tile; boxes in picture pixels, best first. */
export async function detectFaces(
  pixels: Pixels,
  { network, planes }: { network: Network; planes: PlaneBuffers },
  spec: DetectorSpec,
  watch: Stopwatch,
): Promise<Detection[]> {
  const found: Detection[] = [];
  await inLanes(piecesOf(pixels, spec), network.lanes, async (piece, lane) => {
    const { width, height } = piece.tile;
    const input = planes(lane, 3 * width * height);
    watch.run("prepare", () => writePlanes(pixels, piece.tile, piece.shrink, spec, input));
    const outputs = await watch.wait("modelDetect", () => network.run(input, [1, 3, height, width]));
    watch.run("postprocess", () => found.push(...detectionsOf(outputs, piece, spec)));
  });
  return watch.run("postprocess", () => suppress(found, spec));
}

function piecesOf(pixels: Pixels, spec: DetectorSpec): Piece[] {
  const limits = { ...spec.tile, alignPx: Math.max(...spec.steps) };
  return spec.shrinks.flatMap((shrink) => {
    const picture = {
      widthPx: Math.floor(pixels.widthPx / shrink),
      heightPx: Math.floor(pixels.heightPx / shrink),
    };
    if (picture.widthPx === 0 || picture.heightPx === 0) return [];
    return planTiles(picture.widthPx, picture.heightPx, limits).map((tile) => ({ shrink, picture, tile }));
  });
}

/** A lane's buffer for a tile's planes, kept between pictures: it is by far the largest allocation. */
export type PlaneBuffers = (lane: number, length: number) => Float32Array;

export function planeBuffers(): PlaneBuffers {
  const buffers: Float32Array[] = [];
  return (lane, length) => {
    const kept = buffers[lane];
    const buffer = kept && kept.length >= length ? kept : new Float32Array(length);
    buffers[lane] = buffer;
    return buffer.subarray(0, length);
  };
}

function detectionsOf(
  outputs: Record<string, Float32Array>,
  { tile, picture, shrink }: Piece,
  spec: DetectorSpec,
): Detection[] {
  const scores = outputs[spec.scores] as Float32Array;
  const locations = outputs[spec.locations] as Float32Array;
  const size = { widthPx: tile.width, heightPx: tile.height };
  const widest = shrink === spec.shrinks.at(-1) ? Infinity : spec.maxBoxPx;
  return suppress(decodeDetections(scores, locations, size, spec), spec)
    .filter(({ box }) => box.width <= widest && !cutByTile(box, tile, picture))
    .map(({ box, score }) => ({ score, box: toPicture(box, tile, shrink) }));
}

function toPicture(box: Box, tile: Box, shrink: number): Box {
  return {
    x: (box.x + tile.x) * shrink,
    y: (box.y + tile.y) * shrink,
    width: box.width * shrink,
    height: box.height * shrink,
  };
}
