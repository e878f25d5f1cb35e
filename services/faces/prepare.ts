import type { Box } from "../types.ts";
import type { Pixels } from "./pixels.ts";

/** How 8-bit pixels become a network's input: planes in this order, each value (p − mean) / divisor. */
export interface Normalisation {
  channels: "rgb" | "bgr";
  mean: number;
  divisor: number;
}

/** Offsets of the red and blue planes; green is always the second. */
export function planeOrder(channels: "rgb" | "bgr"): { red: number; blue: number } {
  return channels === "rgb" ? { red: 0, blue: 2 } : { red: 2, blue: 0 };
}

/**
 * Writes a tile as three planes (1×3×H×W). `tile` is in pixels of the picture shrunk by `shrink`; at 2 each of its pixels is the
 * mean of 2 × 2, so no resized copy of the picture is ever made.
 */
export function writePlanes(
  pixels: Pixels,
  tile: Box,
  shrink: 1 | 2,
  norm: Normalisation,
  into: Float32Array,
): void {
  if (shrink === 1) copyPlanes(pixels, tile, norm, into);
  else halvePlanes(pixels, tile, norm, into);
}

function copyPlanes({ data, widthPx }: Pixels, tile: Box, norm: Normalisation, into: Float32Array): void {
  const plane = tile.width * tile.height;
  const order = planeOrder(norm.channels);
  const red = order.red * plane;
  const blue = order.blue * plane;
  const values = lookup(norm, 1);
  let to = 0;
  for (let y = 0; y < tile.height; y += 1) {
    let from = ((tile.y + y) * widthPx + tile.x) * 3;
    for (const end = to + tile.width; to < end; to += 1, from += 3) {
      into[red + to] = values[data[from]!]!;
      into[plane + to] = values[data[from + 1]!]!;
      into[blue + to] = values[data[from + 2]!]!;
    }
  }
}

/** Unrolled: four times as fast as a loop over the block. */
function halvePlanes({ data, widthPx }: Pixels, tile: Box, norm: Normalisation, into: Float32Array): void {
  const plane = tile.width * tile.height;
  const order = planeOrder(norm.channels);
  const red = order.red * plane;
  const blue = order.blue * plane;
  const values = lookup(norm, 4);
  const line = widthPx * 3;
  let to = 0;
  for (let y = 0; y < tile.height; y += 1) {
    let p = (tile.y + y) * 2 * line + tile.x * 6;
    let q = p + line;
    for (const end = to + tile.width; to < end; to += 1, p += 6, q += 6) {
      into[red + to] = values[data[p]! + data[p + 3]! + data[q]! + data[q + 3]!]!;
      into[plane + to] = values[data[p + 1]! + data[p + 4]! + data[q + 1]! + data[q + 4]!]!;
      into[blue + to] = values[data[p + 2]! + data[p + 5]! + data[q + 2]! + data[q + 5]!]!;
    }
  }
}

/** Every value the mean of `count` pixels can normalise to, by their sum. */
function lookup(norm: Normalisation, count: number): Float32Array {
  return Float32Array.from({ length: 255 * count + 1 }, (_, sum) => (sum / count - norm.mean) / norm.divisor);
}
