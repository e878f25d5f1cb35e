import type { Grid, GridCell, ReadingProblem, SourceDocument, TextBox } from "../types.ts";
import { cleanText } from "./match-key.ts";
import { problem } from "./problems.ts";

/** A chart drawn with text boxes has at least this many. */
const FEWEST = 4;
/** A gap this many times the usual pitch is an aisle. */
const AISLE = 1.4;

type Placed = TextBox & { place: NonNullable<TextBox["place"]> };

/**
 * Text boxes laid on a grid by where they stand on the page, one grid a page, so that a chart drawn with boxes reads as one
 * drawn in cells. `textBoxes` then holds only those without a place. A file with a few boxes (a title, a note) stays as it is.
 */
export function withBoxGrids(doc: SourceDocument): SourceDocument {
  const placed = (doc.textBoxes ?? []).filter((box): box is Placed => box.place !== null);
  if (placed.length < FEWEST) return doc;
  const pages = [...new Set(placed.map(({ on }) => on))];
  const grids = pages.map((on) => {
    const boxes = placed.filter((box) => box.on === on);
    return boxGrid(on, boxes);
  });
  const left = (doc.textBoxes ?? []).filter(({ place }) => place === null);
  return { ...doc, grids: [...doc.grids, ...grids], textBoxes: left };
}

/** Boxes whose place the file does not give, each to be put somewhere by a person. */
export function unplacedBoxes(doc: SourceDocument): ReadingProblem[] {
  const lost = (doc.textBoxes ?? []).filter(({ text, place }) => place === null && cleanText(text) !== "");
  return lost.map(({ text, on, ref }) =>
    problem(
      "ask",
      [doc.fileName, on, ref].join(" › "),
      {
        vi: `Không biết hộp chữ “${cleanText(text).slice(0, 40)}” đặt ở đâu trên trang.`,
        en: `Where the text box “${cleanText(text).slice(0, 40)}” stands on the page is not known.`,
      },
      { vi: "Vẽ sơ đồ bằng bảng rồi gửi lại.", en: "Draw the chart as a table and send it again." },
    ),
  );
}

function boxGrid(on: string, boxes: Placed[]): Grid {
  const across = lines(boxes.map(({ place }) => ({ at: place.x, size: place.width })));
  const down = lines(boxes.map(({ place }) => ({ at: place.y, size: place.height })));
  const cells = boxes.map(({ text, place, ref }): GridCell => {
    const { first: column, count: columnSpan } = covered(across, place.x, place.width);
    const { first: row, count: rowSpan } = covered(down, place.y, place.height);
    return { row, column, rowSpan, columnSpan, text, date: null, ref, picture: null };
  });
  cells.sort((a, b) => a.row - b.row || a.column - b.column);
  return {
    name: on,
    rowCount: Math.max(...cells.map((cell) => cell.row + cell.rowSpan)),
    columnCount: Math.max(...cells.map((cell) => cell.column + cell.columnSpan)),
    cells,
  };
}

interface Span {
  at: number;
  size: number;
}

function middleOf({ at, size }: Span): number {
  return at + size / 2;
}

interface Line {
  /** Points from the page's edge. */
  middle: number;
  /** Grid row or column; one is left out where an aisle is. */
  index: number;
}

/** Rows or columns of boxes: middles closer than half a usual box are one line. A front strip along other boxes makes none. */
function lines(spans: Span[]): Line[] {
  const usual = median(spans.map(({ size }) => size));
  const narrow = spans.filter(({ size }) => size <= usual * 1.5).map(middleOf);
  const apart = spans.filter(({ at, size }) => !narrow.some((middle) => middle >= at && middle <= at + size));
  const middles = [...narrow, ...apart.map(middleOf)].sort((a, b) => a - b);
  const groups: number[][] = [];
  for (const middle of middles) {
    const last = groups.at(-1);
    if (last && middle - mean(last) <= usual / 2) last.push(middle);
    else groups.push([middle]);
  }
  const centres = groups.map(mean);
  const pitch = median(centres.slice(1).map((centre, i) => centre - (centres[i] ?? 0)));
  let index = -1;
  return centres.map((middle, i) => {
    index += i > 0 && middle - (centres[i - 1] ?? 0) > pitch * AISLE ? 2 : 1;
    return { middle, index };
  });
}

function covered(all: Line[], at: number, size: number): { first: number; count: number } {
  const inside = all.filter(({ middle }) => middle >= at && middle <= at + size);
  const first = inside[0]?.index ?? 0;
  return { first, count: (inside.at(-1)?.index ?? first) - first + 1 };
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
