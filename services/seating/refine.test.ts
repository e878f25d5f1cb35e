import { describe, expect, it } from "vitest";
import type { CameraId } from "../types.ts";
import type { SeatPoint } from "./homography.ts";
import { fitHomography, project } from "./homography.ts";
import { defaultFaceSize, projectSeats } from "./project-seats.ts";
import { refineFromFaces } from "./refine.ts";
import { surveySeats } from "./survey.ts";

const truth = [180, 20, 200, 0, -60, 900, 0, 0.12, 0.9];
const seats = Array.from({ length: 40 }, (_, i) => ({ row: 1 + Math.floor(i / 8), column: 1 + (i % 8) }));

function sloppyMarks(): SeatPoint[] {
  const corners = [
    { row: 1, column: 1, dx: 25, dy: -18 },
    { row: 1, column: 8, dx: -20, dy: 15 },
    { row: 5, column: 1, dx: 14, dy: 16 },
    { row: 5, column: 8, dx: -16, dy: 12 },
  ];
  return corners.map(({ row, column, dx, dy }) => {
    const at = project(truth, { row, column });
    return { seat: { row, column }, x: at.x + dx, y: at.y + dy };
  });
}

function facesSeen() {
  return seats.flatMap((seat, i) => {
    if (i % 7 === 3) return [];
    const at = project(truth, seat);
    const right = project(truth, { row: seat.row, column: seat.column + 1 });
    const widthPx = 0.24 * Math.hypot(right.x - at.x, right.y - at.y);
    const wave = { x: 0.2 * Math.sin(3 * i), y: 0.2 * Math.cos(5 * i) };
    return [{ x: at.x + wave.x * widthPx, y: at.y + wave.y * widthPx, widthPx }];
  });
}

function worstMiss(homography: { matrix: number[] }): number {
  return Math.max(
    ...seats.map((seat) => {
      const found = project(homography.matrix, seat);
      const at = project(truth, seat);
      return Math.hypot(found.x - at.x, found.y - at.y);
    }),
  );
}

describe("refineFromFaces", () => {
  it("brings careless marks to where faces are, past people who stand about", () => {
    const marks = sloppyMarks();
    const standing = [
      { x: 640, y: 300, widthPx: 40 },
      { x: 1000, y: 610, widthPx: 35 },
    ];
    const refined = refineFromFaces(marks, seats, [...facesSeen(), ...standing], defaultFaceSize);
    if (refined === null) throw new Error("no refinement");
    expect(worstMiss(refined.plane.homography)).toBeLessThan(worstMiss(fitHomography(marks)) / 2);
    expect(refined.faceSize.perColumnPitch).toBeCloseTo(0.24, 1);
    expect(refined.used).toBeLessThan(facesSeen().length + standing.length);
  });

  it("leaves the marks alone when too few faces were seen", () => {
    expect(refineFromFaces(sloppyMarks(), seats, facesSeen().slice(0, 5), defaultFaceSize)).toBeNull();
  });
});

describe("surveySeats", () => {
  const placed = projectSeats(fitHomography(sloppyMarks()), seats);
  const camera = { cameraId: "c1" as CameraId, widthPx: 1920, heightPx: 1080, seats: placed };

  it("names seats that are too far, cut off, covered or shown by no camera", () => {
    const far = {
      ...camera,
      seats: placed.map((seat) => (seat.row === 5 ? { ...seat, faceWidthPx: 12 } : seat)),
    };
    const first = far.seats[0];
    if (first === undefined) throw new Error("no seat");
    far.seats[0] = { ...first, x: 5 };
    const rear = far.seats.find(({ row, column }) => row === 3 && column === 4);
    const nearer = far.seats.findIndex(({ row, column }) => row === 2 && column === 4);
    if (rear === undefined) throw new Error("no seat");
    far.seats[nearer] = { ...rear, row: 2, column: 4, faceWidthPx: rear.faceWidthPx * 1.3 };
    const survey = surveySeats([...seats, { row: 9, column: 1 }], [far]);
    const sight = (row: number, column: number) =>
      survey.find((seat) => seat.row === row && seat.column === column)?.sight;
    expect(sight(5, 3)).toBe("too-small");
    expect(sight(1, 1)).toBe("cut-off");
    expect(sight(3, 4)).toBe("hidden");
    expect(sight(9, 1)).toBe("not-shown");
    expect(sight(3, 6)).toMatch(/good|small/);
  });

  it("takes the better of two cameras", () => {
    const blind = {
      ...camera,
      cameraId: "c2" as CameraId,
      seats: placed.map((seat) => ({ ...seat, faceWidthPx: 10 })),
    };
    expect(surveySeats(seats, [blind, camera]).map(({ cameraId }) => cameraId)).not.toContain("c2");
  });
});
