import type { PackId } from "../types.ts";
import type { Adapter } from "./adapter.ts";

/** How a pack's cosine similarity reads as evidence, by face width; measured, not chosen (docs/accuracy.md). */
export interface Calibration<P extends PackId = PackId> {
  pack: P;
  /** What it was measured on, for the report. */
  source: string;
  /** By ascending width; between two bands values are interpolated in log width, beyond them the outer band holds. */
  bands: CalibrationBand[];
  /** Brings small faces back to where large ones lie; null when the pack was measured without. */
  adapter: Adapter | null;
  /** Left out where no portraits were measured. */
  gate?: PortraitGate;
  /** Left out where no covered faces were looked at. */
  covered?: CoveredFace;
  /** Nothing was measured: what is written here only orders proposals, and no mark may rest on it. */
  unmeasured?: true;
}

/**
 * A face under a hand, or cut by a head in front, is found with a lower detector score than a clear one as wide, and looks like
 * nobody. Seen so far in one rendered course only: 0.982–0.997 in six pictures of a hand over a face, where 95 of 100 faces from
 * 50 px on had 0.9995 and more.
 */
export interface CoveredFace {
  fromWidthPx: number;
  belowScore: number;
  /**
   * Of narrower faces, by ascending width, the score that 95 of 100 whole ones exceed; between two widths what lacks to 1 is
   * interpolated in its logarithm. Measured on the photographs of the table. Left out where only large faces were looked at.
   */
  smaller?: { widthPx: number; belowScore: number }[] | undefined;
  /**
   * Below this a face of any width may be none, or not a whole one: hair of a bowed head, a hand. In two rendered courses 29 of 68 such
   * finds were; of photographed faces 0.04 % are below .9 at 32 px, 0.8 % at 24 px, 1.3 % at 20 px. Left out where it was not looked at.
   */
  atAnyWidth?: number | undefined;
}

/** Cosine similarities of two portraits as the pack gives them. */
export interface PortraitGate {
  /** From here on two portraits may show one person. */
  sameAsOther: number;
  /** Below this a portrait is hardly of the person whose others these are. */
  leastLikeOwn: number;
}

export interface CalibrationBand {
  /** `effectiveWidthPx` of the faces. */
  widthPx: number;
  /** For faces of one round, of two rounds fused, and so on; more rounds read as the last. */
  byRounds: Separation[];
  /** Two faces of this width with each other: the same person in two rounds, and two people. */
  pairs: Separation;
}

export interface Separation {
  /** Similarity of a face with its own template, and with another person's. */
  genuine: Spread;
  impostor: Spread;
  /** Share of faces so unlike their own portrait (profile, blur, grimace) that they say nothing. */
  lost: number;
}

export interface Spread {
  mean: number;
  sd: number;
}

/** Part of every mark's decision version. */
export const likelihoodConstants = {
  /** Twins, doubles and enrolment mistakes: a similarity far above all measured impostors is still not certainty. */
  DOUBLES: 2e-4,
  /** Share and relative spread of impostors beyond a Gaussian: measured 2e-4 above four standard deviations, not 3e-5. */
  TAIL: 0.03,
  TAIL_SD: 1.6,
  /**
   * Share of trainees whose portrait is a poor likeness (old, made up, a poster), and how many standard deviations their own faces
   * lie lower and wider: such a face is a little like the portrait, which a stranger's seldom is.
   */
  POOR: 0.02,
  POOR_BELOW: 4,
  POOR_SD: 2,
};
const { DOUBLES, TAIL, TAIL_SD, POOR, POOR_BELOW, POOR_SD } = likelihoodConstants;

/**
 * Natural-log likelihood ratio that a face with this `similarity` is the template's person.
 * @param impostor spread of similarities with other people, of the room's own roster where it is known.
 */
export function similarityLlr(
  { genuine, impostor: measured, lost }: Separation,
  similarity: number,
  impostor: Spread = measured,
): number {
  // Two Gaussians of different width cross twice; outside the span of the means the ratio would turn back.
  const clipped = Math.min(Math.max(similarity, impostor.mean), genuine.mean + genuine.sd);
  const unlike =
    (1 - TAIL) * density(clipped, impostor) +
    TAIL * density(clipped, { mean: impostor.mean, sd: TAIL_SD * impostor.sd });
  const poor = { mean: genuine.mean - POOR_BELOW * genuine.sd, sd: POOR_SD * genuine.sd };
  const alike = (1 - POOR) * density(clipped, genuine) + POOR * density(clipped, poor);
  const own = (1 - lost) * alike + lost * unlike;
  const other = (1 - DOUBLES) * unlike + DOUBLES * alike;
  return Math.log(own / other);
}

/**
 * The separation at an effective width and a number of rounds, interpolated in log width. `rounds` may be a fraction: a
 * good face and a poor one are worth less than two good ones.
 */
export function separationAt(calibration: Calibration, widthPx: number, rounds: number): Separation {
  return atWidth(calibration, widthPx, (band) => {
    const last = band.byRounds.length - 1;
    const at = Math.min(Math.max(rounds - 1, 0), last);
    const below = band.byRounds[Math.floor(at)];
    const above = band.byRounds[Math.ceil(at)];
    if (below === undefined || above === undefined) throw new RangeError(`no rounds at ${band.widthPx} px`);
    return between(below, above, at - Math.floor(at));
  });
}

/** The separation of two faces of about this effective width from each other. */
export function pairSeparationAt(calibration: Calibration, widthPx: number): Separation {
  return atWidth(calibration, widthPx, (band) => band.pairs);
}

function atWidth(
  { bands }: Calibration,
  widthPx: number,
  pick: (band: CalibrationBand) => Separation,
): Separation {
  const upper = bands.findIndex((band) => band.widthPx >= widthPx);
  const high = bands[upper < 0 ? bands.length - 1 : upper];
  const low = bands[upper < 0 ? bands.length - 1 : Math.max(0, upper - 1)];
  if (high === undefined || low === undefined) throw new RangeError("calibration without bands");
  const share = low === high ? 0 : Math.log(widthPx / low.widthPx) / Math.log(high.widthPx / low.widthPx);
  return between(pick(low), pick(high), share);
}

function between(low: Separation, high: Separation, share: number): Separation {
  const mix = (a: number, b: number): number => a + (b - a) * share;
  const spread = (a: Spread, b: Spread): Spread => ({ mean: mix(a.mean, b.mean), sd: mix(a.sd, b.sd) });
  return {
    genuine: spread(low.genuine, high.genuine),
    impostor: spread(low.impostor, high.impostor),
    lost: mix(low.lost, high.lost),
  };
}

function density(value: number, spread: Spread): number {
  return Math.exp(-(((value - spread.mean) / spread.sd) ** 2) / 2) / spread.sd;
}

/** Detector score below which a face of this width hardly shows whole; 0 where nothing is known. */
export function wholeFaceScore(covered: CoveredFace | undefined, widthPx: number): number {
  if (covered === undefined) return 0;
  const { fromWidthPx, belowScore, smaller = [] } = covered;
  if (widthPx >= fromWidthPx) return belowScore;
  const points = [...smaller, { widthPx: fromWidthPx, belowScore }];
  const above = points.findIndex((point) => point.widthPx > widthPx);
  const [low, high] = [points[above - 1] ?? smaller[0], points[above]];
  if (low === undefined || high === undefined) return covered.atAnyWidth ?? 0;
  const share = Math.max(0, (widthPx - low.widthPx) / (high.widthPx - low.widthPx || 1));
  const lacking = Math.log(1 - low.belowScore) * (1 - share) + Math.log(1 - high.belowScore) * share;
  return 1 - Math.exp(lacking);
}
