import type { Box } from "../types.ts";

export interface TileLimits {
  maxAreaPx: number;
  /** Least overlap of neighbours: a face smaller than this lies whole in one of them. */
  overlapPx: number;
  /** Tiles start on multiples of this, so that the network's grid lies as it would over the whole picture. */
  alignPx: number;
}

/**
 * Cuts a picture into overlapping tiles of at most `maxAreaPx`, choosing the grid that computes the fewest pixels.
 * Bounds the detector's memory, which grows with the tile, not with the picture. Coordinates are whole pixels.
 */
export function planTiles(widthPx: number, heightPx: number, limits: TileLimits): Box[] {
  let best: { columns: Span[]; rows: Span[]; area: number } | null = null;
  for (let count = 1; ; count += 1) {
    const columns = cut(widthPx, count, limits);
    // More columns compute more pixels from here on, however the rows fall.
    if (
      count > widthPx ||
      (best && widthPx * heightPx + (count - 1) * limits.overlapPx * heightPx >= best.area)
    )
      break;
    if (!columns) continue;
    const rows = fewestRows(heightPx, longest(columns), limits);
    const area = rows ? total(columns) * total(rows) : Infinity;
    if (rows && (!best || area < best.area)) best = { columns, rows, area };
  }
  if (!best) throw new Error(`no tiles of ${limits.maxAreaPx} px overlap by ${limits.overlapPx} px`);
  const { columns, rows } = best;
  return rows.flatMap((row) =>
    columns.map((column) => ({
      x: column.start,
      y: row.start,
      width: column.length,
      height: row.length,
    })),
  );
}

/** Tiles of one size for a network that accepts no other; the last of a row or column may be smaller, and is padded. */
export function planFixedTiles(
  widthPx: number,
  heightPx: number,
  size: { widthPx: number; heightPx: number },
  overlapPx: number,
): Box[] {
  return spansOf(heightPx, size.heightPx, overlapPx).flatMap((row) =>
    spansOf(widthPx, size.widthPx, overlapPx).map((column) => ({
      x: column.start,
      y: row.start,
      width: column.length,
      height: row.length,
    })),
  );
}

/** The last span is moved back so that it is whole where the side allows. */
function spansOf(lengthPx: number, sizePx: number, overlapPx: number): Span[] {
  if (lengthPx <= sizePx) return [{ start: 0, length: lengthPx }];
  const count = Math.ceil((lengthPx - overlapPx) / (sizePx - overlapPx));
  const stride = (lengthPx - sizePx) / (count - 1);
  return Array.from({ length: count }, (_, i) => ({ start: Math.round(i * stride), length: sizePx }));
}

interface Span {
  start: number;
  length: number;
}

/** `count` pieces of a length, all but the last equal; null when so many would not fit. */
function cut(lengthPx: number, count: number, { overlapPx, alignPx }: TileLimits): Span[] | null {
  if (count === 1) return [{ start: 0, length: lengthPx }];
  const stride = Math.ceil((lengthPx - overlapPx) / count / alignPx) * alignPx;
  const last = (count - 1) * stride;
  if (stride <= 0 || last + overlapPx >= lengthPx) return null;
  return Array.from({ length: count }, (_, i) => ({
    start: i * stride,
    length: Math.min(stride + overlapPx, lengthPx - i * stride),
  }));
}

/** Null when even the most rows that fit are too large. */
function fewestRows(heightPx: number, width: number, limits: TileLimits): Span[] | null {
  const most = Math.ceil(heightPx / limits.alignPx);
  for (let count = 1; count <= most; count += 1) {
    const rows = cut(heightPx, count, limits);
    if (rows && longest(rows) * width <= limits.maxAreaPx) return rows;
  }
  return null;
}

function longest(spans: Span[]): number {
  return Math.max(...spans.map(({ length }) => length));
}

function total(spans: Span[]): number {
  return spans.reduce((sum, { length }) => sum + length, 0);
}
