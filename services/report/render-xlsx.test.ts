import ExcelJS from "exceljs";
import { beforeAll, describe, expect, it } from "vitest";
import { renderXlsx } from "./render-xlsx.ts";
import { sampleModel } from "./sample-model.test-kit.ts";

async function open(bytes: Uint8Array): Promise<ExcelJS.Workbook> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(bytes.buffer as ArrayBuffer);
  return workbook;
}

function rowsOf(workbook: ExcelJS.Workbook, name: string): ExcelJS.CellValue[][] {
  const sheet = workbook.getWorksheet(name);
  const rows: ExcelJS.CellValue[][] = [];
  sheet?.eachRow((row) => {
    rows.push(Array.from({ length: sheet.columnCount }, (_, index) => row.getCell(index + 1).value));
  });
  return rows;
}

describe("report as .xlsx", () => {
  const model = sampleModel();
  let workbook = new ExcelJS.Workbook();

  beforeAll(async () => {
    workbook = await open(await renderXlsx(model));
  });

  it("has the summary, both appendices, what is missing, and the pictures", () => {
    expect(workbook.worksheets.map((sheet) => sheet.name)).toEqual([
      "Tổng hợp",
      "Phụ lục I",
      "Phụ lục II",
      "Còn thiếu",
      "Ảnh lưu trữ",
    ]);
    const summary = JSON.stringify(rowsOf(workbook, "Tổng hợp"));
    expect(summary).toContain("Quy tắc QT-2026.1");
    expect(summary).toContain(`- Không quan sát được: ${model.figures.totals.attendance.notObservable}`);
  });

  it("keeps numbers as numbers, and they are the figures'", () => {
    const rows = rowsOf(workbook, "Phụ lục I");
    const [row] = model.figures.trainees;
    expect(rows).toContainEqual([
      1,
      row?.fullName,
      row?.workplace,
      row?.totals.sessionsHeld,
      row?.totals.present,
      row?.totals.excused,
      row?.totals.unexcused,
      row?.totals.notObservable,
      row?.totals.toReview,
      row?.totals.offSeat,
    ]);
    const body = rows.slice(2, 2 + model.figures.trainees.length);
    const present = body.reduce((sum, cells) => sum + Number(cells[4]), 0);
    expect(rows.at(-1)?.[4]).toBe(present);
    expect(present).toBe(model.figures.totals.attendance.present);
  });

  it("N15, N17: lists every archived picture with its session and officer", () => {
    const rows = rowsOf(workbook, "Ảnh lưu trữ").slice(2);
    const expected = model.figures.sessions.flatMap((session) => session.pictures);
    expect(rows.map((cells) => cells[3])).toEqual(expected);
    expect(new Set(rows.map((cells) => cells[2]))).toEqual(new Set(["Lê Thị Hoa"]));
  });

  it("repeats the header row in print, on A4", () => {
    const sheet = workbook.getWorksheet("Phụ lục I");
    expect(sheet?.pageSetup.printTitlesRow).toBe("3:3");
    expect(Number(sheet?.pageSetup.paperSize)).toBe(9);
    expect(sheet?.getCell("A3").value).toBe("STT");
  });

  it("never writes a formula, whatever a name starts with", async () => {
    const hostile = structuredClone(sampleModel());
    const names = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")'];
    for (const [index, name] of names.entries()) {
      const row = hostile.figures.trainees[index];
      if (row) row.fullName = name;
    }
    const sheet = (await open(await renderXlsx(hostile))).getWorksheet("Phụ lục I");
    for (const [index, name] of names.entries()) {
      const cell = sheet?.getCell(4 + index, 2);
      expect(cell?.type).toBe(ExcelJS.ValueType.String);
      expect(cell?.value).toBe(name.replace("\r", ""));
      expect(cell?.numFmt).toBe("@");
    }
  });
});
