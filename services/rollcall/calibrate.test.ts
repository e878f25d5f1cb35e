import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PackId, PackVector } from "../types.ts";
import { adaptProbe, adaptTemplate, fitAdapterBand, meanOf } from "./adapter.ts";
import type { CalibrationSample } from "./calibrate.ts";
import { calibrate } from "./calibrate.ts";
import { separationAt, similarityLlr } from "./calibration.ts";
import { effectiveWidthPx } from "./effective-width.ts";
import { occupancyOf } from "./occupancy.ts";
import { calibrationOf } from "./packs.ts";
import { packCalibration, unpackCalibration } from "./stored-calibration.ts";
import { cosine } from "./vectors.ts";

const pack = "test-1" as PackId;

/** A repeatable near-normal sequence. */
function gaussian(seed: number): () => number {
  let state = seed;
  const next = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  return () => Array.from({ length: 12 }, next).reduce((sum, value) => sum + value, -6);
}

function unit(values: number[]): PackVector {
  const norm = Math.hypot(...values);
  return Float32Array.from(values, (value) => value / norm) as PackVector;
}

function samplesAt(widthPx: number, mean: number, sd: number): CalibrationSample[] {
  const gauss = gaussian(widthPx);
  return [0, 1].flatMap((rounds) =>
    Array.from({ length: 400 }, (_, i) => {
      const genuine = i % 2 === 0;
      const lost = genuine && i % 50 === 0;
      const similarity = genuine && !lost ? mean + sd * gauss() : 0.1 * gauss();
      return { widthPx, rounds, genuine, similarity };
    }),
  );
}

describe("calibrate", () => {
  const made = calibrate(pack, "made up", [...samplesAt(20, 0.4, 0.1), ...samplesAt(60, 0.7, 0.08)], null);

  it("finds the spreads and the lost share it was given", () => {
    const { genuine, impostor, lost } = separationAt(made, 60, 1);
    expect(genuine.mean).toBeCloseTo(0.7, 1);
    expect(genuine.sd).toBeCloseTo(0.08, 1);
    expect(impostor.mean).toBeCloseTo(0, 1);
    expect(lost).toBeGreaterThan(0.02);
    expect(lost).toBeLessThan(0.08);
  });

  it("reads more similarity as more evidence, never without bound", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 0.3, noNaN: true }),
        fc.integer({ min: 8, max: 200 }),
        (similarity, more, widthPx) => {
          const separation = separationAt(made, widthPx, 1);
          const low = similarityLlr(separation, similarity);
          expect(similarityLlr(separation, similarity + more)).toBeGreaterThanOrEqual(low - 0.05);
          expect(Math.abs(low)).toBeLessThan(12);
        },
      ),
    );
  });

  it("names the width that has too few comparisons", () => {
    expect(() => calibrate(pack, "few", samplesAt(20, 0.4, 0.1).slice(0, 40), null)).toThrow(/20 px/);
  });
});

describe("adapter", () => {
  it("takes out the drift all small faces share", () => {
    const gauss = gaussian(7);
    const fulls = Array.from({ length: 60 }, () => unit(Array.from({ length: 24 }, gauss)));
    const drifted = fulls.map((full) =>
      unit(Array.from(full, (v, i) => 0.5 * v + (i === 3 ? 0.8 : 0) + 0.02 * gauss())),
    );
    const band = fitAdapterBand(
      20,
      drifted.slice(0, 40).map((probe, i) => ({ probe, full: fulls[i] ?? probe })),
    );
    const adapter = { templateMean: meanOf(fulls.slice(0, 40)), bands: [band] };
    for (let i = 40; i < 60; i++) {
      const probe = drifted[i] ?? unit([1]);
      const full = fulls[i] ?? unit([1]);
      const before = cosine(probe, full);
      expect(cosine(adaptProbe(adapter, probe, 20), adaptTemplate(adapter, full))).toBeGreaterThan(before);
    }
  });
});

describe("the shipped table of fr-1", () => {
  const shipped = calibrationOf("fr-1" as PackId);

  it("separates better the wider the face and the more rounds", () => {
    const gap = (widthPx: number, rounds: number): number => {
      const { genuine, impostor } = separationAt(shipped, widthPx, rounds);
      return (genuine.mean - impostor.mean) / Math.hypot(genuine.sd, impostor.sd);
    };
    for (const rounds of [1, 2]) {
      const gaps = [15, 21, 30, 50].map((widthPx) => gap(widthPx, rounds));
      expect(gaps).toEqual([...gaps].sort((a, b) => a - b));
    }
    expect(gap(21, 2)).toBeGreaterThan(gap(21, 1));
    expect(separationAt(shipped, 25, 1.5).genuine.mean).toBeGreaterThan(
      separationAt(shipped, 25, 1).genuine.mean,
    );
  });

  it("takes a face a little like the portrait for a poor likeness sooner than for a stranger", () => {
    const wide = separationAt(shipped, 60, 2);
    expect(similarityLlr(wide, 0.05)).toBeLessThan(-5);
    expect(similarityLlr(wide, 0.3)).toBeGreaterThan(-2);
    // Small faces of strangers are as much like a portrait as that.
    expect(similarityLlr(separationAt(shipped, 15, 1), 0.1)).toBeLessThan(0);
  });

  it("survives being stored", () => {
    const again = unpackCalibration(packCalibration(shipped));
    expect(again.bands).toEqual(shipped.bands);
    expect(again.adapter?.bands[0]?.mean[5]).toBeCloseTo(shipped.adapter?.bands[0]?.mean[5] ?? 9, 4);
  });

  it("refuses a pack nobody measured", () => {
    expect(() => calibrationOf("unknown-9" as PackId)).toThrow(/unknown-9/);
  });
});

describe("effectiveWidthPx", () => {
  const sharp = { widthPx: 24, sharpness: 40, brightness: 120, contrast: 45, yaw: 0, alignmentResidualPx: 2 };

  it("counts a blurred face for less, within bounds", () => {
    const blurred = effectiveWidthPx({ ...sharp, sharpness: 2 });
    expect(blurred).toBeLessThan(effectiveWidthPx(sharp));
    expect(blurred).toBeGreaterThanOrEqual(0.6 * 24);
    expect(effectiveWidthPx({ ...sharp, sharpness: 1e6 })).toBeLessThanOrEqual(1.36 * 24);
  });
});

describe("occupancyOf", () => {
  const seat = { row: 1, column: 2 };

  it("tells taken from empty by the median picture", () => {
    const empty = { ...seat, headChanged: 0.02, bodyChanged: 0.05 };
    const taken = { ...seat, headChanged: 0.9, bodyChanged: 0.8 };
    expect(occupancyOf([[taken], [taken], [empty]])[0]?.probability).toBeGreaterThan(0.9);
    expect(occupancyOf([[empty], [taken], [empty]])[0]?.probability).toBeLessThan(0.1);
    expect(occupancyOf([])).toEqual([]);
  });
});
