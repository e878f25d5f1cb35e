import { SisoError } from "../errors.ts";
import type { ChartReading, ChartSeat } from "../types.ts";

/** A person's answers to what a chart does not state. */
export interface ChartAnswers {
  front: "top" | "bottom";
  viewpoint: "teacher" | "class";
  seatsPerDesk: 1 | 2;
}

/**
 * Seats in the room's own frame: row 1 nearest the front, column 1 leftmost for somebody at the front who faces the class.
 * Aisle columns carry no number (they stay in `ChartReading.aislesAfter`), so the seat right of an aisle follows the one left
 * of it. The viewpoint says whose left the drawing's left is: the teacher's stays, the class's is mirrored.
 * Answers override what the file states. Throws `input-invalid` when one seat per desk is answered for a chart with two names in a cell.
 */
export function toCanonicalSeats(chart: ChartReading, answers: ChartAnswers): ChartSeat[] {
  if (answers.seatsPerDesk === 1 && chart.seatsPerDesk === 2) throw oneSeatForTwo();
  return chart.seats
    .map((seat) => ({
      ...seat,
      row: answers.front === "top" ? seat.row : chart.rowCount - seat.row + 1,
      column: answers.viewpoint === "teacher" ? seat.column : chart.columnCount - seat.column + 1,
    }))
    .sort((a, b) => a.row - b.row || a.column - b.column);
}

/** Aisles in the room's frame: columns that have an aisle between them and the next. */
export function canonicalAisles(chart: ChartReading, answers: ChartAnswers): number[] {
  const after = chart.aislesAfter.map((column) =>
    answers.viewpoint === "teacher" ? column : chart.columnCount - column,
  );
  return after.sort((a, b) => a - b);
}

function oneSeatForTwo(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Sơ đồ có ô ghi hai người nên mỗi bàn phải có hai chỗ. Chọn hai chỗ mỗi bàn.",
    en: "The chart has cells with two people, so a desk must have two seats. Choose two seats per desk.",
  });
}
