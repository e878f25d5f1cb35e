import {
  AlignmentType,
  BorderStyle,
  LineRuleType,
  Paragraph,
  TableCell,
  TableRow,
  TextRun,
  VerticalAlignTable,
  convertMillimetersToTwip,
} from "docx";
import type { IParagraphOptions } from "docx";
import { printable } from "./vietnamese.ts";

/** Typography of Decree 30/2020/NĐ-CP, Annex I. Text sizes in points. */
export const size = {
  country: 12,
  motto: 13,
  number: 13,
  body: 14,
  signer: 13,
  recipientsTitle: 12,
  recipients: 11,
};
export const face = "Times New Roman";
export const mm = convertMillimetersToTwip;
const pointTwips = 20;

/** Page A4 portrait; the print area is 165 mm wide. */
export const page = {
  size: { width: mm(210), height: mm(297) },
  margin: { top: mm(20), bottom: mm(20), left: mm(30), right: mm(15), header: mm(10), footer: mm(10) },
};
export const textWidthMm = 165;

export interface RunStyle {
  points: number;
  bold?: boolean;
  italics?: boolean;
}

export function run(text: string, { points, bold = false, italics = false }: RunStyle): TextRun {
  return new TextRun({ text: printable(text), size: points * 2, bold, italics, font: face, color: "000000" });
}

export function line(
  text: string,
  style: RunStyle,
  options: Omit<IParagraphOptions, "children" | "text"> = {},
): Paragraph {
  return new Paragraph({ ...options, children: [run(text, style)] });
}

export function centred(text: string, style: RunStyle, spaceAfter = 0): Paragraph {
  return line(text, style, {
    alignment: AlignmentType.CENTER,
    keepNext: true,
    spacing: { after: spaceAfter * pointTwips },
  });
}

/** Body paragraph: justified (ragged for text without spaces), first line indented 1.27 cm, 6 pt between paragraphs, 1.15 lines. */
export function bodyLine(
  text: string,
  style: Partial<RunStyle> = {},
  options: { keepNext?: boolean; ragged?: boolean } = {},
): Paragraph {
  return line(
    text,
    { points: size.body, ...style },
    {
      alignment: options.ragged ? AlignmentType.LEFT : AlignmentType.JUSTIFIED,
      indent: { firstLine: mm(12.7) },
      spacing: { after: 6 * pointTwips, line: 276, lineRule: LineRuleType.AUTO },
      keepNext: options.keepNext ?? false,
      keepLines: options.keepNext ?? false,
    },
  );
}

/** Mean advance of Times New Roman Bold in em, measured on Vietnamese text: capitals 0.62, sentence case 0.45. */
const boldEm = { capitals: 0.62, sentence: 0.45 };
const mmPerPoint = 25.4 / 72;

/** Width a bold line takes, to within about 5 %. */
export function boldWidthMm(text: string, points: number): number {
  const capital = text === text.toLocaleUpperCase("vi");
  return text.length * (capital ? boldEm.capitals : boldEm.sentence) * points * mmPerPoint;
}

/** A centred rule of `lengthMm` in a column of `columnMm`, drawn as a paragraph's border so that it survives conversion. */
export function rule(lengthMm: number, columnMm: number, spaceAfter = 0): Paragraph {
  const side = mm(Math.max(0, (columnMm - lengthMm) / 2));
  return new Paragraph({
    border: { top: { style: BorderStyle.SINGLE, size: 6, color: "000000", space: 1 } },
    indent: { left: side, right: side },
    spacing: {
      before: 3 * pointTwips,
      after: spaceAfter * pointTwips,
      line: 4 * pointTwips,
      lineRule: LineRuleType.EXACT,
    },
    children: [run("", { points: 2 })],
  });
}

export interface TableText {
  text: string;
  align?: "left" | "center";
  bold?: boolean;
  points?: number;
  span?: number;
}

const cellMargins = { marginUnitType: "dxa" as const, left: mm(0.9), right: mm(0.9), top: 30, bottom: 30 };

/** A row that no page break cuts; a header row is repeated on every page. */
export function tableRow(cells: readonly TableText[], widthsMm: readonly number[], header = false): TableRow {
  let column = 0;
  const children = cells.map((cell) => {
    const span = cell.span ?? 1;
    const width = widthsMm.slice(column, column + span).reduce((sum, next) => sum + next, 0);
    column += span;
    return tableCell(cell, width, header);
  });
  return new TableRow({ tableHeader: header, cantSplit: true, children });
}

function tableCell(cell: TableText, widthMm: number, header: boolean): TableCell {
  const align = header || cell.align !== "left" ? AlignmentType.CENTER : AlignmentType.LEFT;
  const style = { points: cell.points ?? (header ? 10 : 11), bold: header || (cell.bold ?? false) };
  return new TableCell({
    width: { size: mm(widthMm), type: "dxa" },
    margins: cellMargins,
    columnSpan: cell.span ?? 1,
    verticalAlign: VerticalAlignTable.CENTER,
    children: cell.text.split("\n").map((text) => line(text, style, { alignment: align })),
  });
}
