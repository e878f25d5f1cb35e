import type { CellPicture, Grid } from "../types.ts";
import { inherited, isOn, readStyles, walkXml } from "./docx-parts.ts";
import type { WordStyle, WordTag } from "./docx-parts.ts";
import { cellRef, draftCell, layOut } from "./docx-table.ts";
import type { DraftCell, DraftRow, DraftTable } from "./docx-table.ts";
import { CONVERT_FONT, isLegacyText } from "./legacy-font.ts";
import type { ReadLimits } from "./limits.ts";
import { relationships } from "./office-package.ts";
import type { Relationship } from "./office-package.ts";
import { pictureOf } from "./picture.ts";
import { refused } from "./refusal.ts";

/** Tables exact to the grid and the text outside them. Deleted (tracked) and hidden text is not read; inserted text is. */
export function readDocx(
  fileName: string,
  parts: Map<string, Buffer>,
  limits: ReadLimits,
): { grids: Grid[]; paragraphs: string[] } {
  const body = new BodyReader(fileName, parts, limits);
  walkXml(parts.get("word/document.xml")?.toString("utf8") ?? "", body);
  return { grids: body.grids, paragraphs: body.paragraphs.filter((text) => text.trim() !== "") };
}

interface Paragraph {
  text: string;
  style: string | null;
  numId: string | null;
  level: string;
}

interface Run {
  text: string;
  vanish: boolean | null;
  style: string | null;
  font: string | null;
}

/** Subtrees that are not on the page: removed text, moved-away text, field codes, the old copy of a drawing. */
const SKIPPED = new Set([
  "w:del",
  "w:moveFrom",
  "w:instrText",
  "w:delText",
  "Fallback",
  "w:sdtPr",
  "w:rPrChange",
  "w:pPrChange",
  "w:tcPrChange",
  "w:trPrChange",
]);
const GLYPHS: Record<string, string> = {
  "w:tab": " ",
  "w:br": "\n",
  "w:cr": "\n",
  "w:noBreakHyphen": "-",
  "w:sym": "x",
};
/** A nested table this small is a desk inside a chart's cell: its cells become lines of the outer cell. */
const DESK_CELLS = 4;

class BodyReader {
  readonly grids: Grid[] = [];
  readonly paragraphs: string[] = [];
  private readonly fileName: string;
  private readonly parts: Map<string, Buffer>;
  private readonly limits: ReadLimits;
  private readonly styles: Map<string, WordStyle>;
  private readonly links: Map<string, Relationship>;
  private readonly path: string[] = [];
  private readonly tables: DraftTable[] = [];
  private readonly cells: (DraftCell | null)[] = [];
  private readonly openParagraphs: Paragraph[] = [];
  private readonly runs: Run[] = [];
  private readonly counters = new Map<string, number>();
  private skipping = 0;
  private tableCount = 0;
  private cellCount = 0;

  constructor(fileName: string, parts: Map<string, Buffer>, limits: ReadLimits) {
    this.fileName = fileName;
    this.parts = parts;
    this.limits = limits;
    this.styles = readStyles(parts.get("word/styles.xml")?.toString("utf8"));
    this.links = relationships(parts.get("word/_rels/document.xml.rels"));
  }

  open(tag: WordTag): void {
    const parent = this.path.at(-1);
    this.path.push(tag.name);
    if (this.skipping > 0 || this.startsSkip(tag.name, parent)) this.skipping++;
    else if (!this.openTable(tag, parent)) this.openText(tag, parent);
  }

  close(name: string): void {
    this.path.pop();
    if (this.skipping > 0) this.skipping--;
    else if (name === "w:tbl") this.closeTable();
    else if (name === "w:tc") this.cells.pop();
    else if (name === "w:txbxContent") this.cells.pop();
    else if (name === "w:p") this.closeParagraph();
    else if (name === "w:r") this.closeRun();
  }

  text(text: string): void {
    const run = this.runs.at(-1);
    if (run && this.skipping === 0 && this.path.at(-1) === "w:t") run.text += text;
  }

  /** `w:del` inside row properties marks the whole row and holds no text. */
  private startsSkip(name: string, parent: string | undefined): boolean {
    if (name !== "w:del" || parent !== "w:trPr") return SKIPPED.has(name);
    const row = this.row();
    if (row) row.deleted = true;
    return true;
  }

  private row(): DraftRow | undefined {
    return this.tables.at(-1)?.rows.at(-1);
  }

  private openTable({ name, attributes }: WordTag, parent: string | undefined): boolean {
    const cell = this.cells.at(-1);
    const value = attributes["val"];
    if (name === "w:tbl") this.tables.push({ name: this.nameTable(), rows: [] });
    else if (name === "w:tr") this.addRow();
    else if (name === "w:tc") this.addCell();
    else if (name === "w:txbxContent") this.cells.push(null);
    else if (parent === "w:trPr") {
      const row = this.row();
      if (row && name === "w:gridBefore") row.gridBefore = spanOf(value, this.limits);
    } else if (parent === "w:tcPr" && cell) {
      if (name === "w:gridSpan") cell.gridSpan = spanOf(value, this.limits);
      else if (name === "w:vMerge") cell.vMerge = value === "restart" ? "restart" : "continue";
      else if (name === "w:hMerge") cell.hMerge = value === "restart" ? "restart" : "continue";
      else if (name === "w:cellDel") cell.deleted = true;
    } else return false;
    return true;
  }

  private addRow(): void {
    const table = this.tables.at(-1);
    table?.rows.push({ gridBefore: 0, deleted: false, cells: [] });
    if ((table?.rows.length ?? 0) > this.limits.rows) throw this.tooBig();
  }

  private addCell(): void {
    const cell = draftCell();
    this.row()?.cells.push(cell);
    this.cells.push(cell);
    if (++this.cellCount > this.limits.cells) throw this.tooBig();
  }

  private nameTable(): string {
    const outer = this.tables.at(-1);
    if (!outer) return `Bảng ${++this.tableCount}`;
    return `${outer.name} › ${cellRef(outer.rows.length - 1, (outer.rows.at(-1)?.cells.length ?? 1) - 1)}`;
  }

  private closeTable(): void {
    const table = this.tables.pop();
    if (!table) return;
    const grid = layOut(table);
    const outer = this.cells.at(-1);
    const texts = grid.cells.map((cell) => cell.text.replaceAll("\n", " ")).filter((text) => text !== "");
    if (outer && grid.cells.length <= DESK_CELLS) {
      outer.paragraphs.push(...texts);
      outer.picture ??= grid.cells.find((cell) => cell.picture)?.picture ?? null;
    } else if (grid.cells.length > 0) this.grids.push(grid);
  }

  private openText({ name, attributes }: WordTag, parent: string | undefined): void {
    const run = this.runs.at(-1);
    const paragraph = this.openParagraphs.at(-1);
    const value = attributes["val"];
    if (name === "w:p") this.openParagraphs.push({ text: "", style: null, numId: null, level: "0" });
    else if (name === "w:r") this.runs.push({ text: "", vanish: null, style: null, font: null });
    else if (parent === "w:r" && run && name in GLYPHS) run.text += GLYPHS[name];
    else if (parent === "w:rPr" && run && this.path.at(-3) === "w:r") readRunProperty(run, name, attributes);
    else if (name === "w:pStyle" && paragraph) paragraph.style = value ?? null;
    else if (name === "w:numId" && paragraph) paragraph.numId = value ?? null;
    else if (name === "w:ilvl" && paragraph) paragraph.level = value ?? "0";
    else if (name === "blip" || name === "imagedata")
      this.addPicture(attributes["embed"] ?? attributes["id"]);
  }

  private closeRun(): void {
    const run = this.runs.pop();
    const paragraph = this.openParagraphs.at(-1);
    if (!run || !paragraph) return;
    const look = <K extends "vanish" | "font">(key: K) =>
      run[key] ??
      inherited(this.styles, run.style, key) ??
      inherited(this.styles, paragraph.style ?? "Normal", key) ??
      this.styles.get("")?.[key] ??
      null;
    if (look("vanish") === true) return;
    const font = look("font");
    if (isLegacyText(font ?? undefined, run.text))
      throw refused(
        `${this.fileName} › ${this.place()}`,
        { vi: `chữ viết bằng phông cũ ${font}`, en: `text in the legacy font ${font}` },
        CONVERT_FONT,
      );
    paragraph.text += run.text;
  }

  /** An empty numbered paragraph in a cell is an automatic STT: the number is drawn by Word and stored nowhere. */
  private closeParagraph(): void {
    const paragraph = this.openParagraphs.pop();
    if (!paragraph) return;
    const cell = this.cells.at(-1);
    const number =
      paragraph.numId === null || paragraph.numId === "0"
        ? null
        : this.count(`${paragraph.numId}/${paragraph.level}`);
    const text = cell && number !== null && paragraph.text.trim() === "" ? String(number) : paragraph.text;
    if (cell) cell.paragraphs.push(text);
    else this.paragraphs.push(text);
  }

  private count(list: string): number {
    const next = (this.counters.get(list) ?? 0) + 1;
    this.counters.set(list, next);
    return next;
  }

  private addPicture(id: string | undefined): void {
    const cell = this.cells.at(-1);
    const link = id === undefined ? undefined : this.links.get(id);
    if (!cell || cell.picture || !link || link.external) return;
    cell.picture = this.pictureAt(link.target);
  }

  private pictureAt(target: string): CellPicture | null {
    const path = target.startsWith("/") ? target.slice(1) : `word/${target}`;
    const part = this.parts.get(path.toLowerCase());
    return part ? pictureOf(part, this.limits.pictureBytes) : null;
  }

  private place(): string {
    const table = this.tables.at(-1);
    if (!table) return "văn bản";
    return `${table.name} › ${cellRef(table.rows.length - 1, (table.rows.at(-1)?.cells.length ?? 1) - 1)}`;
  }

  private tooBig(): Error {
    return refused(
      this.fileName,
      {
        vi: `bảng quá lớn (hơn ${this.limits.rows} hàng hoặc ${this.limits.cells} ô)`,
        en: `a table is too large (over ${this.limits.rows} rows or ${this.limits.cells} cells)`,
      },
      { vi: "Chia nhỏ tệp rồi gửi lại", en: "Split the file and send it again" },
    );
  }
}

function readRunProperty(run: Run, name: string, attributes: Record<string, string>): void {
  if (name === "w:vanish") run.vanish = isOn(attributes["val"]);
  else if (name === "w:rStyle") run.style = attributes["val"] ?? null;
  else if (name === "w:rFonts") run.font = attributes["ascii"] ?? attributes["hAnsi"] ?? null;
}

function spanOf(value: string | undefined, limits: ReadLimits): number {
  const span = Number.parseInt(value ?? "1", 10);
  return Number.isInteger(span) && span >= 0 ? Math.min(span, limits.columns) : 1;
}
