import type {
  ChartReading,
  ChartSeat,
  Grid,
  GridCell,
  Reading,
  ReadingProblem,
  SourceDocument,
} from "../types.ts";
import type { SeatText } from "./chart-cell.ts";
import { aislesAfter, distinct, drawn, seatCells, seatColumns } from "./chart-drawing.ts";
import type { Placed, SeatColumn } from "./chart-drawing.ts";
import { readSeatColumn } from "./chart-from-roster.ts";
import { chartQuestions, roomNamed, viewpointStated } from "./chart-words.ts";
import { isBlank } from "./grid-rows.ts";
import { cleanText } from "./match-key.ts";
import { placeOf, problem } from "./problems.ts";

/**
 * A seating chart as drawn (row 1 on top, column 1 on the left; aisle columns not counted). Rows in = cells with text;
 * each is a seat, recognised furniture (front, label, aisle, title) or reported. What the file does not say — viewpoint,
 * front, seats per desk — stays null and is asked.
 */
export function understandChart(doc: SourceDocument): Reading<ChartReading> {
  const listed = readSeatColumn(doc);
  if (listed) return listed;
  const drawings = doc.grids.map((grid) => drawn(grid)).filter((placed) => seatCells(placed).length > 0);
  const main = drawings.toSorted((a, b) => seatCells(b).length - seatCells(a).length)[0];
  const grid = main && doc.grids.find((grid) => grid.cells.includes(main[0]?.cell as GridCell));
  if (!main || !grid || seatCells(main).length < 2) return noChart(doc);
  return readDrawing(doc, grid, main, drawings.length - 1);
}

function readDrawing(
  doc: SourceDocument,
  grid: Grid,
  placed: Placed[],
  otherDrawings: number,
): Reading<ChartReading> {
  const seats = seatCells(placed);
  const rows = distinct(seats.map(({ cell }) => cell.row));
  const columns = seatColumns(seats);
  const problems = [
    ...doc.notes,
    ...unexplained(doc, grid, placed, rows),
    ...otherSheets(doc, otherDrawings),
  ];
  const value: ChartReading = {
    seats: [
      ...seatsOf(doc, grid, seats, rows, columns, problems),
      ...blankSeats(doc, grid, placed, rows, columns),
    ].sort((a, b) => a.row - b.row || a.column - b.column),
    rowCount: rows.length,
    columnCount: columns.reduce((sum, column) => sum + column.width, 0),
    aislesAfter: aislesAfter(columns),
    seatsPerDesk: columns.some((column) => column.width === 2) ? 2 : null,
    roomText: roomNamed(doc, grid),
    front: frontOf(placed, rows),
    viewpoint: viewpointStated(doc),
  };
  problems.push(...chartQuestions(doc.fileName, value));
  const reported = placed.filter((item) => isUnexplained(item, rows)).length;
  return {
    kind: "chart",
    value,
    rowsIn: placed.length,
    understood: placed.length - reported,
    reported,
    problems,
  };
}

function seatsOf(
  doc: SourceDocument,
  grid: Grid,
  seats: Placed[],
  rows: number[],
  columns: SeatColumn[],
  problems: ReadingProblem[],
): ChartSeat[] {
  return seats.flatMap(({ cell, is }) => {
    const column = columns.find(({ from }) => from === cell.column);
    const where = placeOf(doc, grid, cell);
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

/** A blank drawn cell where a seat row meets a seat column, and the free half of a desk for two, are empty seats. */
function blankSeats(
  doc: SourceDocument,
  grid: Grid,
  placed: Placed[],
  rows: number[],
  columns: SeatColumn[],
): ChartSeat[] {
  const used = new Set(placed.map(({ cell }) => cell));
  const blanks = grid.cells.filter(
    (cell) => !used.has(cell) && rows.includes(cell.row) && columns.some(({ from }) => from === cell.column),
  );
  const empty = (cell: GridCell, column: number): ChartSeat => ({
    row: rows.indexOf(cell.row) + 1,
    column,
    ordinal: null,
    fullName: null,
    where: placeOf(doc, grid, cell),
  });
  const whole = blanks.flatMap((cell) => {
    const column = columns.find(({ from }) => from === cell.column);
    return column ? Array.from({ length: column.width }, (_, i) => empty(cell, column.first + i)) : [];
  });
  const halves = seatCells(placed).flatMap(({ cell, is }) => {
    const column = columns.find(({ from }) => from === cell.column);
    const taken = is.kind === "seat" ? is.people.length : 1;
    return column
      ? Array.from({ length: column.width - taken }, (_, i) => empty(cell, column.first + taken + i))
      : [];
  });
  return [...whole, ...halves];
}

function frontOf(placed: Placed[], rows: number[]): "top" | "bottom" | null {
  const fronts = placed.filter(({ is }) => is.kind === "front").map(({ cell }) => cell.row);
  if (fronts.length === 0) return null;
  if (Math.max(...fronts) < (rows[0] ?? 0)) return "top";
  return Math.min(...fronts) > (rows.at(-1) ?? 0) ? "bottom" : null;
}

/** Free text between the seats is a person or a remark nobody recognised; above and below it is a title or a note. */
function isUnexplained({ cell, is }: Placed, rows: number[]): boolean {
  return (
    is.kind === "text" &&
    rows.includes(cell.row) &&
    !/^(ghi chú|hướng nhìn|lưu ý|chú thích|ký hiệu)/i.test(cleanText(cell.text))
  );
}

function unexplained(doc: SourceDocument, grid: Grid, placed: Placed[], rows: number[]): ReadingProblem[] {
  return placed
    .filter((item) => isUnexplained(item, rows))
    .map(({ cell }) =>
      problem(
        "ask",
        placeOf(doc, grid, cell),
        {
          vi: `Không hiểu ô “${cleanText(cell.text).slice(0, 40)}” giữa các chỗ ngồi.`,
          en: `The cell “${cleanText(cell.text).slice(0, 40)}” among the seats was not understood.`,
        },
        {
          vi: "Ghi STT hoặc họ tên đầy đủ, hoặc “Trống”.",
          en: "Write a number or a full name, or “Trống” for an empty seat.",
        },
      ),
    );
}

function joinedDesk(where: string, people: SeatText[]): ReadingProblem {
  const who = people.map((person) => person.fullName ?? `STT ${person.ordinal}`).join(", ");
  return problem(
    "note",
    where,
    {
      vi: `Ô gộp trên bàn đôi: ${who} được xếp vào chỗ bên trái của hình vẽ.`,
      en: `A cell merged over a double desk: ${who} was put on the left seat as drawn.`,
    },
    { vi: "Tách ô nếu ngồi chỗ bên phải.", en: "Split the cell if it is the right seat." },
  );
}

function otherSheets(doc: SourceDocument, others: number): ReadingProblem[] {
  if (others === 0) return [];
  return [
    problem(
      "ask",
      doc.fileName,
      {
        vi: `Tệp có thêm ${others} bảng giống sơ đồ; chỉ bảng nhiều chỗ nhất được dùng.`,
        en: `The file holds ${others} more table(s) that look like charts; only the largest was used.`,
      },
      {
        vi: "Gửi mỗi phòng một tệp, hoặc xác nhận bảng đã chọn.",
        en: "Send one file per room, or confirm the chosen one.",
      },
    ),
  ];
}

function noChart(doc: SourceDocument): Reading<ChartReading> {
  const cells = doc.grids.flatMap((grid) => grid.cells).filter((cell) => !isBlank(cell)).length;
  const missing = problem(
    "refuse",
    doc.fileName,
    {
      vi: "Không tìm thấy sơ đồ chỗ ngồi: cần một bảng mà mỗi ô là một chỗ, ghi STT hoặc họ tên.",
      en: "No seating chart found: a table is needed in which each cell is a seat with a number or a name.",
    },
    {
      vi: "Vẽ sơ đồ bằng bảng Word hoặc ô Excel (không dùng hộp văn bản).",
      en: "Draw the chart as a Word table or Excel cells (no text boxes).",
    },
  );
  const value: ChartReading = {
    seats: [],
    rowCount: 0,
    columnCount: 0,
    aislesAfter: [],
    seatsPerDesk: null,
    roomText: null,
    front: null,
    viewpoint: null,
  };
  return {
    kind: "chart",
    value,
    rowsIn: cells,
    understood: 0,
    reported: cells,
    problems: [...doc.notes, missing],
  };
}
