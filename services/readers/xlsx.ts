import type { CellPicture, Grid, GridCell, ReadingProblem, SourceDocument, TextBox } from "../types.ts";
import { LegacyFonts } from "./legacy-font.ts";
import type { ReadLimits } from "./limits.ts";
import { pictureNote, pictureOf } from "./picture.ts";
import { readDrawing } from "./xlsx-drawing.ts";
import type { SheetDrawing } from "./xlsx-drawing.ts";
import { SheetGeometry } from "./xlsx-geometry.ts";
import { readInCellPictures } from "./xlsx-in-cell.ts";
import type { InCellPictures } from "./xlsx-in-cell.ts";
import { formulaTrouble, hiddenColumnsNote, hiddenRowsNote, hiddenSheetNote } from "./xlsx-notes.ts";
import { readRawSheet, sheetTooBig } from "./xlsx-sheet.ts";
import type { Merge, RawCell, RawSheet } from "./xlsx-sheet.ts";
import { dayText, numberText, plain } from "./xlsx-value.ts";
import type { CellText } from "./xlsx-value.ts";
import { partLinks, readCellStyles, readSharedStrings, readWorkbook, unescaped } from "./xlsx-workbook.ts";
import type { CellStyle, SheetEntry, TextRun } from "./xlsx-workbook.ts";
import { cellName } from "./xlsx-xml.ts";
import { damaged } from "./zip-gate.ts";

type Content = Pick<SourceDocument, "grids" | "paragraphs" | "textBoxes" | "notes">;

/**
 * Visible sheets of an .xlsx as grids, with pictures and text boxes; everything left out is in `notes`. Read straight from
 * the unpacked parts as a stream: a library's model of 500 rows with portraits costs three times the time and memory.
 */
export function readXlsx(fileName: string, parts: Map<string, Buffer>, limits: ReadLimits): Content {
  const book = new BookReader(fileName, parts, limits);
  const { sheets, epoch1904 } = readWorkbook(parts);
  for (const sheet of sheets) {
    if (sheet.visible) book.readSheet(sheet, epoch1904);
    else book.notes.push(hiddenSheetNote(`${fileName} › ${sheet.name}`));
  }
  book.notes.push(...book.fonts.notes());
  return {
    grids: book.grids.filter((grid) => grid.cells.length > 0),
    paragraphs: book.boxes.map(({ text }) => text).filter((text) => text !== ""),
    ...(book.boxes.length > 0 ? { textBoxes: book.boxes } : {}),
    notes: book.notes,
  };
}

const PLAIN_STYLE: CellStyle = { format: null, font: null, bordered: false };

class BookReader {
  readonly grids: Grid[] = [];
  readonly boxes: TextBox[] = [];
  readonly notes: ReadingProblem[] = [];
  readonly fonts: LegacyFonts;
  private readonly fileName: string;
  private readonly parts: Map<string, Buffer>;
  private readonly limits: ReadLimits;
  private readonly strings: TextRun[][];
  private readonly styles: CellStyle[];
  private readonly inCell: InCellPictures;

  constructor(fileName: string, parts: Map<string, Buffer>, limits: ReadLimits) {
    this.fileName = fileName;
    this.parts = parts;
    this.limits = limits;
    this.strings = readSharedStrings(parts);
    this.styles = readCellStyles(parts);
    this.inCell = readInCellPictures(parts);
    this.fonts = new LegacyFonts(fileName);
  }

  readSheet(entry: SheetEntry, epoch1904: boolean): void {
    const where = `${this.fileName} › ${entry.name}`;
    const part = this.parts.get(entry.part);
    if (!part) throw damaged(this.fileName, new Error(`${entry.part} missing`));
    const sheet = readRawSheet(where, part, this.limits);
    const cells = new Map<string, GridCell>();
    const covered = coveredBy(sheet.merges);
    for (const raw of sheet.cells) this.addCell(raw, entry.name, epoch1904, covered, cells);
    if (sheet.hiddenRows.length > 0) this.notes.push(hiddenRowsNote(where, sheet.hiddenRows));
    if (sheet.hiddenColumns.length > 0) this.notes.push(hiddenColumnsNote(where, sheet.hiddenColumns));
    const drawing = this.drawingOf(entry, sheet);
    for (const { row, column, part } of drawing.pictures)
      this.attach(entry.name, covered.get(key(row, column)) ?? single(row, column), part, cells);
    drawing.boxes.forEach((box, i) => this.boxes.push({ ...box, on: entry.name, ref: `hộp chữ ${i + 1}` }));
    const grid = gridOf(entry.name, [...cells.values()]);
    const { rows } = this.limits;
    if (grid.rowCount > rows)
      throw sheetTooBig(where, `nội dung dưới hàng ${rows}`, `content below row ${rows}`);
    this.grids.push(grid);
  }

  /** A cell under a merge is not shown; a blank one with a border is drawn on purpose (an empty seat), one without was never there. */
  private addCell(
    raw: RawCell,
    sheetName: string,
    epoch1904: boolean,
    covered: Map<string, Merge>,
    cells: Map<string, GridCell>,
  ): void {
    const merge = covered.get(key(raw.row, raw.column)) ?? single(raw.row, raw.column);
    const style = this.styles[raw.style] ?? PLAIN_STYLE;
    const isMaster = merge.row === raw.row && merge.column === raw.column;
    const blank = raw.value === null && raw.inline === null && raw.formula === null;
    if (!(isMaster && !blank) && !style.bordered) return;
    const cell = cells.get(key(merge.row, merge.column)) ?? emptyCell(merge);
    cells.set(key(merge.row, merge.column), cell);
    if (!isMaster || blank) return;
    const picture = this.inCellPicture(raw);
    if (picture !== undefined) {
      this.attach(sheetName, merge, picture, cells);
      return;
    }
    const { text, date, trouble } = this.textOf(raw, style, epoch1904, cell.ref, sheetName);
    if (trouble) this.notes.push(formulaTrouble(`${this.fileName} › ${sheetName} › ${cell.ref}`, trouble));
    cells.set(key(merge.row, merge.column), { ...cell, text, date });
  }

  private textOf(
    raw: RawCell,
    style: CellStyle,
    epoch1904: boolean,
    ref: string,
    sheetName: string,
  ): CellText {
    const { type, value, formula, inline } = raw;
    const runs = type === "s" && value ? this.strings[Number(value)] : (inline ?? undefined);
    const place = () => `${sheetName} › ${ref}`;
    if (type === "s" && !runs)
      throw damaged(this.fileName, new Error(`${place()}: shared string ${value} missing`));
    if (runs) {
      return plain(runs.map(({ text, font }) => this.fonts.read(font ?? style.font, text, place)).join(""));
    }
    if (value === null) return { text: "", date: null, trouble: formula === null ? null : "no-result" };
    if (type === "e") return { text: value, date: null, trouble: "error" };
    if (type === "b") return plain(value === "1" ? "true" : "false");
    if (type === "d") return dayText(value, style.format);
    if (type === "str") return plain(this.fonts.read(style.font, unescaped(value), place));
    if (type === "n") {
      if (value.trim() === "")
        return { text: "", date: null, trouble: formula === null ? null : "no-result" };
      return numberText(Number(value), style.format, epoch1904);
    }
    return plain(value);
  }

  private inCellPicture({ valueMetadata, formula, type }: RawCell): string | undefined {
    if (valueMetadata !== null && type === "e") return this.inCell.byMetadata(valueMetadata);
    return formula === null ? undefined : this.inCell.byFormula(formula);
  }

  private drawingOf(entry: SheetEntry, sheet: RawSheet): SheetDrawing {
    const link = sheet.drawing === null ? undefined : partLinks(this.parts, entry.part).get(sheet.drawing);
    if (!link) return { pictures: [], boxes: [] };
    return readDrawing(this.parts, link.part, new SheetGeometry(sheet));
  }

  private attach(sheetName: string, merge: Merge, part: string, cells: Map<string, GridCell>): void {
    const bytes = this.parts.get(part);
    if (!bytes) return;
    const cell = cells.get(key(merge.row, merge.column)) ?? emptyCell(merge);
    const picture: CellPicture | "format" | "bytes" | "pixels" = pictureOf(bytes, this.limits);
    if (typeof picture === "string")
      this.notes.push(pictureNote(`${this.fileName} › ${sheetName} › ${cell.ref}`, picture));
    else cells.set(key(merge.row, merge.column), { ...cell, picture });
  }
}

function key(row: number, column: number): string {
  return `${row},${column}`;
}

function single(row: number, column: number): Merge {
  return { row, column, rowSpan: 1, columnSpan: 1 };
}

/** The merge over each merged cell, its top-left one included. */
function coveredBy(merges: Merge[]): Map<string, Merge> {
  const covered = new Map<string, Merge>();
  for (const merge of merges) {
    for (let row = merge.row; row < merge.row + merge.rowSpan; row++) {
      for (let column = merge.column; column < merge.column + merge.columnSpan; column++)
        covered.set(key(row, column), merge);
    }
  }
  return covered;
}

function emptyCell(merge: Merge): GridCell {
  return { ...merge, text: "", date: null, ref: cellName(merge.row, merge.column), picture: null };
}

function gridOf(name: string, cells: GridCell[]): Grid {
  return {
    name,
    rowCount: Math.max(0, ...cells.map((cell) => cell.row + cell.rowSpan)),
    columnCount: Math.max(0, ...cells.map((cell) => cell.column + cell.columnSpan)),
    cells: cells.sort((a, b) => a.row - b.row || a.column - b.column),
  };
}
