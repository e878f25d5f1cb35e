import type { SeatRef, Side } from "../types.ts";
import type { SeatPoint } from "./homography.ts";
import { fitHomography } from "./homography.ts";

/** How a chart may have been drawn against the room's own frame (row 1 at the front, column 1 leftmost for the teacher). */
export type ChartTurn = "as-drawn" | "mirrored" | "turned" | "upside-down";

export const chartTurns: readonly ChartTurn[] = ["as-drawn", "mirrored", "turned", "upside-down"];

/** What a person answers about a drawing. */
interface DrawingFrame {
  front: Side;
  viewpoint: "teacher" | "class";
}

/** How a drawing turned this way would have been read: its front and whose left its left is. */
export function turnReading(
  { front, viewpoint }: DrawingFrame,
  turn: Exclude<ChartTurn, "as-drawn">,
): DrawingFrame {
  const [flipsRows, flipsColumns] = [turn !== "mirrored", turn !== "upside-down"];
  // A drawing whose front is at a side was turned to be read: from the other side both its rows and its columns run backwards.
  const mirrors = flipsColumns !== (flipsRows && (front === "left" || front === "right"));
  return {
    front: flipsRows ? opposite[front] : front,
    viewpoint: mirrors ? (viewpoint === "teacher" ? "class" : "teacher") : viewpoint,
  };
}

const opposite: Record<Side, Side> = { top: "bottom", bottom: "top", left: "right", right: "left" };

/** The seat that a chart drawn with this turn means. `turned` is by 180°, `upside-down` front for back. */
export function turnSeat(seat: SeatRef, turn: ChartTurn, rowCount: number, columnCount: number): SeatRef {
  const row = rowCount + 1 - seat.row;
  const column = columnCount + 1 - seat.column;
  if (turn === "mirrored") return { row: seat.row, column };
  if (turn === "turned") return { row, column };
  return turn === "upside-down" ? { row, column: seat.column } : { row: seat.row, column: seat.column };
}

/** A recognised trainee: where the chart puts the trainee, and where the cameras saw the face. */
export interface SeatSighting {
  chart: SeatRef;
  seen: SeatRef;
  /** Posterior of the recognition, 0…1. */
  weight: number;
}

export interface TurnProposal {
  turn: ChartTurn;
  /** Weighted share of recognised trainees who sit where the turned chart puts them. */
  agreement: number;
  /** The same for the chart as it was imported. */
  asDrawn: number;
  sightings: number;
}

/** Fewer recognised trainees than this prove nothing about a chart. */
const LEAST_SIGHTINGS = 6;
/** The chance of so many in the mirrored seats by individual swaps is nil; below, people just sit freely. */
const LEAST_AGREEMENT = 0.5;

/**
 * Proposes how the chart was drawn from who was recognised where; null when it fits as it is, or nothing fits. A person
 * confirms: the proposal changes no mark.
 */
export function proposeTurn(
  sightings: readonly SeatSighting[],
  rowCount: number,
  columnCount: number,
): TurnProposal | null {
  const total = sightings.reduce((sum, { weight }) => sum + weight, 0);
  if (total < LEAST_SIGHTINGS) return null;
  const agreements = chartTurns.map((turn) => ({
    turn,
    agreement: agreementOf(sightings, turn, rowCount, columnCount) / total,
  }));
  const asDrawn = agreements[0]?.agreement ?? 0;
  const best = agreements.reduce((a, b) => (b.agreement > a.agreement ? b : a));
  if (best.turn === "as-drawn" || best.agreement < LEAST_AGREEMENT || best.agreement < 2 * asDrawn)
    return null;
  return { ...best, asDrawn, sightings: sightings.length };
}

function agreementOf(
  sightings: readonly SeatSighting[],
  turn: ChartTurn,
  rowCount: number,
  columnCount: number,
): number {
  return sightings.reduce((sum, { chart, seen, weight }) => {
    const meant = turnSeat(chart, turn, rowCount, columnCount);
    return meant.row === seen.row && meant.column === seen.column ? sum + weight : sum;
  }, 0);
}

export interface MarkedTurn {
  /** Columns run right to left in the picture although the camera looks at the class from the front, or the reverse. */
  mirrored: boolean;
  /** The row marked as first is farther from the camera than the last. */
  rowsReversed: boolean;
}

/**
 * What marked points say about the drawing. `cameraAt` is where the camera hangs: a camera at the front sees column 1
 * (leftmost for the teacher) at the left and row 1 nearest, one at the back the opposite. Throws as `fitHomography`.
 */
export function turnOfMarks(points: readonly SeatPoint[], cameraAt: "front" | "back"): MarkedTurn {
  const { matrix } = fitHomography(points);
  const depth = (seat: SeatRef): number =>
    (matrix[6] ?? 0) * seat.column + (matrix[7] ?? 0) * seat.row + (matrix[8] ?? 0);
  const rows = points.map(({ seat }) => seat.row);
  const columns = points.map(({ seat }) => seat.column);
  const middleRow = (Math.min(...rows) + Math.max(...rows)) / 2;
  const middleColumn = (Math.min(...columns) + Math.max(...columns)) / 2;
  const nearFirst =
    depth({ row: Math.min(...rows), column: middleColumn }) <
    depth({ row: Math.max(...rows), column: middleColumn });
  const xAt = (column: number): number =>
    ((matrix[0] ?? 0) * column + (matrix[1] ?? 0) * middleRow + (matrix[2] ?? 0)) /
    depth({ row: middleRow, column });
  const leftFirst = xAt(Math.min(...columns)) < xAt(Math.max(...columns));
  const atFront = cameraAt === "front";
  return { mirrored: leftFirst !== atFront, rowsReversed: nearFirst !== atFront };
}
