import type { SeatRef } from "../types.ts";
import { fitHomography, type Homography, type SeatPoint } from "./homography.ts";
import { projectSeats, type FaceSizeModel, type PlacedSeat } from "./project-seats.ts";

/** Widths of an aisle tried, in column pitches; charts do not state one. */
const aisleWidths = Array.from({ length: 26 }, (_, index) => index * 0.1);

/** Without enough spare points to tell, an aisle is about as wide as a seat. */
const usualAisle = 1;
const pointsToTell = 6;

/** A room's seats in one camera's picture: a plane with its aisles opened as wide as the marked seats say. */
export interface SeatPlane {
  homography: Homography;
  aislesAfter: readonly number[];
  aisleWidth: number;
}

/** Fits the plane to four or more marked seats. Throws `input-invalid` as `fitHomography` does. */
export function fitSeatPlane(points: readonly SeatPoint[], aislesAfter: readonly number[]): SeatPlane {
  const fits = aisleWidths.map((aisleWidth) => planeAt(points, aislesAfter, aisleWidth));
  const usual = planeAt(points, aislesAfter, usualAisle);
  if (aislesAfter.length === 0 || points.length < pointsToTell) return usual;
  return fits.reduce(
    (best, fit) => (fit.homography.residualPx < best.homography.residualPx ? fit : best),
    usual,
  );
}

/** Seats in picture pixels, under their own row and column. */
export function seatsOnPlane(
  plane: SeatPlane,
  seats: readonly SeatRef[],
  faceSize: FaceSizeModel,
): PlacedSeat[] {
  return seats.flatMap((seat) =>
    projectSeats(plane.homography, [opened(seat, plane)], faceSize).map((placed) => ({
      ...placed,
      column: seat.column,
    })),
  );
}

function planeAt(
  points: readonly SeatPoint[],
  aislesAfter: readonly number[],
  aisleWidth: number,
): SeatPlane {
  const moved = points.map((point) => ({ ...point, seat: opened(point.seat, { aislesAfter, aisleWidth }) }));
  return { homography: fitHomography(moved), aislesAfter, aisleWidth };
}

function opened(seat: SeatRef, { aislesAfter, aisleWidth }: Omit<SeatPlane, "homography">): SeatRef {
  const before = aislesAfter.filter((column) => column < seat.column).length;
  return { row: seat.row, column: seat.column + before * aisleWidth };
}
