import type { ChartReading, Reading, ReadingProblem, SourceDocument } from "../types.ts";
import { chartQuestions, roomNamed, viewpointStated } from "./chart-words.ts";
import { isPageNumber } from "./furniture.ts";
import { isBlank, rowsOf, rowText } from "./grid-rows.ts";
import { outsideTable } from "./left-out.ts";
import { cleanText, foldAccents } from "./match-key.ts";
import { placeOf, problem } from "./problems.ts";
import { rosterTable } from "./roster-columns.ts";
import { isRepeatedHeader, nameOf, ordinalOf, rosterRow, textOf } from "./roster-row.ts";
import { unusedColumns } from "./roster-troubles.ts";

/** A chart given as a list with a seat column ("ID chỗ"); null when the document has no such column. */
export function readSeatColumn(doc: SourceDocument): Reading<ChartReading> | null {
  const table = doc.grids
    .map(rosterTable)
    .find((table) => table?.header.columns.some((column) => column.field === "seat"));
  if (!table) return null;
  const { grid, header } = table;
  const seats: ChartReading["seats"] = [];
  const problems: ReadingProblem[] = [...doc.notes];
  const beside: string[] = [];
  let rowsIn = 0;
  rowsOf(grid).forEach((cells, index) => {
    const row = rosterRow(cells, index, header.columns);
    const { name } = nameOf(row);
    const ordinal = ordinalOf(row);
    const seatText = textOf(row, "seat");
    if (index < header.bodyFrom || row.own.every(isBlank) || isRepeatedHeader(row)) return;
    if (seatText === "" && ordinal === null) {
      if (!isPageNumber(rowText(row.own))) beside.push(rowText(row.own));
      return;
    }
    rowsIn++;
    const seat = parseSeat(seatText);
    const where = placeOf(doc, grid, row.byField.get("seat")?.[0] ?? row.own[0]);
    if (seat) seats.push({ ...seat, ordinal, fullName: name || null, where });
    else problems.push(unreadSeat(where, name, seatText));
  });
  if (beside.length > 0) problems.push(outsideTable(placeOf(doc, grid), beside));
  problems.push(...unusedColumns(doc, table));
  const value: ChartReading = {
    seats: seats.sort((a, b) => a.row - b.row || a.column - b.column),
    rowCount: Math.max(0, ...seats.map((seat) => seat.row)),
    columnCount: Math.max(0, ...seats.map((seat) => seat.column)),
    aislesAfter: [],
    seatsPerDesk: null,
    roomText: roomNamed(doc, grid),
    front: null,
    viewpoint: viewpointStated(doc),
  };
  if (seats.length > 0) problems.push(...chartQuestions(doc.fileName, value));
  return {
    kind: "chart",
    value,
    rowsIn,
    understood: seats.length,
    reported: rowsIn - seats.length,
    problems,
  };
}

/** "A3" (letter = row), "H2-C3", "Hàng 2, chỗ 3", "2-3" (row first). Row and column as drawn, 1-based. */
export function parseSeat(text: string): { row: number; column: number } | null {
  const folded = foldAccents(cleanText(text));
  const letter = /^([a-z])\s*[-.]?\s*(\d{1,2})$/.exec(folded);
  if (letter) return { row: (letter[1] ?? "a").charCodeAt(0) - 96, column: Number(letter[2]) };
  const worded = /^(?:h|hang|r)\s*(\d{1,2})\D+(\d{1,2})$/.exec(folded);
  const plain = /^(\d{1,2})\s*[-./,x]\s*(\d{1,2})$/.exec(folded);
  const pair = worded ?? plain;
  return pair && Number(pair[1]) > 0 && Number(pair[2]) > 0
    ? { row: Number(pair[1]), column: Number(pair[2]) }
    : null;
}

function unreadSeat(where: string, name: string, seatText: string): ReadingProblem {
  return problem(
    "ask",
    where,
    {
      vi: seatText ? `Không hiểu chỗ ngồi “${seatText}” của ${name}.` : `${name} chưa có chỗ ngồi.`,
      en: seatText ? `The seat “${seatText}” of ${name} was not understood.` : `${name} has no seat.`,
    },
    {
      vi: "Ghi hàng rồi chỗ, ví dụ A3 hoặc Hàng 2, chỗ 3.",
      en: "Write row, then seat, e.g. A3 or Hàng 2, chỗ 3.",
    },
  );
}
