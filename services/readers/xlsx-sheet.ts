import type { ReadLimits } from "./limits.ts";
import { refused } from "./refusal.ts";
import { RunCollector } from "./xlsx-workbook.ts";
import type { TextRun } from "./xlsx-workbook.ts";
import { cellAt, walkSheetXml } from "./xlsx-xml.ts";

/** A cell as stored. */
export interface RawCell {
  row: number;
  column: number;
  style: number;
  /** `n` number, `s` shared string, `str` text of a formula, `inlineStr`, `b`, `e` error, `d` ISO date. */
  type: string;
  value: string | null;
  formula: string | null;
  inline: TextRun[] | null;
  /** 1-based into the value metadata: a picture placed in the cell. */
  valueMetadata: number | null;
}

export interface Merge {
  row: number;
  column: number;
  rowSpan: number;
  columnSpan: number;
}

export interface RawSheet {
  cells: RawCell[];
  merges: Merge[];
  /** 1-based row numbers. */
  hiddenRows: number[];
  /** 0-based. */
  hiddenColumns: number[];
  /** In points, by 0-based row; rows not named have `defaultHeight`. */
  heights: Map<number, number>;
  defaultHeight: number;
  /** In points, by 0-based column. */
  widths: Map<number, number>;
  defaultWidth: number;
  /** Relationship id of the drawing. */
  drawing: string | null;
}

/**
 * One sheet's XML, counted while it streams: rows, cells, columns and merged area have caps, because a merge over the whole
 * sheet or 10,000 rows would cost gigabytes. Throws `file-refused` naming the sheet.
 */
export function readRawSheet(where: string, part: Buffer | undefined, limits: ReadLimits): RawSheet {
  const reader = new SheetReader(where, limits);
  walkSheetXml(part, reader);
  return reader.sheet;
}

class SheetReader {
  readonly sheet: RawSheet = {
    cells: [],
    merges: [],
    hiddenRows: [],
    hiddenColumns: [],
    heights: new Map(),
    defaultHeight: 15,
    widths: new Map(),
    defaultWidth: widthPoints(8.43),
    drawing: null,
  };
  private readonly where: string;
  private readonly limits: ReadLimits;
  private readonly runs = new RunCollector();
  private rows = 0;
  private area = 0;
  private row = -1;
  private column = -1;
  private cell: RawCell | null = null;
  private field: "value" | "formula" | null = null;

  constructor(where: string, limits: ReadLimits) {
    this.where = where;
    this.limits = limits;
  }

  open(name: string, attributes: Record<string, string>): void {
    if (name === "c") this.openCell(attributes);
    else if (name === "v") this.begin("value");
    else if (name === "f") this.begin("formula");
    else if (this.cell && name === "is") this.cell.inline = this.runs.begin();
    else if (this.cell) this.runs.open(name, attributes);
    else if (name === "row") this.openRow(attributes);
    else if (name === "mergeCell") this.addMerge(attributes["ref"] ?? "");
    else if (name === "col") this.addColumn(attributes);
    else if (name === "sheetFormatPr") this.readDefaults(attributes);
    else if (name === "drawing") this.sheet.drawing = attributes["id"] ?? null;
  }

  close(name: string): void {
    if (name === "c") this.cell = null;
    else if (name === "v" || name === "f") this.field = null;
    else if (this.cell) this.runs.close(name);
  }

  text(text: string): void {
    if (!this.cell) return;
    if (this.field) this.cell[this.field] += text;
    else if (this.cell.inline) this.runs.text(text);
  }

  private begin(field: "value" | "formula"): void {
    if (!this.cell) return;
    this.field = field;
    this.cell[field] = "";
  }

  private openRow(attributes: Record<string, string>): void {
    this.row = attributes["r"] === undefined ? this.row + 1 : Number(attributes["r"]) - 1;
    this.column = -1;
    this.rows++;
    if (this.rows > this.limits.rows)
      this.refuse(`hơn ${this.limits.rows} hàng`, `more than ${this.limits.rows} rows`);
    if (isTrue(attributes["hidden"])) this.sheet.hiddenRows.push(this.row + 1);
    if (attributes["ht"] !== undefined) this.sheet.heights.set(this.row, Number(attributes["ht"]) || 0);
  }

  private openCell(attributes: Record<string, string>): void {
    const at = cellAt(attributes["r"] ?? "") ?? { row: this.row, column: this.column + 1 };
    this.row = at.row;
    this.column = at.column;
    if (at.column >= this.limits.columns)
      this.refuse(`hơn ${this.limits.columns} cột`, `more than ${this.limits.columns} columns`);
    this.count(1);
    this.cell = {
      ...at,
      style: Number(attributes["s"] ?? 0),
      type: attributes["t"] ?? "n",
      value: null,
      formula: null,
      inline: null,
      valueMetadata: attributes["vm"] === undefined ? null : Number(attributes["vm"]),
    };
    this.sheet.cells.push(this.cell);
  }

  private addMerge(ref: string): void {
    const [first = "", last = first] = ref.split(":");
    const [from, to] = [cellAt(first), cellAt(last)];
    if (!from || !to || to.row < from.row || to.column < from.column) return;
    const merge = {
      ...from,
      rowSpan: to.row - from.row + 1,
      columnSpan: to.column - from.column + 1,
    };
    this.count(merge.rowSpan * merge.columnSpan);
    this.sheet.merges.push(merge);
  }

  private addColumn(attributes: Record<string, string>): void {
    const from = Number(attributes["min"]) - 1;
    const to = Math.min(Number(attributes["max"]), this.limits.columns) - 1;
    const width = attributes["width"] === undefined ? null : widthPoints(Number(attributes["width"]));
    for (let column = from; column <= to; column++) {
      if (isTrue(attributes["hidden"])) this.sheet.hiddenColumns.push(column);
      if (width !== null) this.sheet.widths.set(column, width);
    }
  }

  private readDefaults(attributes: Record<string, string>): void {
    this.sheet.defaultHeight = Number(attributes["defaultRowHeight"]) || this.sheet.defaultHeight;
    const width = Number(attributes["defaultColWidth"]);
    if (width > 0) this.sheet.defaultWidth = widthPoints(width);
  }

  private count(cells: number): void {
    this.area += cells;
    if (this.area > this.limits.cells)
      this.refuse(`hơn ${this.limits.cells} ô`, `more than ${this.limits.cells} cells`);
  }

  private refuse(vi: string, en: string): never {
    throw sheetTooBig(this.where, vi, en);
  }
}

export function sheetTooBig(where: string, vi: string, en: string): Error {
  return refused(
    where,
    { vi: `trang tính có ${vi}`, en: `the sheet has ${en}` },
    {
      vi: "Xóa các hàng, cột thừa (kể cả ô trống đã định dạng) rồi lưu lại",
      en: "Delete the surplus rows and columns (formatted empty cells too) and save it again",
    },
  );
}

function isTrue(value: string | undefined): boolean {
  return value === "1" || value === "true";
}

/** A column's width in characters of the usual 11-point font, seven pixels each, as points. */
function widthPoints(characters: number): number {
  return (Math.trunc(characters * 7 + 5) * 72) / 96;
}
