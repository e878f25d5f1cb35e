import type { PackId } from "../types.ts";
import type { Adapter } from "./adapter.ts";
import type { Calibration, PortraitGate, Separation, Spread } from "./calibration.ts";

/** One comparison of a face (or of several rounds' faces fused) with a template. */
export interface CalibrationSample {
  /** Effective width brought to one of the table's bands. */
  widthPx: number;
  /** 0: two faces of this width compared with each other instead of with a template. */
  rounds: number;
  genuine: boolean;
  similarity: number;
}

/** Fewer comparisons than this of a kind give no figure. */
export const LEAST_SAMPLES = 30;

/**
 * Fits the table from comparisons whose truth is known, one band per width that occurs. Throws `RangeError` naming the
 * width and rounds that have fewer than 30 genuine or impostor comparisons.
 */
export function calibrate(
  pack: PackId,
  source: string,
  samples: readonly CalibrationSample[],
  adapter: Adapter | null,
): Calibration {
  const widths = distinct(samples.map(({ widthPx }) => widthPx));
  const rounds = distinct(samples.map((sample) => sample.rounds)).filter((count) => count > 0);
  const at = (widthPx: number, count: number): Separation =>
    separate(
      samples.filter((sample) => sample.widthPx === widthPx && sample.rounds === count),
      `${widthPx} px, ${count} round(s)`,
    );
  const bands = widths.map((widthPx) => ({
    widthPx,
    byRounds: rounds.map((count) => at(widthPx, count)),
    pairs: at(widthPx, 0),
  }));
  return { pack, source, bands, adapter };
}

function separate(samples: readonly CalibrationSample[], where: string): Separation {
  const genuine = samples.filter((sample) => sample.genuine).map(({ similarity }) => similarity);
  const impostor = samples.filter((sample) => !sample.genuine).map(({ similarity }) => similarity);
  if (genuine.length < LEAST_SAMPLES || impostor.length < LEAST_SAMPLES) {
    throw new RangeError(`${where}: ${genuine.length} genuine and ${impostor.length} impostor comparisons`);
  }
  const others = spreadOf(impostor);
  return mixture(genuine, others);
}

/** Genuine similarities as a Gaussian plus a share that is no better than an impostor's, by expectation maximisation. */
function mixture(genuine: readonly number[], impostor: Spread): Separation {
  let own = spreadOf(genuine);
  let lost = 0.02;
  for (let pass = 0; pass < 50; pass++) {
    const weights = genuine.map((value) => {
      const mine = (1 - lost) * gauss(value, own);
      return mine / (mine + lost * gauss(value, impostor));
    });
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const mean = genuine.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0) / total;
    const variance =
      genuine.reduce((sum, value, i) => sum + (value - mean) ** 2 * (weights[i] ?? 0), 0) / total;
    own = { mean, sd: Math.sqrt(variance) };
    // One more lost and two kept faces than were seen: no share is ever zero.
    lost = (genuine.length - total + 0.5) / (genuine.length + 2);
  }
  return { genuine: rounded(own), impostor: rounded(impostor), lost: Number(lost.toFixed(5)) };
}

function gauss(value: number, { mean, sd }: Spread): number {
  return Math.exp(-0.5 * ((value - mean) / sd) ** 2) / sd;
}

/** Where on the way from other people's similarity to one's own a portrait is held back; of `fr-1`, .00 to .74, these are .60 and .30. */
const SAME_SHARE = 0.81;
const OWN_SHARE = 0.405;

/** The gate for portraits of a pack whose similarities lie elsewhere. `own` and `others` are those of pairs of portraits. */
export function gateBetween(own: readonly number[], others: readonly number[]): PortraitGate {
  const from = spreadOf(others).mean;
  const way = spreadOf(own).mean - from;
  return {
    sameAsOther: Number((from + SAME_SHARE * way).toFixed(4)),
    leastLikeOwn: Number((from + OWN_SHARE * way).toFixed(4)),
  };
}

function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, sd: Math.sqrt(variance) };
}

function rounded({ mean, sd }: Spread): Spread {
  return { mean: Number(mean.toFixed(4)), sd: Number(sd.toFixed(4)) };
}

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
