import type { SeatRef } from "../types.ts";
import { fitHomography, type Homography, type SeatPoint } from "./homography.ts";
import { projectSeats, type FaceSizeModel, type PlacedSeat } from "./project-seats.ts";

/** Widths of an aisle tried, in column pitches; charts do not state one. */
const aisleWidths = Array.from({ length: 26 }, (_, index) => index * 0.1);

/** Without enough spare points to tell, an aisle is about as wide as a seat. */
const usualAisle = 1;
/** Coordinates beyond what the projections themselves use up. */
const spareToTell = 4;

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
  const usual = at(usualAisle);
  const spare = cameras.reduce((sum, points) => sum + 2 * distinctSeats(points) - 8, 0);
  if (aislesAfter.length === 0 || spare < spareToTell) return usual;
  let best = usual;
  for (const aisleWidth of aisleWidths) {
    const fit = at(aisleWidth);
    if (misfit(fit) < misfit(best)) best = fit;
  }
  return best;
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
