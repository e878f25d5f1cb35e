import type { Point, SeatRef } from "../types.ts";
import type { Homography, SeatPoint } from "./homography.ts";
import { fitHomography, project } from "./homography.ts";
import type { FaceSizeModel } from "./project-seats.ts";
import { projectSeats } from "./project-seats.ts";

/** A face seen in the first rounds. */
export interface SeenFace extends Point {
  widthPx: number;
}

export interface Refinement {
  homography: Homography;
  faceSize: FaceSizeModel;
  /** Faces that a seat explains, and all of them. */
  used: number;
  seen: number;
}

/** Passes of matching and fitting; the matching seldom changes after the third. */
const PASSES = 6;
/** Marks count as several faces each: a person chose them on purpose. */
const MARK_REPEATS = 3;
/** Fewer faces than this leave the marks alone. */
const LEAST_FACES = 8;

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
): Refinement | null {
  let homography = fitHomography(marks);
  let matched: { face: SeenFace; seat: SeatRef }[] = [];
  for (let pass = 0; pass < PASSES; pass++) {
    matched = inliers(homography, matchFaces(homography, seats, faces, startSize));
    if (matched.length < LEAST_FACES) return null;
    const points = matched.map(({ face, seat }) => ({ seat, x: face.x, y: face.y }));
    const repeated = marks.flatMap((mark) => Array.from({ length: MARK_REPEATS }, () => mark));
    homography = fitHomography([...repeated, ...points]);
  }
  return {
    homography,
    faceSize: { perColumnPitch: sizeOf(homography, matched) },
    used: matched.length,
    seen: faces.length,
  };
}

function matchFaces(
  homography: Homography,
  seats: readonly SeatRef[],
  faces: readonly SeenFace[],
  size: FaceSizeModel,
): { face: SeenFace; seat: SeatRef }[] {
  const placed = projectSeats(homography, seats, size);
  return faces.flatMap((face) => {
    let best: { seat: SeatRef; away: number } | null = null;
    for (const seat of placed) {
      const away = Math.hypot(seat.x - face.x, seat.y - face.y) / seat.faceWidthPx;
      if (best === null || away < best.away) best = { seat: { row: seat.row, column: seat.column }, away };
    }
    return best === null || best.away > FARTHEST_WIDTHS ? [] : [{ face, seat: best.seat }];
  });
}

/** A neighbour's seat is about five face widths away: beyond half of that a match could be the neighbour's. */
const FARTHEST_WIDTHS = 2.2;

function inliers(
  { matrix }: Homography,
  matches: readonly { face: SeenFace; seat: SeatRef }[],
): { face: SeenFace; seat: SeatRef }[] {
  const away = matches.map(({ face, seat }) => {
    const at = project(matrix, seat);
    return Math.hypot(at.x - face.x, at.y - face.y) / face.widthPx;
  });
  const limit = Math.max(0.5, 3 * median(away));
  return matches.filter((_, index) => (away[index] ?? 0) <= limit);
}

function sizeOf({ matrix }: Homography, matches: readonly { face: SeenFace; seat: SeatRef }[]): number {
  return median(
    matches.map(({ face, seat }) => {
      const left = project(matrix, { row: seat.row, column: seat.column - 0.5 });
      const right = project(matrix, { row: seat.row, column: seat.column + 0.5 });
      return face.widthPx / Math.hypot(right.x - left.x, right.y - left.y);
    }),
  );
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
