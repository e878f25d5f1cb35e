import { describe, expect, it } from "vitest";
import { decodeDetections } from "./detections.ts";
import type { ScrfdSpec, YoloSpec } from "./detector-spec.ts";
import { fr1Manifest } from "./known-packs.ts";
import { planFixedTiles } from "./tile-plan.ts";

const { file, input, channels, mean, divisor, minScore, shrinks, maxBoxPx, maxIou, maxContainment, tile } =
  fr1Manifest.detector;
const common = {
  file,
  input,
  channels,
  mean,
  divisor,
  minScore,
  shrinks,
  maxBoxPx,
  maxIou,
  maxContainment,
  tile,
  inputSize: { multipleOf: 32 },
};

const empty = () => ({
  s8: new Float32Array(64),
  b8: new Float32Array(64 * 4),
  p8: new Float32Array(64 * 10),
  s16: new Float32Array(16),
  b16: new Float32Array(16 * 4),
  p16: new Float32Array(16 * 10),
});

describe("SCRFD's layout", () => {
  const spec: ScrfdSpec = {
    ...common,
    family: "scrfd",
    anchorsPerCell: 2,
    levels: [
      { step: 8, scores: "s8", boxes: "b8", points: "p8" },
      { step: 16, scores: "s16", boxes: "b16", points: "p16" },
    ],
  };
  /** 32 × 64 px: maps of 4 × 8 and 2 × 4. */
  const size = { widthPx: 32, heightPx: 64 };

  it("measures a box's edges and its five points from the cell's corner, in steps", () => {
    const outputs = empty();
    // Second anchor of the cell in column 1, row 3 of the coarser map: its corner is (16, 48).
    const anchor = (3 * 2 + 1) * 2 + 1;
    outputs.s16[anchor] = 0.8;
    outputs.b16.set([0.5, 1, 0.25, 0.75], anchor * 4);
    outputs.p16.set([-0.25, -0.5, 0.125, -0.5, 0, 0, -0.25, 0.5, 0.125, 0.5], anchor * 10);
    expect(decodeDetections(outputs, size, spec)).toEqual([
      {
        score: expect.closeTo(0.8, 6),
        box: { x: 8, y: 32, width: 12, height: 28 },
        points: [
          { x: 12, y: 40 },
          { x: 18, y: 40 },
          { x: 16, y: 48 },
          { x: 12, y: 56 },
          { x: 18, y: 56 },
        ],
      },
    ]);
  });

  it("refuses outputs made for another size, naming the output", () => {
    expect(() => decodeDetections({ ...empty(), s16: new Float32Array(20) }, size, spec)).toThrow(
      "s16 has 20 anchors, 16",
    );
  });
});

describe("YOLO's layout", () => {
  /** x, y, w, h, score, then five points of x, y, visibility. */
  const values = [100, 80, 20, 30, 0.9, ...[0, 1, 2, 3, 4].flatMap((i) => [90 + 5 * i, 70 + i, 1])];
  const spec: YoloSpec = {
    ...common,
    family: "yolo",
    output: "output0",
    layout: "values-first",
    valueCount: 20,
    scoreAt: 4,
    points: { at: 5, valuesEach: 3 },
  };
  const face = {
    score: expect.closeTo(0.9, 6),
    box: { x: 90, y: 65, width: 20, height: 30 },
    points: [0, 1, 2, 3, 4].map((i) => ({ x: 90 + 5 * i, y: 70 + i })),
  };
  const size = { widthPx: 640, heightPx: 640 };

  it("reads one candidate a column, as YOLOv8 exports, and one a row alike", () => {
    const columns = new Float32Array(20 * 3);
    for (const [i, value] of values.entries()) columns[i * 3 + 1] = value;
    expect(decodeDetections({ output0: columns }, size, spec)).toEqual([face]);
    const rows = new Float32Array(20 * 3);
    rows.set(values, 40);
    const byRow: YoloSpec = { ...spec, layout: "candidates-first" };
    expect(decodeDetections({ output0: rows }, size, byRow)).toEqual([face]);
  });

  it("refuses an output whose length is no whole number of candidates", () => {
    expect(() => decodeDetections({ output0: new Float32Array(50) }, size, spec)).toThrow(
      "no multiple of 20",
    );
  });
});

describe("tiles of one size", () => {
  it("cover the picture, overlap, and are whole where the picture allows", () => {
    const tiles = planFixedTiles(1920, 1080, { widthPx: 640, heightPx: 640 }, 100);
    expect(tiles).toHaveLength(8);
    expect(new Set(tiles.map(({ width, height }) => `${width}×${height}`))).toEqual(new Set(["640×640"]));
    expect(Math.max(...tiles.map(({ x, width }) => x + width))).toBe(1920);
    expect(Math.max(...tiles.map(({ y, height }) => y + height))).toBe(1080);
    const columns = [...new Set(tiles.map(({ x }) => x))];
    for (const [i, x] of columns.slice(1).entries())
      expect((columns[i] ?? 0) + 640 - x).toBeGreaterThanOrEqual(100);
    expect(planFixedTiles(300, 200, { widthPx: 640, heightPx: 640 }, 100)).toEqual([
      { x: 0, y: 0, width: 300, height: 200 },
    ]);
  });
});
