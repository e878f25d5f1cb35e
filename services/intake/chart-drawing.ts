import type { Grid, GridCell, SourceDocument } from "../types.ts";
import { chartCell, namesTeacher } from "./chart-cell.ts";
import type { ChartCell } from "./chart-cell.ts";
import { isSignature } from "./furniture.ts";
import { isBlank } from "./grid-rows.ts";
import { cleanText, foldAccents } from "./match-key.ts";
import { placeOf } from "./problems.ts";

/** A drawn cell, where it stands in its file, and what it was taken for; a blank one may be a free seat. */
export interface Placed {
  cell: Pick<GridCell, "row" | "column" | "rowSpan" | "columnSpan" | "text">;
  where: string;
  is: ChartCell | { kind: "blank" };
}

/** Every cell of a grid, after the drawing as a whole corrected what single cells suggest. */
export function drawn(doc: SourceDocument, grid: Grid): Placed[] {
  const placed = grid.cells.map((cell): Placed => ({
    cell,
    where: placeOf(doc, grid, cell),
    is: isBlank(cell) ? { kind: "blank" } : chartCell(cell),
  }));
  return withoutStrays(relabelNumbers(teachersAtFront(widthsChecked(placed))));
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

export function written(placed: Placed[]): Placed[] {
  return placed.filter(({ is }) => is.kind !== "blank");
}

function occupied(placed: Placed[]): Placed[] {
  return placed.filter(({ is }) => is.kind === "seat");
}

/** Who drew or approved the chart stands under "Người lập", "TM. BAN…" below the seats and has none. */
export function withoutSigners(placed: Placed[]): Placed[] {
  const titles = placed.filter(({ cell }) => isSignature(cell.text));
  const seats = occupied(placed).filter((item) => !titles.includes(item));
  const signed = titles
    .map(({ cell }) => cell.row)
    .filter((row) => seats.filter(({ cell }) => cell.row >= row).length <= 3)
    .filter((row) => seats.filter(({ cell }) => cell.row < row).length >= 4);
  const from = Math.min(...signed);
  return placed.map((item) =>
    item.is.kind === "seat" && (titles.includes(item) || item.cell.row >= from)
      ? { ...item, is: { kind: "text" } }
      : item,
  );
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
 * Bare numbers along an edge are row or column numbers, not STT, when they count 1, 2, 3… and most other seats are names,
 * or the same numbers occur again inside.
 */
function relabelNumbers(placed: Placed[]): Placed[] {
  const seats = occupied(placed);
  const numbers = seats.filter(({ is }) => bareNumber(is) !== null);
  const edges = [
    numbers.filter(({ cell }) => cell.column === Math.min(...seats.map((seat) => seat.cell.column))),
    numbers.filter(({ cell }) => cell.column === Math.max(...seats.map((seat) => seat.cell.column))),
    numbers.filter(({ cell }) => cell.row === Math.min(...seats.map((seat) => seat.cell.row))),
  ];
  const named = seats.length > numbers.length * 2;
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

/**
 * A number, a dash or an "x" apart from the seats is nobody's. In a chart of names: one of at most two in a row or a column of
 * the sheet where nobody is named. In a chart of numbers: alone in one, a dash or a number that has its seat already.
 */
function withoutStrays(placed: Placed[]): Placed[] {
  const seats = seatCells(placed);
  const named = seats.filter(({ is }) => is.kind === "seat" && bareNumbers(is) === null);
  const lines = [linesOf(seats, named, rowsUnder), linesOf(seats, named, columnsUnder)];
  const numbers = seats.flatMap(({ is }) => bareNumbers(is) ?? []);
  const once = new Set<number>();
  const twice = new Set(numbers.filter((number) => once.size === once.add(number).size));
  const byNames = named.length * 2 > seats.length;
  const isStray = (item: Placed) => {
    if (!isMark(item)) return false;
    if (byNames) return lines.some((line) => line(item).seats <= 2 && line(item).named === 0);
    const taken =
      item.is.kind === "empty-seat" || bareNumbers(item.is)?.some((one) => twice.has(one)) === true;
    return taken && lines.some((line) => line(item).seats === 1);
  };
  return placed.map((item) => (isStray(item) ? { ...item, is: { kind: "stray" } } : item));
}

/** How many seats, and seats with a name, stand in the fullest of the lines a cell lies in. */
function linesOf(seats: Placed[], named: Placed[], under: (cell: Placed["cell"]) => number[]) {
  const [all, names] = [seats, named].map((some) => {
    const counts = new Map<number, number>();
    for (const at of some.flatMap(({ cell }) => under(cell))) counts.set(at, (counts.get(at) ?? 0) + 1);
    return counts;
  });
  const most = (counts: Map<number, number> | undefined, { cell }: Placed) =>
    Math.max(0, ...under(cell).map((at) => counts?.get(at) ?? 0));
  return (item: Placed) => ({ seats: most(all, item), named: most(names, item) });
}

function rowsUnder({ row, rowSpan }: Placed["cell"]): number[] {
  return Array.from({ length: rowSpan }, (_, i) => row + i);
}

function columnsUnder({ column, columnSpan }: Placed["cell"]): number[] {
  return Array.from({ length: columnSpan }, (_, i) => column + i);
}

function isMark({ cell, is }: Placed): boolean {
  return bareNumbers(is) !== null || (is.kind === "empty-seat" && !/\p{L}{2}/u.test(cell.text));
}

/** The numbers of a seat that names nobody; null for any other cell. */
function bareNumbers(is: Placed["is"]): number[] | null {
  if (is.kind !== "seat" || is.people.some(({ fullName }) => fullName !== null)) return null;
  return is.people.flatMap(({ ordinal }) => ordinal ?? []);
}

function bareNumber(is: Placed["is"]): number | null {
  if (is.kind !== "seat" || is.people.length !== 1) return null;
  const [person] = is.people;
  return person && person.fullName === null ? person.ordinal : null;
}

/**
 * Numbers that begin again in each block ("1. An" left and right of the aisle) count seats, not people: where every one
 * stands beside a name they are dropped. Null when they may be STT.
 */
export function withoutSeatNumbers(placed: Placed[]): Placed[] | null {
  const people = placed.flatMap(({ is }) => (is.kind === "seat" ? is.people : []));
  const numbers = people.flatMap(({ ordinal }) => (ordinal === null ? [] : [ordinal]));
  const named = people.every(({ ordinal, fullName }) => ordinal === null || fullName !== null);
  if (!named || numbers.length - new Set(numbers).size < 2) return null;
  return placed.map((item) =>
    item.is.kind === "seat"
      ? { ...item, is: { ...item.is, people: item.is.people.map((one) => ({ ...one, ordinal: null })) } }
      : item,
  );
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

/** How many seats a desk has, by labels such as "Bàn 3" over its seats; null when none says so. */
export function seatsUnderDeskLabels(placed: Placed[], columns: SeatColumn[]): 1 | 2 | null {
  const counts = placed
    .filter(({ is, cell }) => is.kind === "label" && /^ban\b/.test(foldAccents(cell.text)))
    .map(({ cell }) =>
      columns
        .filter(({ from }) => from >= cell.column && from < cell.column + cell.columnSpan)
        .reduce((sum, column) => sum + column.width, 0),
    );
  const [count] = counts;
  return counts.length > 1 && counts.every((one) => one === count) && (count === 1 || count === 2)
    ? count
    : null;
}

export function distinct(numbers: number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}
