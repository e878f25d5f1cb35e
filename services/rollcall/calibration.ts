import type { PackId } from "../types.ts";

/** How a pack's cosine similarity reads as evidence, by face width; measured, not chosen (docs/accuracy.md). */
export interface Calibration {
  pack: PackId;
  /** What it was measured on, for the report. */
  source: string;
  /** By ascending width; between two bands values are interpolated in log width, beyond them the outer band holds. */
  bands: CalibrationBand[];
}

export interface CalibrationBand {
  widthPx: number;
  /** Similarity of a face with its own template, and with another person's. */
  genuine: Spread;
  impostor: Spread;
}

export interface Spread {
  mean: number;
  sd: number;
}

/** No single similarity is worth more than this, either way: the tails were not measured. */
const LLR_BOUND = 14;

/**
 * Natural-log likelihood ratio that a face of `widthPx` with this `similarity` is the template's person.
 * `impostor` is the room's own spread of similarities with other people, when it is known.
 */
export function similarityLlr(
  calibration: Calibration,
  widthPx: number,
  similarity: number,
  impostor: Spread | null = null,
): number {
  const band = bandAt(calibration, widthPx);
  const other = impostor ?? band.impostor;
  // Two Gaussians of different width cross twice; outside the span of the means the ratio would turn back.
  const clipped = Math.min(Math.max(similarity, other.mean - other.sd), band.genuine.mean + band.genuine.sd);
  const llr = logDensity(clipped, band.genuine) - logDensity(clipped, other);
  return Math.min(Math.max(llr, -LLR_BOUND), LLR_BOUND);
}

/** The band at a width, interpolated in log width. */
export function bandAt(calibration: Calibration, widthPx: number): CalibrationBand {
  const bands = calibration.bands;
  const upper = bands.findIndex((band) => band.widthPx >= widthPx);
  const high = bands[upper < 0 ? bands.length - 1 : upper];
  const low = bands[upper < 0 ? bands.length - 1 : Math.max(0, upper - 1)];
  if (high === undefined || low === undefined) throw new RangeError("calibration without bands");
  if (low === high) return { ...high, widthPx };
  const share = Math.log(widthPx / low.widthPx) / Math.log(high.widthPx / low.widthPx);
  return {
    widthPx,
    genuine: between(low.genuine, high.genuine, share),
    impostor: between(low.impostor, high.impostor, share),
  };
}

function between(low: Spread, high: Spread, share: number): Spread {
  return { mean: low.mean + (high.mean - low.mean) * share, sd: low.sd + (high.sd - low.sd) * share };
}

function logDensity(value: number, spread: Spread): number {
  return -0.5 * ((value - spread.mean) / spread.sd) ** 2 - Math.log(spread.sd);
}
