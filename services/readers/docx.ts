import type { Grid, ReadingProblem, SourceDocument } from "../types.ts";
import { BoxCollector } from "./docx-boxes.ts";
import { estimatedNote, hiddenNote, removedNote } from "./docx-notes.ts";
import { isOn, readStyles, walkXml } from "./docx-parts.ts";
import type { WordStyle, WordTag } from "./docx-parts.ts";
import { GLYPHS, lookOf, newParagraph, newRun, readRunProperty } from "./docx-run.ts";
import type { Paragraph, Run } from "./docx-run.ts";
import { cellRef, draftCell, layOut, readCellProperty, readRowProperty, tableTooBig } from "./docx-table.ts";
import type { DraftCell, DraftRow, DraftTable } from "./docx-table.ts";
import { LegacyFonts } from "./legacy-font.ts";
import type { ReadLimits } from "./limits.ts";
import { relationships } from "./office-package.ts";
import type { Relationship } from "./office-package.ts";
import { pictureNote, pictureOf } from "./picture.ts";

/** Tables exact to the grid, the text outside them, text boxes with their places. Deleted (tracked) and hidden text is not read; inserted text is. */
export function readDocx(
  fileName: string,
  parts: Map<string, Buffer>,
  limits: ReadLimits,
): Pick<SourceDocument, "grids" | "paragraphs" | "textBoxes" | "notes"> {
  const body = new BodyReader(fileName, parts, limits);
  walkXml(parts.get("word/document.xml")?.toString("utf8") ?? "", body);
  const { textBoxes, estimated } = body.boxes.finish();
  return {
    grids: body.grids,
    paragraphs: body.paragraphs.filter((text) => text.trim() !== ""),
    ...(textBoxes.length > 0 ? { textBoxes } : {}),
    notes: [
      ...body.fonts.notes(),
      ...body.pictureNotes,
      ...(body.hidden > 0 ? [hiddenNote(fileName, body.hidden)] : []),
      ...(body.removed > 0 ? [removedNote(fileName)] : []),
      ...(estimated ? [estimatedNote(fileName)] : []),
    ],
  };
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
  "w:tblPrChange",
  "w:sectPrChange",
]);
/** A nested table this small is a desk inside a chart's cell: its cells become lines of the outer cell. */
const DESK_CELLS = 4;

class BodyReader {
  readonly grids: Grid[] = [];
  readonly paragraphs: string[] = [];
  readonly boxes = new BoxCollector();
  readonly fonts: LegacyFonts;
  readonly pictureNotes: ReadingProblem[] = [];
  hidden = 0;
  removed = 0;
  private readonly fileName: string;
  private readonly parts: Map<string, Buffer>;
  private readonly limits: ReadLimits;
  private readonly styles: Map<string, WordStyle>;
  private readonly links: Map<string, Relationship>;
  private readonly path: string[] = [];
  private readonly tables: DraftTable[] = [];
  /** Cells and text boxes being filled, the innermost last. */
  private readonly cells: DraftCell[] = [];
  private readonly openParagraphs: Paragraph[] = [];
  private readonly runs: Run[] = [];
  private readonly counters = new Map<string, number>();
  private skipping = 0;
  /** Text of paragraphs whose end was deleted. */
  private carried = "";
  private aboveFrom = 0;
  /** The section about to end is followed on the same page. */
  private sectionGoesOn = false;
  private tableCount = 0;
  private cellCount = 0;

  constructor(fileName: string, parts: Map<string, Buffer>, limits: ReadLimits) {
    this.fileName = fileName;
    this.parts = parts;
    this.limits = limits;
    this.fonts = new LegacyFonts(fileName);
    this.styles = readStyles(parts.get("word/styles.xml")?.toString("utf8"));
    this.links = relationships(parts.get("word/_rels/document.xml.rels"));
  }

  open(tag: WordTag): void {
    const parent = this.path.at(-1);
    this.path.push(tag.name);
    if (tag.name === "w:delText") this.removed++;
    if (this.skipping > 0 || this.startsSkip(tag.name, parent)) {
      this.skipping++;
      return;
    }
    this.boxes.open(tag, parent);
    if (!this.openTable(tag, parent)) this.openText(tag, parent);
  }

  close(name: string): void {
    this.path.pop();
    if (this.skipping > 0) {
      this.skipping--;
      return;
    }
    this.boxes.close(name);
    if (name === "w:tbl") this.closeTable();
    else if (name === "w:tc") this.cells.pop();
    else if (name === "w:txbxContent") this.closeBox();
    else if (name === "w:sectPr" && !this.sectionGoesOn) this.boxes.pageBreak();
    else if (name === "w:p") this.closeParagraph();
    else if (name === "w:r") this.closeRun();
  }

  text(text: string): void {
    if (this.skipping > 0) return;
    const run = this.runs.at(-1);
    const inside = this.path.at(-1);
    if (run && inside === "w:t") run.text += text;
    else if (inside === "posOffset") this.boxes.text(text);
  }

  /** `w:del` inside the properties of a row or of a paragraph's end marks the whole row or that end, and holds no text. */
  private startsSkip(name: string, parent: string | undefined): boolean {
    if (name === "w:moveFrom" && parent !== "w:rPr") this.removed++;
    if (name !== "w:del") return SKIPPED.has(name);
    const row = this.row();
    const paragraph = this.openParagraphs.at(-1);
    if (parent === "w:trPr" && row) row.deleted = true;
    if (parent === "w:rPr" && this.path.at(-3) === "w:pPr" && paragraph) paragraph.joinsNext = true;
    return true;
  }

  private row(): DraftRow | undefined {
    return this.tables.at(-1)?.rows.at(-1);
  }

  private openTable({ name, attributes }: WordTag, parent: string | undefined): boolean {
    const cell = this.cells.at(-1);
    const value = attributes["val"];
    if (name === "w:tbl") this.tables.push({ name: this.nameTable(), above: this.above(), rows: [] });
    else if (name === "w:tr") this.addRow();
    else if (name === "w:tc") this.addCell();
    else if (name === "w:txbxContent") this.openBox();
    else if (parent === "w:trPr") {
      const row = this.row();
      if (row) readRowProperty(row, name, value, this.limits);
      if (name === "w:hidden" && isOn(value)) this.hidden++;
    } else if (parent === "w:tcPr" && cell) {
      readCellProperty(cell, name, value, this.limits);
    } else return false;
    return true;
  }

  private addRow(): void {
    const table = this.tables.at(-1);
    table?.rows.push({ gridBefore: 0, gridAfter: 0, deleted: false, cells: [] });
    if ((table?.rows.length ?? 0) > this.limits.rows) throw tableTooBig(this.fileName, this.limits);
  }

  private addCell(): void {
    const cell = draftCell();
    this.row()?.cells.push(cell);
    this.cells.push(cell);
    if (++this.cellCount > this.limits.cells) throw tableTooBig(this.fileName, this.limits);
  }

  private openBox(): void {
    this.boxes.begin();
    this.cells.push(draftCell());
    if (++this.cellCount > this.limits.cells) throw tableTooBig(this.fileName, this.limits);
  }

  private closeBox(): void {
    const lines = (this.cells.pop()?.paragraphs ?? []).filter((text) => text.trim() !== "");
    this.boxes.end(lines.join("\n"));
    this.paragraphs.push(...lines);
  }

  /** Text of the page since the last table; a table in a table has its outer cell instead. */
  private above(): string[] {
    if (this.tables.length > 0) return [];
    return this.paragraphs.slice(this.aboveFrom).filter((text) => text.trim() !== "");
  }

  private nameTable(): string {
    const outer = this.tables.at(-1);
    if (!outer) return `Bảng ${++this.tableCount}`;
    return `${outer.name} › ${cellRef(outer.rows.length - 1, (outer.rows.at(-1)?.cells.length ?? 1) - 1)}`;
  }

  private closeTable(): void {
    const table = this.tables.pop();
    if (!table) return;
    if (this.tables.length === 0) this.aboveFrom = this.paragraphs.length;
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
    if (name === "w:p") this.openParagraph();
    else if (name === "w:r") this.runs.push(newRun());
    else if (name === "w:sectPr") this.sectionGoesOn = false;
    else if (parent === "w:sectPr" && name === "w:type") this.sectionGoesOn = value === "continuous";
    else if (breaksPage(name, attributes)) this.boxes.pageBreak();
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
    if (lookOf(this.styles, run, paragraph, "vanish") === true) {
      if (run.text.trim() !== "") this.hidden++;
      return;
    }
    const font = lookOf(this.styles, run, paragraph, "font");
    paragraph.text += this.fonts.read(font, run.text, () => this.place());
  }

  private openParagraph(): void {
    this.openParagraphs.push(newParagraph(this.carried));
    this.carried = "";
  }

  /** An empty numbered paragraph in a cell is an automatic STT: the number is drawn by Word and stored nowhere. */
  private closeParagraph(): void {
    const paragraph = this.openParagraphs.pop();
    if (!paragraph) return;
    if (paragraph.joinsNext) {
      this.carried = paragraph.text;
      return;
    }
    const cell = this.cells.at(-1);
    this.boxes.paragraph(paragraph.text);
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
    const path = link.target.startsWith("/") ? link.target.slice(1) : `word/${link.target}`;
    const part = this.parts.get(path.toLowerCase());
    const picture = part ? pictureOf(part, this.limits) : null;
    if (typeof picture === "string")
      this.pictureNotes.push(pictureNote(`${this.fileName} › ${this.place()}`, picture));
    else cell.picture = picture;
  }

  private place(): string {
    const table = this.tables.at(-1);
    if (!table) return "văn bản";
    return `${table.name} › ${cellRef(table.rows.length - 1, (table.rows.at(-1)?.cells.length ?? 1) - 1)}`;
  }
}

function breaksPage(name: string, attributes: Record<string, string>): boolean {
  return (
    (name === "w:br" && attributes["type"] === "page") ||
    (name === "w:pageBreakBefore" && isOn(attributes["val"]))
  );
}
