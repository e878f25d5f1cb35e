import type { Box } from "../types.ts";
import type { Similarity } from "./alignment.ts";
import type { Pixels } from "./pixels.ts";

/** Crop pixel (u, v), counted from centres of pixels, → picture (xu·u + xv·v + x0, yu·u + yv·v + y0). */
export interface Affine {
  xu: number;
  xv: number;
  x0: number;
  yu: number;
  yv: number;
  y0: number;
}

export function affineOfSimilarity(map: Similarity): Affine {
  return { xu: map.a, xv: -map.b, x0: map.tx, yu: map.b, yv: map.a, y0: map.ty };
}

/** Stretches a box over a square crop. */
export function affineOfBox(box: Box, sidePx: number): Affine {
  const scaleX = box.width / sidePx;
  const scaleY = box.height / sidePx;
  return {
    xu: scaleX,
    xv: 0,
    x0: box.x + scaleX / 2 - 0.5,
    yu: 0,
    yv: scaleY,
    y0: box.y + scaleY / 2 - 0.5,
  };
}

/** More samples per crop pixel than this buy nothing: the networks see 112 pixels at most. */
const MAX_SAMPLES = 8;

/**
 * Samples a square crop bilinearly into three planes R, G, B of 0…255. Where the crop shrinks the picture, each crop pixel is the
 * mean of several samples, so that large faces do not alias; outside the picture its border is repeated.
 */
export function sampleCrop(pixels: Pixels, map: Affine, sidePx: number, into: Float32Array): void {
  const shrink = Math.max(Math.hypot(map.xu, map.yu), Math.hypot(map.xv, map.yv));
  const samples = Math.min(Math.max(Math.round(shrink), 1), MAX_SAMPLES);
  const plane = sidePx * sidePx;
  const share = 1 / (samples * samples);
  const sum = { red: 0, green: 0, blue: 0 };
  let to = 0;
  for (let v = 0; v < sidePx; v += 1)
    for (let u = 0; u < sidePx; u += 1, to += 1) {
      sum.red = 0;
      sum.green = 0;
      sum.blue = 0;
      for (let j = 0; j < samples; j += 1)
        for (let i = 0; i < samples; i += 1) {
          const s = u + (i + 0.5) / samples - 0.5;
          const t = v + (j + 0.5) / samples - 0.5;
          addSample(pixels, map.xu * s + map.xv * t + map.x0, map.yu * s + map.yv * t + map.y0, sum);
        }
      into[to] = sum.red * share;
      into[plane + to] = sum.green * share;
      into[2 * plane + to] = sum.blue * share;
    }
}

function addSample(
  { data, widthPx, heightPx }: Pixels,
  x: number,
  y: number,
  sum: { red: number; green: number; blue: number },
): void {
  const px = Math.min(Math.max(x, 0), widthPx - 1);
  const py = Math.min(Math.max(y, 0), heightPx - 1);
  const left = px | 0;
  const top = py | 0;
  const right = left + 1 < widthPx ? 3 : 0;
  const below = top + 1 < heightPx ? widthPx * 3 : 0;
  const fx = px - left;
  const fy = py - top;
  const from = (top * widthPx + left) * 3;
  const w11 = fx * fy;
  const w10 = fy - w11;
  const w01 = fx - w11;
  const w00 = 1 - fx - w10;
  const at = (offset: number): number =>
    (data[from + offset] as number) * w00 +
    (data[from + right + offset] as number) * w01 +
    (data[from + below + offset] as number) * w10 +
    (data[from + below + right + offset] as number) * w11;
  sum.red += at(0);
  sum.green += at(1);
  sum.blue += at(2);
}
