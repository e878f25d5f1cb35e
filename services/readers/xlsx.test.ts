import ExcelJS from "exceljs";
import { describe, expect, it } from "vitest";
import { rawXlsx } from "../../fixtures/documents/raw-office.ts";
import { READ_LIMITS } from "./limits.ts";
import { readDocument } from "./read-document.ts";

async function readBook(fill: (book: ExcelJS.Workbook) => void) {
  const book = new ExcelJS.Workbook();
  fill(book);
  return readDocument("a.xlsx", new Uint8Array(await book.xlsx.writeBuffer()), READ_LIMITS);
}

function day(text: string): Date {
  return new Date(`${text}Z`);
}

describe("a sheet's cells as shown", () => {
  it("reads numbers, padded numbers, dates, times, formulas, rich text and links", async () => {
    const values: [ExcelJS.CellValue, string | undefined, string, string | null][] = [
      [1, undefined, "1", null],
      [7, "00", "07", null],
      [0.1 + 0.2, undefined, "0.3", null],
      [day("1985-09-05T00:00:00"), "dd/mm/yyyy", "05/09/1985", "1985-09-05"],
      [day("1985-01-01T00:00:00"), "yyyy", "1985", null],
      [day("2026-09-07T18:00:00"), "dd/mm/yyyy hh:mm", "07/09/2026 18:00", "2026-09-07"],
      [day("1899-12-30T18:00:00"), "hh:mm", "18:00", null],
      [{ formula: "1+1", result: 2 }, undefined, "2", null],
      [
        { richText: [{ text: "Nguyễn " }, { font: { bold: true }, text: "An" }] },
        undefined,
        "Nguyễn An",
        null,
      ],
      [{ text: "an@example.vn", hyperlink: "mailto:an@example.vn" }, undefined, "an@example.vn", null],
      [true, undefined, "true", null],
    ];
    const doc = await readBook((book) => {
      const sheet = book.addWorksheet("S");
      values.forEach(([value, format], i) => {
        sheet.getCell(i + 1, 1).value = value;
        if (format) sheet.getCell(i + 1, 1).numFmt = format;
      });
    });
    expect(doc.grids[0]?.cells.map((cell) => [cell.text, cell.date])).toEqual(
      values.map(([, , text, date]) => [text, date]),
    );
  });

  it("gives a merged cell once with its spans, and an empty cell only when it is drawn", async () => {
    const doc = await readBook((book) => {
      const sheet = book.addWorksheet("S");
      sheet.getCell("A1").value = "Tiêu đề";
      sheet.mergeCells("A1:C2");
      sheet.getCell("B4").border = { top: { style: "thin" } };
      sheet.getCell("C4").value = "x";
    });
    expect(
      doc.grids[0]?.cells.map(({ ref, rowSpan, columnSpan, text }) => [ref, rowSpan, columnSpan, text]),
    ).toEqual([
      ["A1", 2, 3, "Tiêu đề"],
      ["B4", 1, 1, ""],
      ["C4", 1, 1, "x"],
    ]);
  });

  it("leaves a hidden sheet out and says so; reads hidden rows and says so", async () => {
    const doc = await readBook((book) => {
      book.addWorksheet("Cũ", { state: "hidden" }).getCell("A1").value = "cũ";
      const sheet = book.addWorksheet("Mới");
      sheet.getCell("A1").value = "mới";
      sheet.getRow(1).hidden = true;
    });
    expect(doc.grids.map((grid) => grid.name)).toEqual(["Mới"]);
    expect(doc.notes.map((note) => [note.where, note.severity])).toEqual([
      ["a.xlsx › Cũ", "note"],
      ["a.xlsx › Mới", "note"],
    ]);
  });

  it("asks about a formula without a result and about a formula error", async () => {
    const bytes = rawXlsx(
      '<sheetData><row r="1"><c r="A1"><f>1+1</f></c><c r="B1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row></sheetData>',
    );
    const doc = await readDocument("a.xlsx", bytes, READ_LIMITS);
    expect(doc.notes.map((note) => [note.where, note.severity])).toEqual([
      ["a.xlsx › Sheet1 › A1", "ask"],
      ["a.xlsx › Sheet1 › B1", "ask"],
    ]);
  });

  it("survives a validation over a whole column", async () => {
    const bytes = rawXlsx(
      '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData><dataValidations count="1"><dataValidation type="whole" sqref="A1:A1048576"><formula1>1</formula1></dataValidation></dataValidations>',
    );
    expect((await readDocument("a.xlsx", bytes, READ_LIMITS)).grids[0]?.cells).toHaveLength(1);
  });
});
