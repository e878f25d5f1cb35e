import type { Point } from "../types.ts";
import { fitSimilarity, invert, residual } from "./alignment.ts";
import { affineOfSimilarity, sampleCrop } from "./crop.ts";
import type { RecogniserSpec } from "./manifest.ts";
import type { Pixels } from "./pixels.ts";
import { byColour, planeOrder } from "./prepare.ts";

export interface AlignedCrop {
  sidePx: number;
  /** R, G, B of 0…255, side × side each. */
  planes: Float32Array;
  /** What alignment left over, in pixels of the template. */
  residualPx: number;
}

/** Aligns a face to the manifest's template. */
export function alignFace(
  pixels: Pixels,
  five: Point[],
  spec: Pick<RecogniserSpec, "sidePx" | "template">,
): AlignedCrop {
  const template = spec.template.map(([x, y]) => ({ x, y }));
  const toCrop = fitSimilarity(five, template);
  const planes = new Float32Array(3 * spec.sidePx * spec.sidePx);
  sampleCrop(pixels, affineOfSimilarity(invert(toCrop)), spec.sidePx, planes);
  return { sidePx: spec.sidePx, planes, residualPx: residual(toCrop, five, template) };
}

/** N×3×side×side in the manifest's channel order and range. */
export function recogniserInput(crops: Float32Array[], spec: RecogniserSpec): Float32Array {
  const plane = spec.sidePx * spec.sidePx;
  const input = new Float32Array(crops.length * 3 * plane);
  const order = planeOrder(spec.channels);
  const colours = byColour(spec);
  for (const [n, crop] of crops.entries())
    for (const [colour, place] of [order.red, 1, order.blue].entries()) {
      const { mean = 0, divisor = 1 } = colours[colour] ?? {};
      const gain = 1 / divisor;
      const bias = -mean / divisor;
      const to = (n * 3 + place) * plane;
      const from = colour * plane;
      for (let i = 0; i < plane; i += 1) input[to + i] = (crop[from + i] as number) * gain + bias;
    }
  return input;
}

/** Cuts a batch's output into unit vectors. */
export function unitVectors(values: Float32Array, length: number): Float32Array[] {
  const vectors: Float32Array[] = [];
  for (let start = 0; start < values.length; start += length) {
    const vector = values.slice(start, start + length);
    let squares = 0;
    for (const value of vector) squares += value * value;
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    vectors.push(vector.map((value) => value * scale));
  }
  return vectors;
}
