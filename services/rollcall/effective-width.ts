import type { FaceQuality } from "../types.ts";

/**
 * The width of an ordinarily sharp face that tells as much. Of what decides whether a small face matches its portrait,
 * width alone explains 61 %, width with sharpness over contrast 73 % (docs/accuracy.md); beyond 40 px sharpness no longer
 * matters, and noise passes for sharpness, so the correction is bounded.
 */
export function effectiveWidthPx({ widthPx, sharpness, contrast }: FaceQuality): number {
  const focus = Math.log(sharpness / Math.max(contrast, 1) + 0.01);
  const usual = USUAL_AT_1PX + USUAL_SLOPE * Math.log(widthPx);
  const factor = Math.exp((FOCUS_WEIGHT * (focus - usual)) / (1 + FOCUS_WEIGHT * USUAL_SLOPE));
  return widthPx * Math.min(Math.max(factor, 0.6), 1.35);
}

/** Median of log(sharpness / contrast + 0.01) against log width. */
const USUAL_AT_1PX = -6.644;
const USUAL_SLOPE = 1.638;
const FOCUS_WEIGHT = 0.5;

/** Turned so far, or so badly fitted, that one in ten no longer resembles its portrait whatever the width. */
export function isTurned({ yaw, alignmentResidualPx }: FaceQuality): boolean {
  return Math.abs(yaw) > 0.75 || alignmentResidualPx > 6.5;
}

/** What a face counts when vectors are averaged: grows as the share of the person in the vector does. */
export function vectorWeight(effectivePx: number): number {
  return Math.min(Math.max(effectivePx - 8, 2), 45);
}
