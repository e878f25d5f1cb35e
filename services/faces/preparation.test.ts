import { describe, expect, it } from "vitest";
import { affineOfBox, sampleCrop } from "./crop.ts";
import { fr1Manifest } from "./known-packs.ts";
import type { LandmarkSpec } from "./manifest.ts";
import { fivePoints, landmarkInput } from "./landmarks.ts";
import type { Pixels } from "./pixels.ts";
import { writePlanes } from "./prepare.ts";
import { greyOf, greyQuality } from "./quality.ts";
import { alignFace, recogniserInput, unitVectors } from "./recogniser.ts";

/** 4 × 2 pixels whose red counts 0…7 by ten, green is 100 more, blue 255 less red. */
const small: Pixels = {
  widthPx: 4,
  heightPx: 2,
  data: Uint8Array.from(Array.from({ length: 8 }, (_, i) => [i * 10, 100 + i * 10, 255 - i * 10]).flat()),
};
const rgb = { channels: "rgb", mean: 127, divisor: 128 } as const;

/** A smooth picture of which every sampled value is known: red = x, green = y, blue = 50. */
function ramp(widthPx: number, heightPx: number): Pixels {
  const data = new Uint8Array(widthPx * heightPx * 3);
  for (let i = 0; i < widthPx * heightPx; i += 1) data.set([i % widthPx, Math.floor(i / widthPx), 50], i * 3);
  return { data, widthPx, heightPx };
}

describe("the detector's input", () => {
  it("is three planes, red first, (p − 127) / 128", () => {
    const planes = new Float32Array(6);
    writePlanes(small, { tile: { x: 1, y: 0, width: 2, height: 1 } }, 1, rgb, planes);
    expect([...planes]).toEqual([-117 / 128, -107 / 128, -17 / 128, -7 / 128, 118 / 128, 108 / 128]);
  });

  it("has blue first for a pack that wants BGR", () => {
    const planes = new Float32Array(6);
    writePlanes(small, { tile: { x: 1, y: 1, width: 2, height: 1 } }, 1, { ...rgb, channels: "bgr" }, planes);
    expect([...planes]).toEqual([78 / 128, 68 / 128, 23 / 128, 33 / 128, -77 / 128, -67 / 128]);
  });

  it("averages 2 × 2 pixels at half size", () => {
    const planes = new Float32Array(6);
    writePlanes(small, { tile: { x: 0, y: 0, width: 2, height: 1 } }, 2, rgb, planes);
    expect([...planes]).toEqual([-102 / 128, -82 / 128, -2 / 128, 18 / 128, 103 / 128, 83 / 128]);
  });
});

describe("crops", () => {
  it("samples a box at the centres of the crop's pixels", () => {
    const planes = new Float32Array(3 * 16);
    sampleCrop(ramp(40, 30), affineOfBox({ x: 10, y: 6, width: 4, height: 2 }, 4), 4, planes);
    expect([...planes.subarray(0, 4)]).toEqual([10, 11, 12, 13]);
    expect([0, 4, 8, 12].map((i) => planes[16 + i])).toEqual([5.75, 6.25, 6.75, 7.25]);
    expect(new Set(planes.subarray(32))).toEqual(new Set([50]));
  });

  it("averages when it shrinks, so that no pixel of a large face is skipped", () => {
    const stripes = ramp(64, 64);
    for (let i = 0; i < 64 * 64; i += 1) stripes.data[i * 3] = i % 2 === 0 ? 0 : 200;
    const planes = new Float32Array(3 * 64);
    sampleCrop(stripes, affineOfBox({ x: 0, y: 0, width: 64, height: 64 }, 8), 8, planes);
    for (const value of planes.subarray(0, 64)) expect(Math.abs(value - 100)).toBeLessThan(30);
  });

  it("repeats the border outside the picture", () => {
    const planes = new Float32Array(3 * 16);
    sampleCrop(ramp(20, 20), affineOfBox({ x: -8, y: 12, width: 16, height: 16 }, 4), 4, planes);
    expect([...planes.subarray(0, 2)]).toEqual([0, 0]);
    expect(planes[16 + 12]).toBe(19);
  });
});

describe("the landmark network's input", () => {
  const spec = fr1Manifest.landmarks as LandmarkSpec;

  it("is grey by the stated weights, divided by 256", () => {
    const input = landmarkInput(ramp(200, 200), [{ x: 64, y: 32, width: 64, height: 64 }], spec);
    expect(input).toHaveLength(64 * 64);
    expect(input[0]).toBeCloseTo((0.299 * 64 + 0.587 * 32 + 0.114 * 50) / 256, 6);
    expect(input[64 * 64 - 1]).toBeCloseTo((0.299 * 127 + 0.587 * 95 + 0.114 * 50) / 256, 6);
  });

  it("averages its 68 points into five, in picture pixels", () => {
    const values = new Float32Array(136);
    for (const [i, x] of [0.2, 0.3, 0.3, 0.4, 0.3, 0.3].entries()) values.set([x, 0.5], (36 + i) * 2);
    values.set([0.5, 0.75], 30 * 2);
    const points = fivePoints(values, { x: 100, y: 200, width: 50, height: 80 }, spec);
    expect(points).toHaveLength(5);
    expect(points[0]?.x).toBeCloseTo(115, 4);
    expect(points[0]?.y).toBeCloseTo(240, 4);
    expect(points[2]).toEqual({ x: 125, y: 260 });
  });
});

describe("the recogniser's input", () => {
  const spec = fr1Manifest.recogniser;

  it("cuts a face that already lies as the template does out unchanged, blue first", () => {
    const five = spec.template.map(([x, y]) => ({ x: x + 20, y: y + 10 }));
    const { planes, residualPx } = alignFace(ramp(200, 200), five, spec);
    expect(residualPx).toBeLessThan(1e-9);
    expect(planes[5]).toBeCloseTo(25, 4);
    expect(planes[112 * 112 + 112 * 3]).toBeCloseTo(13, 4);
    const input = recogniserInput([planes], spec);
    expect(input[0]).toBeCloseTo((50 - 127) / 128, 5);
    expect(input[112 * 112 + 112 * 3]).toBeCloseTo((13 - 127) / 128, 5);
    expect(input[2 * 112 * 112 + 5]).toBeCloseTo((25 - 127) / 128, 5);
  });

  it("turns a tilted face upright", () => {
    const [cos, sin] = [Math.cos(0.5), Math.sin(0.5)];
    const five = spec.template.map(([x, y]) => ({ x: cos * x - sin * y + 90, y: sin * x + cos * y + 20 }));
    const { planes } = alignFace(ramp(250, 250), five, spec);
    for (const [u, v] of [
      [10, 20],
      [100, 60],
    ] as const) {
      expect(planes[v * 112 + u]).toBeCloseTo(cos * u - sin * v + 90, 3);
      expect(planes[112 * 112 + v * 112 + u]).toBeCloseTo(sin * u + cos * v + 20, 3);
    }
  });

  it("gives unit vectors, and zeros for zeros", () => {
    const [first, second] = unitVectors(Float32Array.from([3, 4, 0, 0]), 2);
    expect(first?.[0]).toBeCloseTo(0.6, 6);
    expect(first?.[1]).toBeCloseTo(0.8, 6);
    expect(second).toEqual(Float32Array.from([0, 0]));
  });
});

describe("quality", () => {
  it("knows light, contrast and focus of a crop", () => {
    const flat = new Float32Array(36).fill(90);
    expect(greyQuality(flat, 6)).toEqual({ brightness: 90, contrast: 0, sharpness: 0 });
    const board = flat.map((_, i) => ((i + Math.floor(i / 6)) % 2 === 0 ? 0 : 100));
    const sharp = greyQuality(board, 6);
    expect(sharp).toEqual({ brightness: 50, contrast: 50, sharpness: 160_000 });
  });

  it("weighs colours as the eye does", () => {
    const grey = new Float32Array(1);
    greyOf(Float32Array.from([10, 20, 30]), grey);
    expect(grey[0]).toBeCloseTo(0.299 * 10 + 0.587 * 20 + 0.114 * 30, 5);
  });
});
