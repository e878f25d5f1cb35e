import { describe, expect, it } from "vitest";
import {
  boxInGroup,
  drawnBox,
  drawnGroup,
  vmlBox,
  wordParagraph,
} from "../../fixtures/documents/raw-drawing.ts";
import { rawDocx } from "../../fixtures/documents/raw-office.ts";
import { READ_LIMITS } from "./limits.ts";
import { readDocument } from "./read-document.ts";

const hung = (text: string) => wordParagraph(drawnBox(text, at(0, 10), "paragraph"));
const at = (x: number, y: number) => ({ x, y, width: 80, height: 30 });

async function boxes(body: string) {
  const { textBoxes, notes } = await readDocument("a.docx", rawDocx(body), READ_LIMITS);
  return { boxes: (textBoxes ?? []).map(({ text, place, on }) => [text, place, on]), notes };
}

describe("text boxes of a Word page", () => {
  it("are placed on the page, in points", async () => {
    const body = wordParagraph(
      drawnBox("1. An", at(72, 144)) + drawnBox("2. Bình\n(lớp trưởng)", at(160, 144)),
    );
    expect(await boxes(body)).toEqual({
      boxes: [
        ["1. An", at(72, 144), "Trang 1"],
        ["2. Bình\n(lớp trưởng)", at(160, 144), "Trang 1"],
      ],
      notes: [],
    });
  });

  it("are placed in a group, and in a group of that group, at their true size", async () => {
    const inner = drawnGroup(boxInGroup("C", { x: 100, y: 0, width: 100, height: 50 }), {
      box: { x: 1000, y: 1000, width: 1000, height: 500 },
      inner: { x: 0, y: 0, width: 200, height: 100 },
    });
    const outer = drawnGroup(boxInGroup("A", { x: 0, y: 0, width: 1000, height: 500 }) + inner, {
      anchor: { x: 50, y: 60, width: 200, height: 150 },
      box: { x: 0, y: 0, width: 2000, height: 1500 },
      inner: { x: 0, y: 0, width: 2000, height: 1500 },
    });
    expect((await boxes(wordParagraph(outer))).boxes).toEqual([
      ["A", { x: 50, y: 60, width: 100, height: 50 }, "Trang 1"],
      ["C", { x: 200, y: 160, width: 50, height: 25 }, "Trang 1"],
    ]);
  });

  it("of older Word (VML) are read too", async () => {
    expect((await boxes(wordParagraph(vmlBox("BỤC GIẢNG", at(100, 20))))).boxes).toEqual([
      ["BỤC GIẢNG", at(100, 20), "Trang 1"],
    ]);
  });

  it("keep an empty box, and know the page", async () => {
    const pageBreak = wordParagraph('<w:r><w:br w:type="page"/></w:r>');
    const body = wordParagraph(drawnBox("", at(0, 0))) + pageBreak + wordParagraph(drawnBox("B", at(0, 0)));
    expect((await boxes(body)).boxes).toEqual([
      ["", at(0, 0), "Trang 1"],
      ["B", at(0, 0), "Trang 2"],
    ]);
  });

  it("hanging from different paragraphs are placed by estimate, and that is said", async () => {
    const line = wordParagraph("");
    const { boxes: read, notes } = await boxes(hung("1") + line + line + hung("2"));
    const [first, second] = read.map(([, place]) => (place as { y: number }).y);
    expect(second).toBeGreaterThan(first ?? Number.NaN);
    expect(notes).toEqual([expect.objectContaining({ severity: "note" })]);
    expect((await boxes(hung("1"))).notes).toEqual([]);
  });
});
