import { SisoError } from "../errors.ts";
import type { ChartReading, ChartSeat, Side } from "../types.ts";

/** A person's answers to what a chart does not state. */
export interface ChartAnswers {
  front: Side;
  viewpoint: "teacher" | "class";
  seatsPerDesk: 1 | 2;
}

/**
 * Seats in the room's own frame: row 1 nearest the front, column 1 leftmost for somebody at the front who faces the class.
 * Aisle columns carry no number (they stay in `ChartReading.aislesAfter`), so the seat right of an aisle follows the one left
 * of it. The viewpoint says whose left the drawing's left is: the teacher's stays, the class's is mirrored.
 * Answers override what the file states; a front at a side must be the one the chart was read with, because its seats come
 * turned. Throws `input-invalid` for another side, and when one seat per desk is answered for a chart with two names in a cell.
 */
export function toCanonicalSeats(chart: ChartReading, answers: ChartAnswers): ChartSeat[] {
  if (answers.seatsPerDesk === 1 && chart.seatsPerDesk === 2) throw oneSeatForTwo();
  if ([chart.front, answers.front].some(isAtSide) && chart.front !== answers.front) throw noSuchSide();
  return chart.seats
    .map((seat) => ({
      ...seat,
      row: answers.front === "bottom" ? chart.rowCount - seat.row + 1 : seat.row,
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

function isAtSide(side: Side | null): boolean {
  return side === "left" || side === "right";
}

function noSuchSide(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Bục giảng không thể ở bên trái hay phải: sơ đồ là danh sách có cột chỗ ngồi, không phải hình vẽ. Chọn top (hàng 1 sát bục giảng) hoặc bottom.",
    en: "The front cannot be at the left or right: the chart is a list with a seat column, not a drawing. Choose top (row 1 nearest the front) or bottom.",
  });
}

function oneSeatForTwo(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Sơ đồ có ô ghi hai người nên mỗi bàn phải có hai chỗ. Chọn hai chỗ mỗi bàn.",
    en: "The chart has cells with two people, so a desk must have two seats. Choose two seats per desk.",
  });
}
