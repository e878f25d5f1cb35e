import type { Grid, GridCell } from "../types.ts";
import { chartCell, namesTeacher } from "./chart-cell.ts";
import type { ChartCell } from "./chart-cell.ts";
import { isBlank } from "./grid-rows.ts";
import { cleanText } from "./match-key.ts";

/** A cell with text and what it was taken for. */
export interface Placed {
  cell: GridCell;
  is: ChartCell;
}

/** Every cell of a grid that says something, after the drawing as a whole corrected what single cells suggest. */
export function drawn(grid: Grid): Placed[] {
  const placed = grid.cells
    .filter((cell) => !isBlank(cell))
    .map((cell): Placed => ({ cell, is: chartCell(cell) }));
  return relabelNumbers(teachersAtFront(widthsChecked(placed)));
}

/** No desk is wider than three of the commonest seats: a name merged over more is a title or the teacher's. */
function widthsChecked(placed: Placed[]): Placed[] {
  const spans = occupied(placed)
    .map(({ cell }) => cell.columnSpan)
    .sort((a, b) => a - b);
  const usual = spans[Math.floor(spans.length / 2)] ?? 1;
  return placed.map((item) =>
    item.is.kind === "seat" && item.cell.columnSpan > usual * 3 ? { ...item, is: { kind: "text" } } : item,
  );
}

export function seatCells(placed: Placed[]): Placed[] {
  return placed.filter(({ is }) => is.kind === "seat" || is.kind === "empty-seat");
}

function occupied(placed: Placed[]): Placed[] {
  return placed.filter(({ is }) => is.kind === "seat");
}

/** A name beside BÀN GIÁO VIÊN with an academic title is the teacher's. */
function teachersAtFront(placed: Placed[]): Placed[] {
  const fronts = new Set(placed.filter(({ is }) => is.kind === "front").map(({ cell }) => cell.row));
  return placed.map((item) =>
    item.is.kind === "seat" && namesTeacher(cleanText(item.cell.text)) && fronts.has(item.cell.row)
      ? { ...item, is: { kind: "furniture" } }
      : item,
  );
}

/**
 * Bare numbers along an edge are row or column numbers, not STT, when they count 1, 2, 3… and all other seats are names,
 * or the same numbers occur again inside.
 */
function relabelNumbers(placed: Placed[]): Placed[] {
  const seats = occupied(placed);
  const numbers = seats.filter(({ is }) => isBareNumber(is));
  const edges = [
    numbers.filter(({ cell }) => cell.column === Math.min(...seats.map((seat) => seat.cell.column))),
    numbers.filter(({ cell }) => cell.column === Math.max(...seats.map((seat) => seat.cell.column))),
    numbers.filter(({ cell }) => cell.row === Math.min(...seats.map((seat) => seat.cell.row))),
  ];
  const named =
    seats.length > numbers.length && numbers.every((item) => edges.some((edge) => edge.includes(item)));
  const labels = new Set<Placed>();
  for (const edge of edges) {
    const values = edge.map(({ is }) => bareNumber(is));
    const counting =
      edge.length > 1 && values.every((value, i) => value === i + 1 || value === values.length - i);
    const again = values.every((value) =>
      numbers.some((other) => !edge.includes(other) && bareNumber(other.is) === value),
    );
    if (counting && (named || again)) for (const item of edge) labels.add(item);
  }
  return placed.map((item) => (labels.has(item) ? { ...item, is: { kind: "label" } } : item));
}

function isBareNumber(is: ChartCell): boolean {
  return bareNumber(is) !== null;
}

function bareNumber(is: ChartCell): number | null {
  if (is.kind !== "seat" || is.people.length !== 1) return null;
  const [person] = is.people;
  return person && person.fullName === null ? person.ordinal : null;
}

export interface SeatColumn {
  /** Grid columns `from` (inclusive) to `to` (exclusive). */
  from: number;
  to: number;
  /** Seats side by side in one cell of it: 2 where a cell names two people. */
  width: number;
  /** Drawn number of its first seat. */
  first: number;
}

/** Seat columns are where seats begin; a cell over two of them (a joined desk) takes the first. */
export function seatColumns(seats: Placed[]): SeatColumn[] {
  const starts = distinct(seats.map(({ cell }) => cell.column));
  let first = 1;
  return starts.map((from, i) => {
    const here = seats.filter(({ cell }) => cell.column === from);
    const end = Math.max(...here.map(({ cell }) => from + cell.columnSpan));
    const width = Math.max(1, ...here.map(({ is }) => (is.kind === "seat" ? is.people.length : 1)));
    const column = { from, to: Math.min(end, starts[i + 1] ?? end), width, first };
    first += width;
    return column;
  });
}

/** An aisle is drawn as grid columns between two seat columns in which no seat stands. */
export function aislesAfter(columns: SeatColumn[]): number[] {
  return columns.flatMap((column, i) => {
    const next = columns[i + 1];
    return next && next.from > column.to ? [column.first + column.width - 1] : [];
  });
}

export function distinct(numbers: number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}
