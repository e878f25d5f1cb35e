import type { Box, TextBox } from "../types.ts";
import type { WordTag } from "./docx-parts.ts";
import { DrawingPlaces } from "./drawing-places.ts";
import type { Hanging } from "./drawing-places.ts";

/** Height of one line of the usual 13-point text; Word stores no layout, so where a paragraph lies is estimated. */
const LINE_POINTS = 16;
const LINE_LETTERS = 90;

interface HungBox {
  text: string;
  page: number;
  hanging: Hanging | null;
  /** Estimated top of the paragraph the box hangs from. */
  paragraphTop: number;
}

/** Gathers the text boxes of a Word document with their places on the page. */
export class BoxCollector {
  private readonly drawings = new DrawingPlaces();
  private readonly begun: HungBox[] = [];
  private readonly boxes: HungBox[] = [];
  private page = 1;
  private top = 0;

  open(tag: WordTag, parent: string | undefined): void {
    this.drawings.open(tag, parent);
  }

  close(name: string): void {
    this.drawings.close(name);
  }

  text(text: string): void {
    this.drawings.text(text);
  }

  begin(): void {
    const box = { text: "", page: this.page, hanging: this.drawings.here(), paragraphTop: this.top };
    this.begun.push(box);
    this.boxes.push(box);
  }

  end(text: string): void {
    const box = this.begun.pop();
    if (box) box.text = text;
  }

  /** A paragraph of the page itself has ended. */
  paragraph(text: string): void {
    if (this.begun.length === 0) this.top += LINE_POINTS * Math.max(1, Math.ceil(text.length / LINE_LETTERS));
  }

  pageBreak(): void {
    this.page++;
    this.top = 0;
  }

  /** The boxes in the file's order, and whether their places had to be estimated. */
  finish(): { textBoxes: TextBox[]; estimated: boolean } {
    const origins = new Map<number, Set<string>>();
    for (const { page, hanging, paragraphTop } of this.boxes) {
      if (!hanging) continue;
      const origin = hanging.from === "page" ? "page" : String(paragraphTop);
      origins.set(page, (origins.get(page) ?? new Set()).add(origin));
    }
    const textBoxes = this.boxes.map((box, i) => ({
      text: box.text,
      place: placeOf(box),
      on: `Trang ${box.page}`,
      ref: `hộp chữ ${i + 1}`,
    }));
    return { textBoxes, estimated: [...origins.values()].some(({ size }) => size > 1) };
  }
}

function placeOf({ hanging, paragraphTop }: HungBox): Box | null {
  if (!hanging) return null;
  const { x, y, width, height } = hanging.place;
  return {
    x: tenth(x),
    y: tenth(hanging.from === "page" ? y : y + paragraphTop),
    width: tenth(width),
    height: tenth(height),
  };
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
