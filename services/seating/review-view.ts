import type { SeatRef, SeatSight } from "../types.ts";
import type { SeatPoint } from "./homography.ts";
import type { FaceSizeModel, PlacedSeat } from "./project-seats.ts";
import { seatsOnPlane } from "./seat-plane.ts";
import { matchFaces, refineFromFaces, type Refinement, type SeenFace } from "./refine.ts";

/** One round as one camera saw it: its faces, and which seats differed from the empty room. */
export interface SeenRound {
  faces: SeenFace[];
  /** Seats compared with the empty room; null without a picture of it. */
  taken: { seat: SeatRef; probability: number }[] | null;
}

export interface ReviewedView {
  marks: readonly SeatPoint[];
  seats: readonly SeatRef[];
  faceSize: FaceSizeModel;
  aislesAfter: readonly number[];
  sights: readonly SeatSight[];
  /** Where the view in force has the seats now. */
  placed: PlacedSeat[];
}

export interface ViewReview {
  /** Null when too few faces were seen. */
  refinement: Refinement | null;
  /** Largest distance a seat would move, in face widths. */
  movedWidths: number;
  /** As they should be from now on. */
  sights: SeatSight[];
}

/** Rounds a camera must have looked at a seat before "never seen" means something: two sessions of two. */
const ROUNDS_TO_TELL = 4;
/** Share of the looked-at seats that must show life, or the room was simply not used. */
const LIVELY_SHARE = 0.4;
const TAKEN = 0.5;
/** Somebody at the lectern changes a seat behind it now and then; a sitter does so oftener, or shows a face. */
const TAKEN_SHARE = 0.34;
/** A face this near, in face widths, shows that the seat is seen. */
const AT_SEAT_WIDTHS = 1.2;

/** What the first rounds say about a camera's view. Decides nothing about anybody; a person's word on a seat stays. */
export function reviewView(view: ReviewedView, rounds: readonly SeenRound[]): ViewReview {
  const faces = rounds.flatMap((round) => round.faces);
  const refinement = refineFromFaces(view.marks, view.seats, faces, view.faceSize, view.aislesAfter);
  return {
    refinement,
    movedWidths: refinement === null ? 0 : largestMove(view, refinement),
    sights: sightsAfter(view, rounds),
  };
}

function largestMove({ placed }: ReviewedView, { plane, faceSize }: Refinement): number {
  const refined = seatsOnPlane(plane, placed, faceSize);
  const moves = placed.flatMap((seat) => {
    const to = refined.find((each) => keyOf(each) === keyOf(seat));
    return to === undefined ? [] : [Math.hypot(to.x - seat.x, to.y - seat.y) / seat.faceWidthPx];
  });
  return Math.max(0, ...moves);
}

/**
 * A seat at which, round after round, neither a face nor any difference from the empty room was ever seen may be hidden by
 * a lectern, a pillar or a cupboard: empty and hidden look the same. It counts as not visible until something is seen
 * there or a person has looked.
 */
function sightsAfter(view: ReviewedView, rounds: readonly SeenRound[]): SeatSight[] {
  const said = view.sights.filter(({ by }) => by === "person");
  const looked = rounds.filter(({ taken }) => taken !== null);
  if (looked.length < ROUNDS_TO_TELL) return [...view.sights];
  const alive = aliveSeats(view.placed, looked);
  const compared = view.placed.filter((seat) => looked.every((round) => wasCompared(seat, round)));
  const lively = compared.filter((seat) => alive.has(keyOf(seat))).length;
  if (lively < LIVELY_SHARE * compared.length) return [...view.sights];
  const never = compared.filter((seat) => !alive.has(keyOf(seat)) && !has(said, seat));
  return [
    ...said,
    ...never.map(({ row, column }) => ({ row, column, visible: false, by: "machine" as const })),
  ];
}

function aliveSeats(placed: readonly PlacedSeat[], rounds: readonly SeenRound[]): Set<string> {
  const byFace = rounds.flatMap(({ faces }) =>
    matchFaces(placed, faces).filter(({ away }) => away <= AT_SEAT_WIDTHS),
  );
  const byChange = placed.filter((seat) => {
    const changed = rounds.filter(({ taken }) =>
      (taken ?? []).some((each) => keyOf(each.seat) === keyOf(seat) && each.probability >= TAKEN),
    );
    return changed.length >= TAKEN_SHARE * rounds.length;
  });
  return new Set([...byFace.map(({ seat }) => keyOf(seat)), ...byChange.map(keyOf)]);
}

function wasCompared(seat: SeatRef, { taken }: SeenRound): boolean {
  return (taken ?? []).some((each) => keyOf(each.seat) === keyOf(seat));
}

function has(list: readonly SeatRef[], seat: SeatRef): boolean {
  return list.some((each) => keyOf(each) === keyOf(seat));
}

function keyOf({ row, column }: SeatRef): string {
  return `${row},${column}`;
}
