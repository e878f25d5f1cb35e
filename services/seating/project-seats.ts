import { Matrix } from "ml-matrix";
import type { SeatRef } from "../types.ts";
import type { Homography } from "./homography.ts";
import { pixelGradient, project } from "./homography.ts";

/** How large faces are at the seats of a picture. */
export interface FaceSizeModel {
  /** Face width as a share of the local distance between neighbouring columns. */
  perColumnPitch: number;
}

/** Columns 0.9 m apart, a detector's face box 0.17 m wide: where a room was not measured from faces. */
export const defaultFaceSize: FaceSizeModel = { perColumnPitch: 0.19 };

export interface PlacedSeat extends SeatRef {
  /** Centre of the sitter's face, picture pixels. */
  x: number;
  y: number;
  /** One standard deviation of the mapping itself, pixels, both axes together. */
  sigmaPx: number;
  faceWidthPx: number;
}

/** Part of every mark's decision version. */
export const placingConstants = {
  /** Marking by hand is seldom better than this. */
  LEAST_NOISE_PX: 3,
  /** Aisles and uneven rows bend the even grid the fit assumes; shares of the distance between neighbouring columns. */
  UNSHOWN_LAYOUT_ERROR: 0.1,
  SHOWN_LAYOUT_ERROR: 0.05,
  /** From so many surplus coordinates the residual shows what the layout really is. */
  SHOWN_FROM_FREEDOM: 6,
};
const { LEAST_NOISE_PX, UNSHOWN_LAYOUT_ERROR, SHOWN_LAYOUT_ERROR, SHOWN_FROM_FREEDOM } = placingConstants;

/** Every seat in the picture's pixels. Seats behind the camera's horizon are left out. */
export function projectSeats(
  homography: Homography,
  seats: readonly SeatRef[],
  faceSize: FaceSizeModel = defaultFaceSize,
): PlacedSeat[] {
  return seats.flatMap((seat) => placeSeat(homography, seat, faceSize) ?? []);
}

function placeSeat(homography: Homography, seat: SeatRef, faceSize: FaceSizeModel): PlacedSeat | null {
  const { matrix, covariance, residualPx, points } = homography;
  const depth = (matrix[6] ?? 0) * seat.column + (matrix[7] ?? 0) * seat.row + (matrix[8] ?? 0);
  if (depth <= 0) return null;
  const { x, y } = project(matrix, seat);
  const left = project(matrix, { row: seat.row, column: seat.column - 0.5 });
  const right = project(matrix, { row: seat.row, column: seat.column + 0.5 });
  const pitch = Math.hypot(right.x - left.x, right.y - left.y);
  // With four points the fit is exact and says nothing about the noise; more points show it.
  const freedom = 2 * points - 8;
  const shown = freedom > 0 ? residualPx * Math.sqrt((2 * points) / freedom) : 0;
  const noise = Math.max(LEAST_NOISE_PX, shown);
  const layout = (freedom >= SHOWN_FROM_FREEDOM ? SHOWN_LAYOUT_ERROR : UNSHOWN_LAYOUT_ERROR) * pitch;
  const gradient = new Matrix(pixelGradient(matrix, seat.column, seat.row));
  const square: number[][] = [];
  for (let r = 0; r < 9; r++) square.push(covariance.slice(9 * r, 9 * r + 9));
  const spread = gradient.mmul(new Matrix(square)).mmul(gradient.transpose());
  const variance = (spread.get(0, 0) + spread.get(1, 1)) / 2;
  return {
    ...seat,
    x,
    y,
    sigmaPx: Math.hypot(noise * Math.sqrt(variance), noise, layout),
    faceWidthPx: faceSize.perColumnPitch * pitch,
  };
}
