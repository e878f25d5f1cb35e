import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rawXlsx, textPart } from "../../fixtures/documents/raw-office.ts";
import {
  drawnSheet,
  excelCellPictures,
  wpsCellPictures,
} from "../../fixtures/documents/raw-sheet-drawing.ts";
import { smallJpeg } from "../../fixtures/documents/small-picture.ts";
import { writeXlsx } from "../../fixtures/documents/write-xlsx.ts";
import { READ_LIMITS } from "./limits.ts";
import { readDocument } from "./read-document.ts";

async function pictures(bytes: Uint8Array): Promise<string[]> {
  const { grids } = await readDocument("a.xlsx", bytes, READ_LIMITS);
  return (grids[0]?.cells ?? []).flatMap((cell) =>
    cell.picture ? [`${cell.ref}:${cell.picture.bytes.at(-3)}`] : [],
  );
}

describe("a picture belongs to a cell", () => {
  it("each to its own, whatever rows and columns they are put in", async () => {
    const place = fc.record({ row: fc.nat(30), column: fc.nat(8) });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(place, { maxLength: 12, selector: (at) => at.row * 9 + at.column }),
        async (at) => {
          const table = Array.from({ length: 31 }, (_, row) =>
            Array.from({ length: 9 }, (_, column) => {
              const mark = at.findIndex((one) => one.row === row && one.column === column);
              return { text: "x", ...(mark === -1 ? {} : { picture: smallJpeg(60, 75, mark) }) };
            }),
          );
          const found = await pictures(await writeXlsx([{ name: "S", table }]));
          const expected = at.map(({ row, column }, mark) => `${"ABCDEFGHI"[column]}${row + 1}:${mark}`);
          expect(found.toSorted()).toEqual(expected.toSorted());
        },
      ),
      { numRuns: 15 },
    );
  });

  it("that its middle lies in, dropped across a border; one too tall for its row to where it begins", async () => {
    const across = drawnSheet([
      { kind: "picture", mark: 1, from: [1, 30, 1, 12], to: [2, 20, 2, 2] },
      { kind: "picture", mark: 2, from: [3, 2, 3, 2], size: [30, 60] },
    ]);
    expect(await pictures(across)).toEqual(["C2:1", "D4:2"]);
  });

  it("whose value it is: Excel's Place in Cell and WPS Office's DISPIMG", async () => {
    expect(await pictures(excelCellPictures(["B2", "B3"]))).toEqual(["B2:0", "B3:1"]);
    expect(await pictures(wpsCellPictures(["B2", "B3"]))).toEqual(["B2:0", "B3:1"]);
  });

  it("and is left out with a note when it floods whoever decodes it or is no picture", async () => {
    const sheet = drawnSheet(
      [{ kind: "picture", mark: 0, from: [0, 2, 0, 2], to: [1, 0, 1, 0] }],
      smallJpeg(30_000, 30_000),
    );
    const { grids, notes } = await readDocument("a.xlsx", sheet, READ_LIMITS);
    expect(grids).toEqual([]);
    expect(notes.map(({ where, why }) => `${where}: ${why.vi}`)).toEqual([
      "a.xlsx › Sheet1 › A1: Ảnh trong ô quá nhiều điểm ảnh nên không được dùng.",
    ]);
  });
});

describe("text boxes of a sheet", () => {
  it("are placed on the sheet, in points, groups included", async () => {
    const sheet = drawnSheet([
      { kind: "box", text: "BỤC GIẢNG", from: [0, 10, 0, 5], to: [2, 10, 1, 5] },
      { kind: "group", texts: ["1. An", "2. Bình"], from: [0, 0, 4, 0], to: [4, 0, 6, 0] },
    ]);
    const { textBoxes, paragraphs } = await readDocument("a.xlsx", sheet, READ_LIMITS);
    expect(textBoxes).toEqual([
      { text: "BỤC GIẢNG", place: { x: 10, y: 5, width: 96, height: 15 }, on: "Sheet1", ref: "hộp chữ 1" },
      { text: "1. An", place: { x: 0, y: 60, width: 96, height: 30 }, on: "Sheet1", ref: "hộp chữ 2" },
      { text: "2. Bình", place: { x: 96, y: 60, width: 96, height: 30 }, on: "Sheet1", ref: "hộp chữ 3" },
    ]);
    expect(paragraphs).toEqual(["BỤC GIẢNG", "1. An", "2. Bình"]);
  });
});

describe("text of a sheet in legacy fonts", () => {
  it("is read by the font of its cell or of its own run", async () => {
    const styles = textPart(
      "xl/styles.xml",
      '<styleSheet><fonts><font><name val="Arial"/></font><font><name val=".VnTime"/></font></fonts><cellXfs><xf fontId="0"/><xf fontId="1"/></cellXfs></styleSheet>',
    );
    const sheet =
      '<sheetData><row r="1"><c r="A1" s="1" t="inlineStr"><is><t>Häc viªn</t></is></c><c r="B1" t="inlineStr"><is><r><t>Ngày </t></r><r><rPr><rFont val="VNI-Times"/></rPr><t>hoïc</t></r></is></c></row></sheetData>';
    const { grids, notes } = await readDocument("cu.xlsx", rawXlsx(sheet, [styles]), READ_LIMITS);
    expect(grids[0]?.cells.map(({ text }) => text)).toEqual(["Học viên", "Ngày học"]);
    expect(notes.map(({ where }) => where)).toEqual(["cu.xlsx › Sheet1 › A1"]);
  });
});
