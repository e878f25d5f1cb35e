import type { FaceQuality } from "../types.ts";

/** Part of every mark's decision version. */
export const widthConstants = {
  /** Median of log(sharpness / contrast + 0.01) against log width. */
  USUAL_AT_1PX: -6.644,
  USUAL_SLOPE: 1.638,
  LEAST_FOCUS: 0.01,
  FOCUS_WEIGHT: 0.5,
  /** The correction's bounds. */
  LEAST_FACTOR: 0.6,
  MOST_FACTOR: 1.35,
  /** Turned so far, or so badly fitted, that one in ten no longer resembles its portrait whatever the width. */
  TURNED_YAW: 0.75,
  TURNED_RESIDUAL_PX: 6.5,
  /** What a face counts when vectors are averaged: pixels beyond these, within bounds. */
  WEIGHT_FROM_PX: 8,
  LEAST_WEIGHT: 2,
  MOST_WEIGHT: 45,
};
const {
  USUAL_AT_1PX,
  USUAL_SLOPE,
  LEAST_FOCUS,
  FOCUS_WEIGHT,
  LEAST_FACTOR,
  MOST_FACTOR,
  TURNED_YAW,
  TURNED_RESIDUAL_PX,
  WEIGHT_FROM_PX,
  LEAST_WEIGHT,
  MOST_WEIGHT,
} = widthConstants;

/**
 * The width of an ordinarily sharp face that tells as much. Of what decides whether a small face matches its portrait,
 * width alone explains 61 %, width with sharpness over contrast 73 % (docs/accuracy.md); beyond 40 px sharpness no longer
 * matters, and noise passes for sharpness, so the correction is bounded.
 */
export function effectiveWidthPx({ widthPx, sharpness, contrast }: FaceQuality): number {
  const focus = Math.log(sharpness / Math.max(contrast, 1) + LEAST_FOCUS);
  const usual = USUAL_AT_1PX + USUAL_SLOPE * Math.log(widthPx);
  const factor = Math.exp((FOCUS_WEIGHT * (focus - usual)) / (1 + FOCUS_WEIGHT * USUAL_SLOPE));
  return widthPx * Math.min(Math.max(factor, LEAST_FACTOR), MOST_FACTOR);
}

/** Turned so far, or so badly fitted, that one in ten no longer resembles its portrait whatever the width. */
export function isTurned({ yaw, alignmentResidualPx }: FaceQuality): boolean {
  return Math.abs(yaw) > TURNED_YAW || alignmentResidualPx > TURNED_RESIDUAL_PX;
}

/** What a face counts when vectors are averaged: grows as the share of the person in the vector does. */
export function vectorWeight(effectivePx: number): number {
  return Math.min(Math.max(effectivePx - WEIGHT_FROM_PX, LEAST_WEIGHT), MOST_WEIGHT);
}
