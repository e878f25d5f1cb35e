import { expect, it } from "vitest";
import { fr1Manifest } from "./known-packs.ts";
import { landmarkInput } from "./landmarks.ts";
import type { LandmarkSpec } from "./manifest.ts";
import parity from "./parity.json" with { type: "json" };
import type { Pixels } from "./pixels.ts";
import { writePlanes, type Normalisation } from "./prepare.ts";
import { alignFace, recogniserInput } from "./recogniser.ts";

/** `parity.json` was computed apart from this code, from the definitions alone: a picture of 14 × 10 random pixels and what each step makes of it. */
const picture: Pixels = { ...parity.picture, data: Uint8Array.from(parity.picture.data) };
const { detector, recogniser } = fr1Manifest;
const landmarks = fr1Manifest.landmarks as LandmarkSpec;

/** The largest difference; infinite for another length. */
function away(found: Float32Array, expected: number[]): number {
  if (found.length !== expected.length) return Infinity;
  return Math.max(...expected.map((value, i) => Math.abs((found[i] as number) - value)));
}

it("prepares the detector's tiles as defined, at full and at half size", () => {
  const full = new Float32Array(3 * 20);
  writePlanes(picture, { tile: { x: 3, y: 2, width: 5, height: 4 } }, 1, detector, full);
  expect(away(full, parity.detect)).toBeLessThan(1e-5);
  const half = new Float32Array(3 * 6);
  writePlanes(picture, { tile: { x: 1, y: 1, width: 3, height: 2 } }, 2, detector, half);
  expect(away(half, parity.detectHalf)).toBeLessThan(1e-5);
});

it("pads a tile with the mean, blue first, each colour by its own mean and deviation", () => {
  const imageNet: Normalisation = {
    channels: "bgr",
    mean: [123.675, 116.28, 103.53],
    divisor: [58.395, 57.12, 57.375],
  };
  const padded = new Float32Array(3 * 16).fill(9);
  const tile = { x: 0, y: 0, width: 3, height: 2 };
  writePlanes(picture, { tile, frame: { width: 4, height: 4 } }, 1, imageNet, padded);
  expect(away(padded, parity.padded)).toBeLessThan(1e-5);
});

it("cuts the landmarks' grey crop as defined", () => {
  const box = { x: 2.5, y: 1.25, width: 6, height: 5 };
  expect(away(landmarkInput(picture, [box], { ...landmarks, sidePx: 6 }), parity.landmarks)).toBeLessThan(
    1e-5,
  );
});

it("aligns by the five points and normalises for the recogniser as defined", () => {
  const spec = { ...recogniser, sidePx: 6, template: parity.template as [number, number][] };
  const { planes, residualPx } = alignFace(picture, parity.five, spec);
  expect(residualPx).toBeLessThan(1e-9);
  expect(away(recogniserInput([planes], spec), parity.embed)).toBeLessThan(1e-4);
});
