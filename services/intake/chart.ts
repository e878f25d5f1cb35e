import type { ChartReading, ChartSeat, Reading, ReadingProblem, Side, SourceDocument } from "../types.ts";
import { unplacedBoxes, withBoxGrids } from "./box-grid.ts";
import type { SeatText } from "./chart-cell.ts";
import {
  aislesAfter,
  distinct,
  drawn,
  seatCells,
  seatColumns,
  seatsUnderDeskLabels,
  withoutSeatNumbers,
  withoutSigners,
  written,
} from "./chart-drawing.ts";
import type { Placed, SeatColumn } from "./chart-drawing.ts";
import { readSeatColumn } from "./chart-from-roster.ts";
import { joinedDesk, noChart, remarks } from "./chart-remarks.ts";
import { isRemark } from "./furniture.ts";
import { outsideTable } from "./left-out.ts";
import { arrangementOf, freeSeats, frontSide, stacked, turnedUp } from "./chart-shape.ts";
import { chartQuestions, roomNamed, viewpointStated } from "./chart-words.ts";
import { problem } from "./problems.ts";
import { cleanText } from "./match-key.ts";

/**
 * A seating chart as drawn (row 1 on top, column 1 on the left; aisle columns not counted), turned so that a front at the
 * side is on top. Rows in = cells with text; each is a seat, recognised furniture (front, label, aisle, title) or reported.
 * What the file does not say — viewpoint, front, seats per desk — stays null and is asked. Several drawings of one document
 * are one room drawn in several tables (a table per group), one below the other; `papersIn` parts the rooms before. `front` is a
 * person's answer, and goes before what the drawing shows.
 */
export function understandChart(file: SourceDocument, front: Side | null = null): Reading<ChartReading> {
  const listed = readSeatColumn(file);
  if (listed) return listed;
  const doc = withBoxGrids(file);
  const drawings = doc.grids.map((grid) => drawn(doc, grid)).filter((one) => written(one).length > 0);
  const seats = seatCells(stacked(drawings)).length;
  if (seats < 2) return noChart(doc);
  return readDrawing(doc, drawings, front);
}

function readDrawing(doc: SourceDocument, drawings: Placed[][], front: Side | null): Reading<ChartReading> {
  const tables = drawings.filter((placed) => seatCells(placed).length > 1).length;
  const asDrawn = withoutSigners(stacked(drawings));
  const side = front ?? frontSide(asDrawn);
  const upright = side === "left" || side === "right" ? turnedUp(asDrawn, side) : asDrawn;
  const numberless = withoutSeatNumbers(upright);
  const placed = numberless ?? upright;
  const shape = arrangementOf(placed);
  const seats = seatCells(placed);
  const rows = distinct(seats.map(({ cell }) => cell.row));
  const columns = seatColumns(seats);
  const amongSeats = besideSeats(asDrawn);
  const lost = placed.filter((item) => isUnexplained(item, amongSeats));
  const problems = [
    ...doc.notes,
    ...lost.map(unexplained),
    ...textsBeside(doc, asDrawn, lost),
    ...remarks(doc, { side, shape, tables, seatNumbers: numberless !== null }),
  ];
  const value: ChartReading = {
    seats: [...seatsOf(seats, rows, columns, problems), ...emptySeats(placed, rows, columns)].sort(
      (a, b) => a.row - b.row || a.column - b.column,
    ),
    rowCount: rows.length,
    columnCount: columns.reduce((sum, column) => sum + column.width, 0),
    aislesAfter: shape === "rows" ? aislesAfter(columns) : [],
    seatsPerDesk: columns.some(({ width }) => width === 2) ? 2 : seatsUnderDeskLabels(placed, columns),
    roomText: doc.grids.map((grid) => roomNamed(doc, grid)).find((room) => room !== null) ?? null,
    front: side,
    viewpoint: viewpointStated(doc),
  };
  problems.push(...chartQuestions(doc.fileName, value));
  const unplaced = unplacedBoxes(doc);
  problems.push(...unplaced);
  const understood = written(placed).length - lost.length;
  const reported = lost.length + unplaced.length;
  const rowsIn = understood + reported;
  return { kind: "chart", value, rowsIn, understood, reported, problems };
}

function seatsOf(
  seats: Placed[],
  rows: number[],
  columns: SeatColumn[],
  problems: ReadingProblem[],
): ChartSeat[] {
  return seats.flatMap(({ cell, is, where }) => {
    const column = columns.find(({ from }) => from === cell.column);
    const people: SeatText[] = is.kind === "seat" ? is.people : [{ ordinal: null, fullName: null }];
    const covered = columns.filter(({ from }) => from >= cell.column && from < cell.column + cell.columnSpan);
    if (covered.length > 1 && is.kind === "seat") problems.push(joinedDesk(where, people));
    return people.map((person, i) => ({
      row: rows.indexOf(cell.row) + 1,
      column: (column?.first ?? 1) + i,
      ...person,
      where,
    }));
  });
}

/** Free seats: blank cells among the seats, and the other half of a desk for two that names one person. */
function emptySeats(placed: Placed[], rows: number[], columns: SeatColumn[]): ChartSeat[] {
  const free = freeSeats(placed).map((item) => ({ ...item, taken: 0 }));
  const halves = seatCells(placed).map((item) => ({
    ...item,
    taken: item.is.kind === "seat" ? item.is.people.length : 1,
  }));
  return [...free, ...halves].flatMap(({ cell, where, taken }) => {
    const column = columns.find(({ from }) => from === cell.column);
    return Array.from({ length: Math.max(0, (column?.width ?? 0) - taken) }, (_, i): ChartSeat => ({
      row: rows.indexOf(cell.row) + 1,
      column: (column?.first ?? 1) + taken + i,
      ordinal: null,
      fullName: null,
      where,
    }));
  });
}

/** Places in a row of seats, as the sheet is held: what stands above and below is a title or a note, at whatever side the front is. */
function besideSeats(asDrawn: Placed[]): Set<string> {
  const rows = new Set(seatCells(asDrawn).map(({ cell }) => cell.row));
  return new Set(asDrawn.filter(({ cell }) => rows.has(cell.row)).map(({ where }) => where));
}

/** Free text between the seats is a person or a remark nobody recognised. */
function isUnexplained({ cell, is, where }: Placed, amongSeats: Set<string>): boolean {
  if (is.kind !== "text") return is.kind === "stray";
  return amongSeats.has(where) && !isRemark(cell.text);
}

/** What is written from the front strip or the first row of seats on and was taken for neither a seat nor furniture; above is the title. */
function textsBeside(doc: SourceDocument, asDrawn: Placed[], lost: Placed[]): ReadingProblem[] {
  const drawing = [...seatCells(asDrawn), ...asDrawn.filter(({ is }) => is.kind === "front")];
  const first = Math.min(...drawing.map(({ cell }) => cell.row));
  const asked = new Set(lost.map(({ where }) => where));
  const texts = asDrawn
    .filter(({ cell, is, where }) => is.kind === "text" && cell.row >= first && !asked.has(where))
    .map(({ cell }) => cleanText(cell.text))
    .filter((text) => !/nhìn từ/i.test(text));
  return texts.length > 0 ? [outsideTable(doc.fileName, texts)] : [];
}

function unexplained({ cell, where }: Placed): ReadingProblem {
  const text = cleanText(cell.text).slice(0, 40);
  return problem(
    "ask",
    where,
    {
      vi: `Không hiểu ô “${text}” giữa các chỗ ngồi.`,
      en: `The cell “${text}” among the seats was not understood.`,
    },
    {
      vi: "Ghi STT hoặc họ tên đầy đủ, hoặc “Trống”.",
      en: "Write a number or a full name, or “Trống” for an empty seat.",
    },
  );
}
