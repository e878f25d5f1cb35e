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
 * Writes a tile as three planes (1×3×H×W). `tile` is in pixels of the picture shrunk by `shrink`; each of its pixels is the mean
 * of shrink × shrink pixels, so no resized copy of the picture is ever made.
 */
export function writePlanes(
  pixels: Pixels,
  tile: Box,
  shrink: number,
  norm: Normalisation,
  into: Float32Array,
): void {
  if (shrink === 1) copyPlanes(pixels, tile, norm, into);
  else shrinkPlanes(pixels, tile, shrink, norm, into);
}

function copyPlanes({ data, widthPx }: Pixels, tile: Box, norm: Normalisation, into: Float32Array): void {
  const plane = tile.width * tile.height;
  const order = planeOrder(norm.channels);
  const red = order.red * plane;
  const blue = order.blue * plane;
  const gain = 1 / norm.divisor;
  const bias = -norm.mean / norm.divisor;
  let to = 0;
  for (let y = 0; y < tile.height; y += 1) {
    let from = ((tile.y + y) * widthPx + tile.x) * 3;
    for (const end = to + tile.width; to < end; to += 1, from += 3) {
      into[red + to] = (data[from] as number) * gain + bias;
      into[plane + to] = (data[from + 1] as number) * gain + bias;
      into[blue + to] = (data[from + 2] as number) * gain + bias;
    }
  }
}

function shrinkPlanes(
  { data, widthPx }: Pixels,
  tile: Box,
  shrink: number,
  norm: Normalisation,
  into: Float32Array,
): void {
  const plane = tile.width * tile.height;
  const order = planeOrder(norm.channels);
  const gain = 1 / (norm.divisor * shrink * shrink);
  const bias = -norm.mean / norm.divisor;
  const line = widthPx * 3;
  let to = 0;
  for (let y = 0; y < tile.height; y += 1) {
    let corner = ((tile.y + y) * widthPx + tile.x) * shrink * 3;
    for (let x = 0; x < tile.width; x += 1, to += 1, corner += shrink * 3) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let row = corner; row < corner + shrink * line; row += line)
        for (let from = row; from < row + shrink * 3; from += 3) {
          red += data[from] as number;
          green += data[from + 1] as number;
          blue += data[from + 2] as number;
        }
      into[order.red * plane + to] = red * gain + bias;
      into[plane + to] = green * gain + bias;
      into[order.blue * plane + to] = blue * gain + bias;
    }
  }
}
