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
  into.fill(0);
  for (let j = 0; j < samples; j += 1)
    for (let i = 0; i < samples; i += 1) {
      const s = (i + 0.5) / samples - 0.5;
      const t = (j + 0.5) / samples - 0.5;
      const x0 = map.xu * s + map.xv * t + map.x0;
      const y0 = map.yu * s + map.yv * t + map.y0;
      addSamples(pixels, { ...map, x0, y0 }, { sidePx, share: 1 / (samples * samples) }, into);
    }
}

/** The hot loop of alignment: everything in locals, no calls, four weights shared by the three channels. */
function addSamples(
  { data, widthPx, heightPx }: Pixels,
  { xu, xv, x0, yu, yv, y0 }: Affine,
  { sidePx, share }: { sidePx: number; share: number },
  into: Float32Array,
): void {
  const plane = sidePx * sidePx;
  const lastX = widthPx - 1;
  const lastY = heightPx - 1;
  const line = widthPx * 3;
  let to = 0;
  for (let v = 0; v < sidePx; v += 1) {
    let x = xv * v + x0;
    let y = yv * v + y0;
    for (let u = 0; u < sidePx; u += 1, to += 1, x += xu, y += yu) {
      const px = x < 0 ? 0 : x > lastX ? lastX : x;
      const py = y < 0 ? 0 : y > lastY ? lastY : y;
      const left = px | 0;
      const top = py | 0;
      const fx = px - left;
      const fy = py - top;
      const p00 = top * line + left * 3;
      const p01 = left < lastX ? p00 + 3 : p00;
      const down = top < lastY ? line : 0;
      const p10 = p00 + down;
      const p11 = p01 + down;
      const w01 = fx * (1 - fy) * share;
      const w10 = (1 - fx) * fy * share;
      const w11 = fx * fy * share;
      const w00 = share - w01 - w10 - w11;
      into[to] =
        (into[to] as number) + data[p00]! * w00 + data[p01]! * w01 + data[p10]! * w10 + data[p11]! * w11;
      into[plane + to] =
        (into[plane + to] as number) +
        data[p00 + 1]! * w00 +
        data[p01 + 1]! * w01 +
        data[p10 + 1]! * w10 +
        data[p11 + 1]! * w11;
      into[2 * plane + to] =
        (into[2 * plane + to] as number) +
        data[p00 + 2]! * w00 +
        data[p01 + 2]! * w01 +
        data[p10 + 2]! * w10 +
        data[p11 + 2]! * w11;
    }
  }
}
