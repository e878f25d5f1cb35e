import ExcelJS from "exceljs";
import type { Cell, Worksheet } from "exceljs";
import type { ReportModel } from "./model.ts";
import { gapTable, pictureTable, sessionTable, totalsTable, traineeTable } from "./tables.ts";
import type { CellValue, ReportColumn, ReportTable } from "./tables.ts";
import { afterClass, dateOrBlank, numberOrBlank, printable } from "./vietnamese.ts";
import { closingSentence, reportParts, subjectLines } from "./wording.ts";

const font = { name: "Times New Roman", size: 12 };
/** A4 in the file format. */
const a4 = 9;
/** Fits the page unscaled: LibreOffice does not shrink a sheet of one column. */
const summaryWidth = 70;
const thin = { style: "thin" as const };
const box = { top: thin, bottom: thin, left: thin, right: thin };
/** A column one millimetre wide, in Excel's characters of the default font. */
const charactersPerMm = 0.5;

/**
 * The report's figures as .xlsx, in Vietnamese: the summary, Phụ lục I and II, what is missing, and every archived picture.
 * Text goes in as text cells, so that a name such as `=1+1` is never a formula.
 */
export async function renderXlsx(model: ReportModel): Promise<Uint8Array> {
  const workbook = new ExcelJS.Workbook();
  workbook.creator = printable(model.letterhead.issuingBody);
  const { figures } = model;
  summarySheet(workbook.addWorksheet("Tổng hợp"), model);
  tableSheet(workbook.addWorksheet("Phụ lục I"), "Kết quả của từng học viên", traineeTable(figures), model);
  tableSheet(workbook.addWorksheet("Phụ lục II"), "Kết quả của từng buổi học", sessionTable(figures), model);
  tableSheet(workbook.addWorksheet("Còn thiếu"), "Lượt, ảnh còn thiếu và lý do", gapTable(figures), model);
  tableSheet(
    workbook.addWorksheet("Ảnh lưu trữ"),
    "Ảnh chụp của từng buổi học",
    pictureTable(figures),
    model,
  );
  return new Uint8Array(await workbook.xlsx.writeBuffer());
}

function summarySheet(sheet: Worksheet, model: ReportModel): void {
  const { letterhead, issued } = model;
  paper(sheet, null);
  sheet.getColumn(1).width = summaryWidth;
  const add = (text: string, bold = false) => {
    const row = sheet.addRow([]);
    write(row.getCell(1), text, { bold });
    row.getCell(1).alignment = { wrapText: true, vertical: "top" };
    row.height = linesOf(text, summaryWidth * 1.15) * lineHeight;
  };
  add(letterhead.issuingBody, true);
  add(
    `Số: ${numberOrBlank(issued?.number ?? null, letterhead.symbol)}; ${dateOrBlank(issued?.date ?? null)}`,
  );
  add("BÁO CÁO", true);
  for (const subject of subjectLines(model)) add(subject, true);
  for (const [index, part] of reportParts(model).entries()) {
    add(`${index + 1}. ${part.heading}`, true);
    for (const text of [...part.paragraphs, ...part.verbatim]) add(text);
    for (const item of part.items) add(`- ${item}`);
    if (part.totals) for (const text of totalLines(model)) add(text);
  }
  add(closingSentence(model));
}

/** The summary has one wide column, so its totals are lines; the tables have their own sheets. */
function totalLines({ figures }: ReportModel): string[] {
  const { columns, rows } = totalsTable(figures);
  return rows.flatMap((row) => columns.map((column, index) => `- ${column.title}: ${row[index] ?? 0}`));
}

const headerRow = 3;

function tableSheet(sheet: Worksheet, title: string, table: ReportTable, model: ReportModel): void {
  paper(sheet, headerRow);
  sheet.views = [{ state: "frozen", ySplit: headerRow }];
  for (const [index, column] of table.columns.entries()) {
    sheet.getColumn(index + 1).width = columnWidth(column);
  }
  write(sheet.addRow([]).getCell(1), `${title}, lớp ${afterClass(model.course.name)}`, { bold: true });
  sheet.addRow([]);
  const titles = table.columns.map(({ title }) => title);
  tableRow(sheet, titles, table.columns, true);
  for (const row of table.rows) tableRow(sheet, row, table.columns, false);
  if (table.totals !== null) tableRow(sheet, table.totals, table.columns, true);
}

function tableRow(
  sheet: Worksheet,
  values: readonly (CellValue | null)[],
  columns: readonly ReportColumn[],
  bold: boolean,
): void {
  const row = sheet.addRow([]);
  const lines = values.map((value, index) => linesOf(String(value ?? ""), columnWidth(columns[index])));
  row.height = Math.max(1, ...lines) * lineHeight;
  for (const [index, value] of values.entries()) {
    const cell = row.getCell(index + 1);
    write(cell, value ?? "", { bold });
    cell.border = box;
    cell.alignment = {
      wrapText: true,
      vertical: "middle",
      horizontal: columns[index]?.centred ? "center" : "left",
    };
  }
}

/** A number stays one; anything else is a text cell, whatever it starts with, and stays text when somebody edits it. */
function write(cell: Cell, value: CellValue, { bold }: { bold: boolean }): void {
  cell.font = { ...font, bold };
  if (typeof value === "number") {
    cell.value = value;
    return;
  }
  cell.numFmt = "@";
  cell.value = value === "" ? null : printable(value);
}

function paper(sheet: Worksheet, repeatedRow: number | null): void {
  Object.assign(sheet.pageSetup, {
    paperSize: a4,
    orientation: "portrait",
    fitToPage: true,
    fitToWidth: 1,
    fitToHeight: 0,
    margins: { left: 1.18, right: 0.59, top: 0.79, bottom: 0.79, header: 0.39, footer: 0.39 },
    ...(repeatedRow === null ? {} : { printTitlesRow: `${repeatedRow}:${repeatedRow}` }),
  });
  Object.assign(sheet.headerFooter, { differentFirst: true, oddHeader: "&C&13&P" });
}

function columnWidth(column: ReportColumn | undefined): number {
  return Math.max(8, (column?.widthMm ?? 0) * charactersPerMm);
}

const lineHeight = 16.5;

/** Lines a wrapped text takes; a spreadsheet does not fit row heights of a file made elsewhere by itself. */
function linesOf(text: string, width: number): number {
  return text
    .split("\n")
    .reduce((total, part) => total + Math.max(1, Math.ceil((part.length * 1.05) / width)), 0);
}
