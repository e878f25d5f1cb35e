import type { Point, SeatRef } from "../types.ts";
import type { SeatPoint } from "./homography.ts";
import type { FaceSizeModel, PlacedSeat } from "./project-seats.ts";
import { fitSeatPlane, seatsOnPlane, weighted, type SeatPlane } from "./seat-plane.ts";

/** A face seen in the first rounds. */
export interface SeenFace extends Point {
  widthPx: number;
}

export interface Refinement {
  plane: SeatPlane;
  faceSize: FaceSizeModel;
  /** Middle of the faces seen at each seat, of seats with any. */
  seen: SeatPoint[];
  /** Faces that a seat explains. */
  used: number;
}

/** Passes of matching and fitting; the matching seldom changes after the third. */
const PASSES = 5;
/** Fewer seats with faces than this leave the marks alone. */
const LEAST_SEATS = 8;

/**
 * Moves the marked mapping to where faces really appear, robustly: each face is matched to the seat it is nearest to,
 * outliers beyond three median distances are left out (people standing, strangers), and the fit is repeated.
 * Returns null when too few faces fit any seat to say something.
 */
export function refineFromFaces(
  marks: readonly SeatPoint[],
  seats: readonly SeatRef[],
  faces: readonly SeenFace[],
  startSize: FaceSizeModel,
  aislesAfter: readonly number[] = [],
): Refinement | null {
  let plane = fitSeatPlane(marks, aislesAfter);
  let seen: SeatPoint[] = [];
  let matched: Match[] = [];
  for (let pass = 0; pass < PASSES; pass++) {
    matched = inliers(matchFaces(seatsOnPlane(plane, seats, startSize), faces));
    seen = middleOfSeats(matched);
    if (seen.length < LEAST_SEATS) return null;
    plane = fitSeatPlane(weighted(marks, seen), aislesAfter);
  }
  const placed = seatsOnPlane(plane, seats, { perColumnPitch: 1 });
  return { plane, faceSize: { perColumnPitch: sizeOf(placed, matched) }, seen, used: matched.length };
}

/** A face with the seat it is nearest to. */
export interface Match {
  face: SeenFace;
  seat: PlacedSeat;
  /** Distance in the seat's face widths. */
  away: number;
}

export function matchFaces(placed: readonly PlacedSeat[], faces: readonly SeenFace[]): Match[] {
  return faces.flatMap((face) => {
    let best: Match | null = null;
    for (const seat of placed) {
      const away = Math.hypot(seat.x - face.x, seat.y - face.y) / seat.faceWidthPx;
      if (best === null || away < best.away) best = { face, seat, away };
    }
    return best === null || best.away > FARTHEST_WIDTHS ? [] : [best];
  });
}

/** A neighbour's seat is about five face widths away: beyond half of that a match could be the neighbour's. */
const FARTHEST_WIDTHS = 2.2;

function inliers(matches: readonly Match[]): Match[] {
  const limit = Math.max(0.5, 3 * median(matches.map(({ away }) => away)));
  return matches.filter(({ away }) => away <= limit);
}

function middleOfSeats(matches: readonly Match[]): SeatPoint[] {
  const bySeat = new Map<string, Match[]>();
  for (const match of matches) {
    const key = `${match.seat.row},${match.seat.column}`;
    bySeat.set(key, [...(bySeat.get(key) ?? []), match]);
  }
  return [...bySeat.values()].flatMap((group) => {
    const seat = group[0]?.seat;
    if (seat === undefined) return [];
    const x = median(group.map(({ face }) => face.x));
    const y = median(group.map(({ face }) => face.y));
    return [{ seat: { row: seat.row, column: seat.column }, x, y }];
  });
}

/** `placed` with faces as wide as the pitch. */
function sizeOf(placed: readonly PlacedSeat[], matches: readonly Match[]): number {
  return median(
    matches.flatMap(({ face, seat }) => {
      const at = placed.find(({ row, column }) => row === seat.row && column === seat.column);
      return at === undefined ? [] : [face.widthPx / at.faceWidthPx];
    }),
  );
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
