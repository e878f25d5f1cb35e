import type { CourseId, SeatRef, SeatSight } from "../types.ts";
import type { SeatPoint } from "./homography.ts";
import type { FaceSizeModel, PlacedSeat } from "./project-seats.ts";
import { seatsOnPlane } from "./seat-plane.ts";
import { matchFaces, refineFromFaces, type Refinement, type SeenFace } from "./refine.ts";
import { doubtsOf, isSameSeat } from "./seat-sights.ts";

/** One round as one camera saw it: its faces, and which seats differed from the empty room. */
export interface SeenRound {
  /** Of a session of the course whose chart this is; another course in the room leaves other seats empty. */
  ownCourse: boolean;
  faces: SeenFace[];
  /** Seats compared with the empty room; null without a picture of it. */
  taken: { seat: SeatRef; probability: number }[] | null;
}

export interface ReviewedView {
  marks: readonly SeatPoint[];
  seats: readonly SeatRef[];
  faceSize: FaceSizeModel;
  aislesAfter: readonly number[];
  courseId: CourseId;
  sights: readonly SeatSight[];
  /** Seats at which this camera's pictures showed a trainee who was recognised, of whichever course. */
  recognised: readonly SeatRef[];
  /** In how many sessions of the course each seat's trainee was looked for there since anybody was last seen. */
  unseen: readonly (SeatRef & { sessions: number })[];
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
    const to = refined.find((each) => isSameSeat(each, seat));
    return to === undefined ? [] : [Math.hypot(to.x - seat.x, to.y - seat.y) / seat.faceWidthPx];
  });
  return Math.max(0, ...moves);
}

function sightsAfter(view: ReviewedView, rounds: readonly SeenRound[]): SeatSight[] {
  const said = view.sights.filter(({ by }) => by === "person");
  const proven = provenSeats(view).filter((seat) => !has(said, seat));
  const settled = [...said, ...proven];
  const doubts = doubtsAfter(view, rounds).filter((seat) => !has(settled, seat));
  return [...settled, ...doubts];
}

/** A trainee recognised there once is proof for good: an empty seat that was seen stays an empty seat. */
function provenSeats({ sights, recognised }: ReviewedView): SeatSight[] {
  const known = sights.filter(({ by, visible }) => by === "machine" && visible);
  const seats = new Map([...known, ...recognised].map((seat) => [keyOf(seat), seat]));
  return [...seats.values()]
    .toSorted(inOrder)
    .map(({ row, column }) => ({ row, column, visible: true, by: "machine" }));
}

/**
 * A seat at which, round after round, neither a face nor any difference from the empty room was ever seen may be hidden by
 * a lectern, a pillar or a cupboard: empty and hidden look the same. It is in doubt for this course until somebody is seen there
 * or a person has looked; the doubts of other courses stay.
 */
function doubtsAfter(view: ReviewedView, rounds: readonly SeenRound[]): SeatSight[] {
  const standing = doubtsOf(view.sights);
  const others = standing.filter(({ doubt }) => doubt !== undefined && doubt.courseId !== view.courseId);
  const own = neverSeen(view, rounds);
  if (own === null) return standing;
  const fresh = own.toSorted(inOrder).map(({ row, column }): SeatSight => {
    const sessions = view.unseen.find((seat) => isSameSeat(seat, { row, column }))?.sessions ?? 1;
    const doubt = { courseId: view.courseId, sessions: Math.max(1, sessions) };
    return { row, column, visible: false, by: "machine", doubt };
  });
  return [...others, ...fresh];
}

/** Null when too little was looked at to tell. */
function neverSeen(view: ReviewedView, rounds: readonly SeenRound[]): PlacedSeat[] | null {
  const looked = rounds.filter(({ taken, ownCourse }) => ownCourse && taken !== null);
  if (looked.length < ROUNDS_TO_TELL) return null;
  const alive = aliveSeats(view.placed, looked);
  const compared = view.placed.filter((seat) => looked.every((round) => wasCompared(seat, round)));
  const lively = compared.filter((seat) => alive.has(keyOf(seat))).length;
  if (lively < LIVELY_SHARE * compared.length) return null;
  return compared.filter((seat) => !alive.has(keyOf(seat)));
}

function aliveSeats(placed: readonly PlacedSeat[], rounds: readonly SeenRound[]): Set<string> {
  const byFace = rounds.flatMap(({ faces }) =>
    matchFaces(placed, faces).filter(({ away }) => away <= AT_SEAT_WIDTHS),
  );
  const byChange = placed.filter((seat) => {
    const changed = rounds.filter(({ taken }) =>
      (taken ?? []).some((each) => isSameSeat(each.seat, seat) && each.probability >= TAKEN),
    );
    return changed.length >= TAKEN_SHARE * rounds.length;
  });
  return new Set([...byFace.map(({ seat }) => keyOf(seat)), ...byChange.map(keyOf)]);
}

function wasCompared(seat: SeatRef, { taken }: SeenRound): boolean {
  return (taken ?? []).some((each) => isSameSeat(each.seat, seat));
}

function has(list: readonly SeatRef[], seat: SeatRef): boolean {
  return list.some((each) => isSameSeat(each, seat));
}

function inOrder(one: SeatRef, other: SeatRef): number {
  return one.row - other.row || one.column - other.column;
}

function keyOf({ row, column }: SeatRef): string {
  return `${row},${column}`;
}
