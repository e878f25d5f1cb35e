import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Detection } from "./detection.ts";
import { cutByTile, decodeDetections, suppress } from "./detections.ts";
import type { SsdSpec } from "./detector-spec.ts";
import { fr1Manifest } from "./known-packs.ts";

const spec = fr1Manifest.detector as SsdSpec;
/** 70 × 40 px: maps of 9×5, 5×3, 3×2, 2×1 with 3, 2, 2, 3 anchors a cell. */
const size = { widthPx: 70, heightPx: 40 };
const ANCHORS = 9 * 5 * 3 + 5 * 3 * 2 + 3 * 2 * 2 + 2 * 1 * 3;

function outputs(): { scores: Float32Array; locations: Float32Array } {
  return { scores: new Float32Array(ANCHORS * 2), locations: new Float32Array(ANCHORS * 4) };
}

function decode(scores: Float32Array, locations: Float32Array): Detection[] {
  return decodeDetections({ [spec.scores]: scores, [spec.locations]: locations }, size, spec);
}

describe("decoding the detector's outputs", () => {
  it("puts an anchor with zero offsets at its cell's centre with its own size", () => {
    const { scores, locations } = outputs();
    const secondLayer = 9 * 5 * 3;
    const anchor = secondLayer + (2 * 5 + 3) * 2 + 1;
    scores[anchor * 2 + 1] = 0.9;
    expect(decode(scores, locations)).toEqual([
      { score: expect.closeTo(0.9, 6), box: { x: 56 - 24, y: 40 - 24, width: 48, height: 48 } },
    ]);
  });

  it("moves and stretches it by the variances", () => {
    const { scores, locations } = outputs();
    scores[1] = 0.7;
    locations.set([2, -1, Math.log(2) / 0.2, 0], 0);
    const [found] = decode(scores, locations);
    // First anchor: centre (4, 4), size 10; centre moves by 0.1·10·(2, −1), width doubles.
    expect(found?.box.width).toBeCloseTo(20, 4);
    expect(found?.box.height).toBeCloseTo(10, 4);
    expect(found?.box.x).toBeCloseTo(4 + 2 - 10, 4);
    expect(found?.box.y).toBeCloseTo(4 - 1 - 5, 4);
  });

  it("reads every layer's last anchor and ignores scores below the limit", () => {
    const { scores, locations } = outputs();
    scores[ANCHORS * 2 - 1] = 0.61;
    scores[1] = 0.59;
    const found = decode(scores, locations);
    expect(found).toHaveLength(1);
    expect(found[0]?.box).toEqual({ x: 96 - 128, y: 32 - 128, width: 256, height: 256 });
  });

  it("refuses outputs made for another size", () => {
    const { locations } = outputs();
    expect(() => decode(new Float32Array(8), locations)).toThrow("anchors");
  });
});

function box(x: number, y: number, side: number): Detection["box"] {
  return { x, y, width: side, height: side };
}

describe("suppression", () => {
  it("keeps the better of two overlapping boxes and both of two apart", () => {
    const kept = suppress(
      [
        { box: box(0, 0, 20), score: 0.7 },
        { box: box(2, 2, 20), score: 0.9 },
        { box: box(100, 0, 20), score: 0.8 },
      ],
      spec,
    );
    expect(kept.map(({ score }) => score)).toEqual([0.9, 0.8]);
  });

  it("drops a small box inside a better large one although their IoU is low", () => {
    const kept = suppress(
      [
        { box: box(0, 0, 100), score: 0.9 },
        { box: box(10, 10, 20), score: 0.8 },
      ],
      spec,
    );
    expect(kept).toHaveLength(1);
  });

  it("does not depend on the order it is given, and is done in one pass", () => {
    const detection = fc.record({
      box: fc.record({
        x: fc.integer({ min: 0, max: 200 }),
        y: fc.integer({ min: 0, max: 200 }),
        width: fc.integer({ min: 5, max: 60 }),
        height: fc.integer({ min: 5, max: 60 }),
      }),
      score: fc.integer({ min: 60, max: 100 }).map((percent) => percent / 100),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(detection, {
          selector: ({ box, score }) => `${box.x} ${box.y} ${score}`,
          maxLength: 40,
        }),
        (detections) => {
          const kept = suppress(detections, spec);
          expect(suppress(detections.toReversed(), spec)).toEqual(kept);
          expect(suppress(kept, spec)).toEqual(kept);
        },
      ),
    );
  });
});

describe("boxes cut by a tile", () => {
  const tile = { x: 500, y: 0, width: 600, height: 400 };
  const picture = { widthPx: 1100, heightPx: 800 };

  it("drops those over an inner edge only", () => {
    expect(cutByTile({ x: -5, y: 50, width: 40, height: 40 }, tile, picture)).toBe(true);
    expect(cutByTile({ x: 50, y: 370, width: 40, height: 40 }, tile, picture)).toBe(true);
    expect(cutByTile({ x: 580, y: 50, width: 40, height: 40 }, tile, picture)).toBe(false);
    expect(cutByTile({ x: 50, y: -10, width: 40, height: 40 }, tile, picture)).toBe(false);
    expect(cutByTile({ x: 50, y: 50, width: 40, height: 40 }, tile, picture)).toBe(false);
  });
});
