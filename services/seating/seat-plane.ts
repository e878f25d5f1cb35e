import type { SeatRef } from "../types.ts";
import { fitHomography, type Homography, type SeatPoint } from "./homography.ts";
import { projectSeats, type FaceSizeModel, type PlacedSeat } from "./project-seats.ts";

/** Part of every mark's decision version. */
export const planeConstants = {
  /** Widths of an aisle tried, in column pitches; charts do not state one. */
  AISLE_WIDTHS: 26,
  AISLE_STEP: 0.1,
  /** Without enough spare points to tell, an aisle is about as wide as a seat. */
  USUAL_AISLE: 1,
  /** Coordinates beyond what the projections themselves use up. */
  SPARE_TO_TELL: 4,
  /** Marks count as several faces each: a person chose them on purpose. */
  MARK_REPEATS: 3,
};
const { AISLE_WIDTHS, AISLE_STEP, USUAL_AISLE, SPARE_TO_TELL, MARK_REPEATS } = planeConstants;

const aisleWidths = Array.from({ length: AISLE_WIDTHS }, (_, index) => index * AISLE_STEP);

/** A room's seats in one camera's picture: a plane with its aisles opened as wide as the marked seats say. */
export interface SeatPlane {
  homography: Homography;
  aislesAfter: readonly number[];
  aisleWidth: number;
}

/** Fits the plane to four or more marked seats. Throws `input-invalid` as `fitHomography` does. */
export function fitSeatPlane(points: readonly SeatPoint[], aislesAfter: readonly number[]): SeatPlane {
  const [plane] = fitSeatPlanes([points], aislesAfter);
  if (plane === undefined) throw new RangeError("one camera gives one plane");
  return plane;
}

/**
 * The planes of all cameras of a room, in the room's one frame: the aisles are as wide for one camera as for another, so
 * what each says about them counts for all. Throws `input-invalid` as `fitHomography` does.
 */
export function fitSeatPlanes(
  cameras: readonly (readonly SeatPoint[])[],
  aislesAfter: readonly number[],
): SeatPlane[] {
  const at = (aisleWidth: number) => cameras.map((points) => planeAt(points, aislesAfter, aisleWidth));
  const usual = at(USUAL_AISLE);
  const spare = cameras.reduce((sum, points) => sum + 2 * distinctSeats(points) - 8, 0);
  if (aislesAfter.length === 0 || spare < SPARE_TO_TELL) return usual;
  let best = usual;
  for (const aisleWidth of aisleWidths) {
    const fit = at(aisleWidth);
    if (misfit(fit) < misfit(best)) best = fit;
  }
  return best;
}

/** Marks and seen seats as one list of points to fit. */
export function weighted(marks: readonly SeatPoint[], seen: readonly SeatPoint[]): SeatPoint[] {
  if (seen.length === 0) return [...marks];
  return [...marks.flatMap((mark) => Array.from({ length: MARK_REPEATS }, () => mark)), ...seen];
}

function distinctSeats(points: readonly SeatPoint[]): number {
  return new Set(points.map(({ seat }) => `${seat.row},${seat.column}`)).size;
}

function misfit(planes: readonly SeatPlane[]): number {
  return planes.reduce((sum, { homography }) => sum + homography.points * homography.residualPx ** 2, 0);
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
