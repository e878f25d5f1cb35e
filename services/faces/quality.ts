import type { Box, FaceQuality, Point } from "../types.ts";
import type { AlignedCrop } from "./recogniser.ts";

/** ITU-R BT.601 luma. */
export const LUMA = [0.299, 0.587, 0.114] as const;

/** Grey of three planes R, G, B of 0…255. */
export function greyOf(planes: Float32Array, grey: Float32Array): void {
  const plane = grey.length;
  for (let i = 0; i < plane; i += 1)
    grey[i] =
      (planes[i] as number) * LUMA[0] +
      (planes[plane + i] as number) * LUMA[1] +
      (planes[2 * plane + i] as number) * LUMA[2];
}

/** What the aligned crop's grey says about light and focus. */
export function greyQuality(
  grey: Float32Array,
  sidePx: number,
): Pick<FaceQuality, "sharpness" | "brightness" | "contrast"> {
  let sum = 0;
  let squares = 0;
  for (const value of grey) {
    sum += value;
    squares += value * value;
  }
  const brightness = sum / grey.length;
  return {
    brightness,
    contrast: Math.sqrt(Math.max(squares / grey.length - brightness * brightness, 0)),
    sharpness: laplacianVariance(grey, sidePx),
  };
}

/** Pech-Pacheco et al. 2000: the variance of the 4-neighbour Laplacian falls as the picture blurs. */
function laplacianVariance(grey: Float32Array, sidePx: number): number {
  let sum = 0;
  let squares = 0;
  for (let y = 1; y < sidePx - 1; y += 1)
    for (let i = y * sidePx + 1; i < (y + 1) * sidePx - 1; i += 1) {
      const value =
        (grey[i - 1] as number) +
        (grey[i + 1] as number) +
        (grey[i - sidePx] as number) +
        (grey[i + sidePx] as number) -
        4 * (grey[i] as number);
      sum += value;
      squares += value * value;
    }
  const count = (sidePx - 2) ** 2;
  return squares / count - (sum / count) ** 2;
}

/** Where the nose lies between the eyes, along the line through them: 0 midway, ±1 at (or beyond) an eye. */
export function yawOf(leftEye: Point, rightEye: Point, nose: Point): number {
  const halfX = (rightEye.x - leftEye.x) / 2;
  const halfY = (rightEye.y - leftEye.y) / 2;
  const half = halfX * halfX + halfY * halfY;
  if (half === 0) return 0;
  const offset = ((nose.x - leftEye.x - halfX) * halfX + (nose.y - leftEye.y - halfY) * halfY) / half;
  return Math.min(Math.max(offset, -1), 1);
}

/** Everything that limits how far a face can be trusted. `five` are its points in the picture, `crop` its aligned crop. */
export function measureFace(box: Box, five: Point[], crop: AlignedCrop): FaceQuality {
  const grey = new Float32Array(crop.sidePx * crop.sidePx);
  greyOf(crop.planes, grey);
  const [leftEye, rightEye, nose] = five as [Point, Point, Point];
  return {
    widthPx: box.width,
    ...greyQuality(grey, crop.sidePx),
    yaw: yawOf(leftEye, rightEye, nose),
    alignmentResidualPx: crop.residualPx,
  };
}
