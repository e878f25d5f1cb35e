import type { Box } from "../types.ts";

/**
 * Cuts a picture into equal overlapping tiles of at most `maxAreaPx`, choosing the grid that computes the fewest pixels.
 * Bounds the detector's memory, which grows with the tile, not with the picture. Coordinates are whole pixels.
 */
export function planTiles(
  widthPx: number,
  heightPx: number,
  limits: { maxAreaPx: number; overlapPx: number },
): Box[] {
  let best: Box[] | null = null;
  let bestArea = Infinity;
  for (let columns = 1; columns <= widthPx; columns += 1) {
    const width = tileSide(widthPx, columns, limits.overlapPx);
    const rows = fewestRows(width, heightPx, limits);
    if (rows === null) continue;
    const height = tileSide(heightPx, rows, limits.overlapPx);
    const area = columns * rows * width * height;
    if (area >= bestArea) {
      if (columns * width * heightPx > bestArea) break;
      continue;
    }
    bestArea = area;
    best = grid(widthPx, heightPx, { columns, rows, width, height });
  }
  if (!best) throw new Error(`no tiles of ${limits.maxAreaPx} px overlap by ${limits.overlapPx} px`);
  return best;
}

function tileSide(lengthPx: number, count: number, overlapPx: number): number {
  return count === 1 ? lengthPx : Math.ceil((lengthPx + (count - 1) * overlapPx) / count);
}

function fewestRows(
  width: number,
  heightPx: number,
  limits: { maxAreaPx: number; overlapPx: number },
): number | null {
  const tallest = Math.floor(limits.maxAreaPx / width);
  if (tallest >= heightPx) return 1;
  if (tallest <= limits.overlapPx) return null;
  return Math.ceil((heightPx - limits.overlapPx) / (tallest - limits.overlapPx));
}

function grid(
  widthPx: number,
  heightPx: number,
  plan: { columns: number; rows: number; width: number; height: number },
): Box[] {
  const tiles: Box[] = [];
  for (let row = 0; row < plan.rows; row += 1)
    for (let column = 0; column < plan.columns; column += 1)
      tiles.push({
        x: start(column, plan.columns, widthPx - plan.width),
        y: start(row, plan.rows, heightPx - plan.height),
        width: plan.width,
        height: plan.height,
      });
  return tiles;
}

function start(index: number, count: number, last: number): number {
  return count === 1 ? 0 : Math.round((index * last) / (count - 1));
}
