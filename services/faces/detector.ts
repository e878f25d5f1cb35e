import type { Box, Point } from "../types.ts";
import type { Detection } from "./detection.ts";
import { cutByTile, decodeDetections, suppress } from "./detections.ts";
import { inLanes } from "./lanes.ts";
import type { DetectorSpec } from "./detector-spec.ts";
import type { Pixels } from "./pixels.ts";
import { writePlanes, type Frame } from "./prepare.ts";
import type { Network } from "./session.ts";
import type { Stopwatch } from "./stopwatch.ts";
import { planFixedTiles, planTiles } from "./tile-plan.ts";

/** A piece of the picture at one scale; `tile` is in pixels of that scale. */
interface Piece {
  shrink: 1 | 2;
  picture: { widthPx: number; heightPx: number };
  tile: Box;
  /** The network's input, at least as large as the tile. */
  frame: Frame;
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
    const { width, height } = piece.frame;
    const input = planes(lane, 3 * width * height);
    watch.run("prepare", () => writePlanes(pixels, piece, piece.shrink, spec, input));
    const outputs = await watch.wait("modelDetect", () => network.run(input, [1, 3, height, width]));
    watch.run("postprocess", () => found.push(...detectionsOf(outputs, piece, spec)));
  });
  return watch.run("postprocess", () => suppress(found, spec));
}

function piecesOf(pixels: Pixels, spec: DetectorSpec): Piece[] {
  return spec.shrinks.flatMap((shrink) => {
    const picture = {
      widthPx: Math.floor(pixels.widthPx / shrink),
      heightPx: Math.floor(pixels.heightPx / shrink),
    };
    if (picture.widthPx === 0 || picture.heightPx === 0) return [];
    return tilesOf(picture, spec).map((tile) => ({ shrink, picture, tile, frame: frameOf(tile, spec) }));
  });
}

function tilesOf({ widthPx, heightPx }: Piece["picture"], spec: DetectorSpec): Box[] {
  const { inputSize, tile } = spec;
  if (typeof inputSize === "object" && "widthPx" in inputSize)
    return planFixedTiles(widthPx, heightPx, inputSize, tile.overlapPx);
  return planTiles(widthPx, heightPx, { ...tile, alignPx: gridOf(spec) });
}

/** Tiles start on multiples of the coarsest step, so that every map lies as it would over the whole picture. */
function gridOf(spec: DetectorSpec): number {
  if (typeof spec.inputSize === "object" && "multipleOf" in spec.inputSize) return spec.inputSize.multipleOf;
  if (spec.family === "ssd") return Math.max(...spec.steps);
  return spec.family === "scrfd" ? Math.max(...spec.levels.map(({ step }) => step)) : 32;
}

function frameOf(tile: Box, { inputSize }: DetectorSpec): Frame {
  if (inputSize === "any") return tile;
  if ("widthPx" in inputSize) return { width: inputSize.widthPx, height: inputSize.heightPx };
  const whole = (side: number): number => Math.ceil(side / inputSize.multipleOf) * inputSize.multipleOf;
  return { width: whole(tile.width), height: whole(tile.height) };
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
  { tile, frame, picture, shrink }: Piece,
  spec: DetectorSpec,
): Detection[] {
  const size = { widthPx: frame.width, heightPx: frame.height };
  const widest = shrink === spec.shrinks.at(-1) ? Infinity : spec.maxBoxPx;
  return suppress(decodeDetections(outputs, size, spec), spec)
    .filter(({ box }) => box.width <= widest && !cutByTile(box, tile, picture))
    .filter(({ box }) => frame === tile || centreIn(box, tile))
    .map((found) => toPicture(found, tile, shrink));
}

/** Not in the padding. */
function centreIn(box: Box, tile: Box): boolean {
  return box.x + box.width / 2 <= tile.width && box.y + box.height / 2 <= tile.height;
}

function toPicture({ box, score, points }: Detection, tile: Box, shrink: number): Detection {
  const place = ({ x, y }: Point): Point => ({ x: (x + tile.x) * shrink, y: (y + tile.y) * shrink });
  return {
    score,
    box: { ...place(box), width: box.width * shrink, height: box.height * shrink },
    ...(points && { points: points.map(place) }),
  };
}
