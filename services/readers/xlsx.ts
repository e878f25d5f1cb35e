import ExcelJS from "exceljs";
import type { Cell, CellValue, Workbook, Worksheet } from "exceljs";
import type { CellPicture, Grid, GridCell, LocalDate, ReadingProblem } from "../types.ts";
import { CONVERT_FONT, isLegacyText } from "./legacy-font.ts";
import type { ReadLimits } from "./limits.ts";
import { pictureOf } from "./picture.ts";
import { refused } from "./refusal.ts";

/** Nodes nobody needs; exceljs expands a validation over a whole column cell by cell. */
const IGNORED_NODES = [
  "dataValidations",
  "conditionalFormatting",
  "autoFilter",
  "extLst",
  "printOptions",
  "rowBreaks",
];

interface SheetText {
  text: string;
  date: LocalDate | null;
  trouble: "no-result" | "error" | null;
}

/** Visible sheets of an .xlsx as grids; everything left out is in `notes`. The one file that knows exceljs. */
export async function readXlsx(
  fileName: string,
  bytes: Uint8Array,
  limits: ReadLimits,
): Promise<{ grids: Grid[]; notes: ReadingProblem[] }> {
  const workbook = new ExcelJS.Workbook();
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  await workbook.xlsx.load(buffer as unknown as ArrayBuffer, { ignoreNodes: IGNORED_NODES });
  const notes: ReadingProblem[] = [];
  const grids: Grid[] = [];
  for (const sheet of workbook.worksheets) {
    if (sheet.state !== "visible") notes.push(hiddenSheet(fileName, sheet));
    else grids.push(readSheet(fileName, workbook, sheet, limits, notes));
  }
  return { grids: grids.filter((grid) => grid.cells.length > 0), notes };
}

function readSheet(
  fileName: string,
  workbook: Workbook,
  sheet: Worksheet,
  limits: ReadLimits,
  notes: ReadingProblem[],
): Grid {
  const spans = mergeSpans(sheet);
  const cells = new Map<string, GridCell>();
  const includeEmpty = sheet.rowCount * sheet.columnCount <= limits.cells;
  sheet.eachRow((row) =>
    row.eachCell({ includeEmpty }, (cell) => {
      if ((cell.isMerged && cell.master !== cell) || isBare(cell)) return;
      const { text, date, trouble } = textOf(cell);
      const where = `${fileName} › ${sheet.name} › ${cell.address}`;
      if (isLegacyText(cell.font?.name, text))
        throw refused(
          where,
          { vi: `chữ viết bằng phông cũ ${cell.font.name}`, en: `text in the legacy font ${cell.font.name}` },
          CONVERT_FONT,
        );
      if (trouble) notes.push(formulaTrouble(where, trouble));
      cells.set(cell.address, gridCell(cell, text, date, spans.get(cell.address)));
    }),
  );
  noteHidden(fileName, sheet, notes);
  placePictures(workbook, sheet, cells, limits);
  const list = [...cells.values()].sort((a, b) => a.row - b.row || a.column - b.column);
  return {
    name: sheet.name,
    rowCount: Math.max(0, ...list.map((cell) => cell.row + cell.rowSpan)),
    columnCount: Math.max(0, ...list.map((cell) => cell.column + cell.columnSpan)),
    cells: list,
  };
}

/** A blank cell with a border is drawn on purpose (an empty seat); one without was never there. */
function isBare(cell: Cell): boolean {
  return cell.value === null && Object.keys(cell.border ?? {}).length === 0;
}

interface Span {
  rowSpan: number;
  columnSpan: number;
}

function gridCell(cell: Cell, text: string, date: LocalDate | null, span?: Span): GridCell {
  const size = span ?? { rowSpan: 1, columnSpan: 1 };
  return {
    row: Number(cell.row) - 1,
    column: Number(cell.col) - 1,
    ...size,
    text,
    date,
    ref: cell.address,
    picture: null,
  };
}

/** Spans by the address of the top-left cell. */
function mergeSpans(sheet: Worksheet): Map<string, Span> {
  const spans = new Map<string, Span>();
  for (const range of sheet.model.merges) {
    const [from = "", to = from] = range.split(":");
    const [first, last] = [sheet.getCell(from), sheet.getCell(to)];
    spans.set(first.address, {
      rowSpan: Number(last.row) - Number(first.row) + 1,
      columnSpan: Number(last.col) - Number(first.col) + 1,
    });
  }
  return spans;
}

function textOf(cell: Cell): SheetText {
  return valueText(cell.value, cell.numFmt);
}

function plain(text: string): SheetText {
  return { text, date: null, trouble: null };
}

function valueText(value: CellValue | undefined, format: string | undefined): SheetText {
  if (value === null || value === undefined) return plain("");
  if (value instanceof Date) return dateText(value, format);
  if (typeof value === "number") return plain(numberText(value, format));
  if (typeof value !== "object") return plain(String(value));
  if ("error" in value) return { text: value.error, date: null, trouble: "error" };
  if ("richText" in value) return plain(value.richText.map((run) => run.text).join(""));
  if ("hyperlink" in value) return valueText(value.text, format);
  if ("formula" in value || "sharedFormula" in value) {
    if (value.result === undefined) return { text: "", date: null, trouble: "no-result" };
    return valueText(value.result, format);
  }
  return plain("");
}

/** `1`, never `1.0`; a format of zeros such as `00` pads as the sheet shows it. */
function numberText(value: number, format: string | undefined): string {
  const text = String(Number(value.toPrecision(15)));
  return format && /^0+$/.test(format) && Number.isInteger(value) ? text.padStart(format.length, "0") : text;
}

/** exceljs gives the sheet's wall-clock as UTC. A time alone is stored on day zero of 1899–1900; `yyyy` shows a year only. */
function dateText(value: Date, format: string | undefined): SheetText {
  if (Number.isNaN(value.getTime())) return { text: "", date: null, trouble: "error" };
  const rounded = new Date(Math.round(value.getTime() / 60_000) * 60_000).toISOString();
  const day = rounded.slice(0, 10);
  const clock = rounded.slice(11, 16);
  if (day < "1900-01-02") return { text: clock, date: null, trouble: null };
  if (format && /^y+$/i.test(format)) return { text: day.slice(0, 4), date: null, trouble: null };
  const shown = day.split("-").reverse().join("/");
  return { text: clock === "00:00" ? shown : `${shown} ${clock}`, date: day as LocalDate, trouble: null };
}

/** A picture belongs to the cell under its middle: people drop portraits a little across the border. */
function placePictures(
  workbook: Workbook,
  sheet: Worksheet,
  cells: Map<string, GridCell>,
  limits: ReadLimits,
): void {
  for (const { imageId, range } of sheet.getImages()) {
    const buffer = workbook.getImage(Number(imageId))?.buffer;
    const picture = buffer ? pictureOf(new Uint8Array(buffer), limits.pictureBytes) : null;
    if (!picture) continue;
    const end = range.br as typeof range.br | undefined;
    const cell = sheet.getCell(middle(range.tl.row, end?.row) + 1, middle(range.tl.col, end?.col) + 1).master;
    attach(cells, cell, picture);
  }
}

function middle(from: number, to: number | undefined): number {
  return Math.floor(to === undefined ? from : (from + to) / 2);
}

function attach(cells: Map<string, GridCell>, cell: Cell, picture: CellPicture): void {
  const found = cells.get(cell.address) ?? gridCell(cell, "", null);
  cells.set(cell.address, { ...found, picture });
}

function noteHidden(fileName: string, sheet: Worksheet, notes: ReadingProblem[]): void {
  const hidden: number[] = [];
  sheet.eachRow((row, number) => {
    if (row.hidden) hidden.push(number);
  });
  if (hidden.length === 0) return;
  notes.push({
    where: `${fileName} › ${sheet.name}`,
    why: {
      vi: `Có ${hidden.length} hàng bị ẩn (hàng ${hidden.slice(0, 5).join(", ")}…) nhưng vẫn được đọc.`,
      en: `${hidden.length} hidden row(s) (${hidden.slice(0, 5).join(", ")}…) were read all the same.`,
    },
    fix: { vi: "Xóa các hàng ẩn nếu không dùng nữa.", en: "Delete hidden rows that are no longer meant." },
    severity: "note",
  });
}

function hiddenSheet(fileName: string, sheet: Worksheet): ReadingProblem {
  return {
    where: `${fileName} › ${sheet.name}`,
    why: { vi: "Trang tính bị ẩn nên không được đọc.", en: "The sheet is hidden, so it was not read." },
    fix: { vi: "Bỏ ẩn trang tính nếu nó là bản cần dùng.", en: "Unhide the sheet if it is the one to use." },
    severity: "note",
  };
}

function formulaTrouble(where: string, trouble: "no-result" | "error"): ReadingProblem {
  const none = trouble === "no-result";
  return {
    where,
    why: none
      ? { vi: "Ô là công thức chưa có kết quả.", en: "The cell is a formula without a stored result." }
      : { vi: "Ô có lỗi công thức.", en: "The cell holds a formula error." },
    fix: {
      vi: "Mở tệp bằng Excel, lưu lại, hoặc gõ giá trị vào ô.",
      en: "Open the file in Excel and save it, or type the value in.",
    },
    severity: "ask",
  };
}
