import type { Box } from "../types.ts";
import type { RawSheet } from "./xlsx-sheet.ts";

/** A corner of an anchor: a 0-based cell and points inside it. */
export interface Corner {
  column: number;
  x: number;
  row: number;
  y: number;
}

/** Where columns and rows of a sheet lie, in points from its top-left corner. */
export class SheetGeometry {
  private readonly sheet: Pick<RawSheet, "heights" | "defaultHeight" | "widths" | "defaultWidth">;
  private readonly lefts = [0];
  private readonly tops = [0];

  constructor(sheet: SheetGeometry["sheet"]) {
    this.sheet = sheet;
  }

  /** Between two corners, or from one with the size the anchor gives. */
  box(from: Corner, to: Corner | null, size: { width: number; height: number }): Box {
    const x = this.left(from.column) + from.x;
    const y = this.top(from.row) + from.y;
    if (!to) return { x, y, width: size.width, height: size.height };
    return {
      x,
      y,
      width: this.left(to.column) + to.x - x,
      height: this.top(to.row) + to.y - y,
    };
  }

  /**
   * A picture belongs to the cell under its middle: people drop portraits a little across the border. One much taller than
   * the row it begins in (rows left low) belongs to where it begins.
   */
  cellOf({ x, y, width, height }: Box): { row: number; column: number } {
    const first = this.rowAt(y);
    const row = height > 1.5 * this.height(first) ? first : this.rowAt(y + height / 2);
    return { row, column: this.columnAt(x + width / 2) };
  }

  private height(row: number): number {
    return this.sheet.heights.get(row) ?? this.sheet.defaultHeight;
  }

  private width(column: number): number {
    return this.sheet.widths.get(column) ?? this.sheet.defaultWidth;
  }

  private left(column: number): number {
    return reach(this.lefts, column, (at) => this.width(at));
  }

  private top(row: number): number {
    return reach(this.tops, row, (at) => this.height(at));
  }

  private columnAt(x: number): number {
    return under(x, LAST_COLUMN, (column) => this.left(column + 1));
  }

  private rowAt(y: number): number {
    return under(y, LAST_ROW, (row) => this.top(row + 1));
  }
}

/** Far beyond what a sheet may hold; a hostile anchor ends here. */
const LAST_ROW = 20_000;
const LAST_COLUMN = 2_000;

/** Sums kept as far as they were asked for. */
function reach(sums: number[], index: number, size: (at: number) => number): number {
  const wanted = Math.max(0, Math.min(Number.isFinite(index) ? Math.trunc(index) : 0, LAST_ROW));
  while (sums.length <= wanted) sums.push((sums.at(-1) ?? 0) + size(sums.length - 1));
  return sums[wanted] ?? 0;
}

function under(at: number, last: number, end: (index: number) => number): number {
  let [from, to] = [0, last];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (end(middle) > at) to = middle;
    else from = middle + 1;
  }
  return from;
}
