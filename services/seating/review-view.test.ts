import { describe, expect, it } from "vitest";
import type { CourseId, SeatRef, SeatSight } from "../types.ts";
import { project, type SeatPoint } from "./homography.ts";
import { reviewView, type ReviewedView, type SeenRound } from "./review-view.ts";
import { fitSeatPlane, fitSeatPlanes, seatsOnPlane } from "./seat-plane.ts";

const truth = [180, 20, 200, 0, -60, 900, 0, 0.12, 0.9];
const seats = Array.from({ length: 30 }, (_, i) => ({ row: 1 + Math.floor(i / 6), column: 1 + (i % 6) }));
const hiddenSeat = { row: 2, column: 3 };
const courseId = "course" as CourseId;
const otherCourse = "other" as CourseId;
const size = { perColumnPitch: 0.2 };

function truePoint(seat: { row: number; column: number }): SeatPoint {
  return { seat, ...project(truth, seat) };
}

function corners(offPx: number): SeatPoint[] {
  return [
    [1, 1],
    [1, 6],
    [5, 1],
    [5, 6],
  ].map(([row = 1, column = 1], i) => {
    const point = truePoint({ row, column });
    return { ...point, x: point.x + (i % 2 === 0 ? offPx : -offPx), y: point.y + offPx / 2 };
  });
}

function doubt(sessions: number, of = courseId, seat: SeatRef = hiddenSeat): SeatSight {
  return { ...seat, visible: false, by: "machine", doubt: { courseId: of, sessions } };
}

function view(offPx: number, sights: SeatSight[] = [], recognised: SeatRef[] = []): ReviewedView {
  const marks = corners(offPx);
  const placed = seatsOnPlane(fitSeatPlane(marks, []), seats, size);
  const unseen = [{ ...hiddenSeat, sessions: 3 }];
  return { courseId, marks, seats, faceSize: size, aislesAfter: [], sights, recognised, unseen, placed };
}

/** Everybody sits in their seats but at `never`; each seat in `away` is empty in that round only. */
function round(n: number, never = [hiddenSeat]): SeenRound {
  const placed = seatsOnPlane(fitSeatPlane(corners(0), []), seats, size);
  const here = placed.filter(
    (seat, i) =>
      i % 7 !== n % 7 && !never.some(({ row, column }) => row === seat.row && column === seat.column),
  );
  const wave = (i: number) => 0.15 * Math.sin(5 * i + n);
  return {
    ownCourse: true,
    faces: here.map(({ x, y, faceWidthPx: w }, i) => ({
      x: x + wave(i) * w,
      y: y - wave(i + 1) * w,
      widthPx: w,
    })),
    taken: placed.map((seat) => ({
      seat: { row: seat.row, column: seat.column },
      probability: here.includes(seat) ? 0.97 : 0.03,
    })),
  };
}

const rounds = (count: number, never?: (typeof hiddenSeat)[]) =>
  Array.from({ length: count }, (_, n) => round(n, never));

function miss(points: ReturnType<typeof seatsOnPlane>): number {
  return Math.max(...points.map((p) => Math.hypot(p.x - truePoint(p).x, p.y - truePoint(p).y)));
}

/** The same room with an aisle of 0.6 pitches after column 3. */
function wide(seat: { row: number; column: number }): SeatPoint {
  return { seat, ...project(truth, { row: seat.row, column: seat.column + (seat.column > 3 ? 0.6 : 0) }) };
}

describe("reviewView", () => {
  it("names the seat at which nothing was ever seen, but not one empty in some rounds", () => {
    const { sights } = reviewView(view(0), rounds(4));
    expect(sights).toEqual([doubt(3)]);
  });

  it("says nothing after fewer rounds than two sessions, and of a room nobody used", () => {
    expect(reviewView(view(0), rounds(3)).sights).toEqual([]);
    const nobody = rounds(4).map(({ taken }) => ({
      ownCourse: true,
      faces: [],
      taken: (taken ?? []).map((each) => ({ ...each, probability: 0.02 })),
    }));
    expect(reviewView(view(0), nobody).sights).toEqual([]);
  });

  it("keeps a person's word, whichever way, and takes its own back once somebody is seen", () => {
    const visible: SeatSight = { ...hiddenSeat, visible: true, by: "person" };
    expect(reviewView(view(0, [visible]), rounds(4)).sights).toEqual([visible]);
    expect(reviewView(view(0, [doubt(2)]), rounds(4, [])).sights).toEqual([]);
  });

  it("remembers for good that a trainee was recognised there, however long the seat is empty after", () => {
    const proof: SeatSight = { ...hiddenSeat, visible: true, by: "machine" };
    expect(reviewView(view(0, [], [hiddenSeat]), rounds(3)).sights).toEqual([proof]);
    expect(reviewView(view(0, [proof]), rounds(12)).sights).toEqual([proof]);
    expect(reviewView(view(0, [doubt(2)], [hiddenSeat]), rounds(12)).sights).toEqual([proof]);
    const hidden: SeatSight = { ...hiddenSeat, visible: false, by: "person" };
    expect(reviewView(view(0, [hidden], [hiddenSeat]), rounds(4)).sights).toEqual([hidden]);
  });

  it("counts each course's own rounds and keeps the doubts of others, and its own where it cannot tell", () => {
    const foreign = rounds(12).map((round) => ({ ...round, ownCourse: false }));
    const of = doubt(5, otherCourse, { row: 4, column: 1 });
    expect(reviewView(view(0), foreign).sights).toEqual([]);
    expect(reviewView(view(0, [of]), [...foreign, ...rounds(4)]).sights).toEqual([of, doubt(3)]);
    expect(reviewView(view(0, [of, doubt(2)]), [...foreign, ...rounds(2)]).sights).toEqual([of, doubt(2)]);
    const older: SeatSight = { ...hiddenSeat, visible: false, by: "machine" };
    expect(reviewView(view(0, [older]), rounds(4)).sights).toEqual([doubt(3)]);
  });

  it("does not count somebody who stands there once as proof that the seat is seen", () => {
    const passing = rounds(4).map((each, n) => ({
      ...each,
      taken: (each.taken ?? []).map((t) =>
        n === 1 && t.seat.row === hiddenSeat.row && t.seat.column === hiddenSeat.column
          ? { ...t, probability: 0.9 }
          : t,
      ),
    }));
    expect(reviewView(view(0), passing).sights).toHaveLength(1);
  });

  it("brings careless marks towards the faces and says how far seats move", () => {
    const careless = reviewView(view(24), rounds(4));
    const exact = reviewView(view(0), rounds(4));
    expect(exact.movedWidths).toBeLessThan(0.15);
    expect(careless.movedWidths).toBeGreaterThan(0.15);
    const plane = careless.refinement?.plane;
    if (plane === undefined) throw new Error("no refinement");
    expect(miss(seatsOnPlane(plane, seats, size))).toBeLessThan(0.7 * miss(view(24).placed));
  });
});

describe("fitSeatPlanes", () => {
  it("lets the camera with more marks tell the aisle's width for the other", () => {
    const many = seats.filter(({ row, column }) => row % 4 === 1 && [1, 3, 4, 6].includes(column)).map(wide);
    const few = [seats[0], seats[5], seats[24], seats[29]].flatMap((seat) => (seat ? [wide(seat)] : []));
    const [, alone] = [fitSeatPlane(many, [3]), fitSeatPlane(few, [3])];
    const [, together] = fitSeatPlanes([many, few], [3]);
    expect(alone.aisleWidth).toBe(1);
    expect(together?.aisleWidth).toBeCloseTo(0.6, 1);
  });
});
