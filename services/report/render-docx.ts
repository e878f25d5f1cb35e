import {
  AlignmentType,
  Document,
  Header,
  Packer,
  PageNumber,
  Paragraph,
  SectionType,
  Table,
  TableLayoutType,
  TextRun,
} from "docx";
import type { FileChild, ISectionOptions } from "docx";
import { appendixHeading, letterheadTable, opening, signatureTable } from "./docx-letterhead.ts";
import { bodyLine, face, line, mm, page, size, tableRow, textWidthMm } from "./docx-typography.ts";
import type { ReportModel } from "./model.ts";
import { gapTable, sessionTable, totalsTable, traineeTable } from "./tables.ts";
import type { ReportTable } from "./tables.ts";
import { afterClass, count } from "./vietnamese.ts";
import { closingSentence, occasionWords, reportParts } from "./wording.ts";
import type { ReportPart } from "./wording.ts";

/**
 * The report as .docx by Decree 30/2020/NĐ-CP, Annex I, model 1.4, in Vietnamese. The bytes differ on each rendering: what is
 * issued is stored and hashed, never rendered again.
 */
export async function renderDocx(model: ReportModel): Promise<Uint8Array> {
  const document = new Document({
    creator: model.letterhead.issuingBody,
    title: `Báo cáo tình hình tham gia học tập, lớp ${afterClass(model.course.name)} (${occasionWords(model.occasion)})`,
    styles: {
      default: { document: { run: { font: face, size: size.body * 2, language: { value: "vi-VN" } } } },
    },
    sections: [
      section(bodyChildren(model)),
      section([
        ...appendixHeading(model, "I", "Kết quả tham gia học tập của từng học viên"),
        docxTable(traineeTable(model.figures)),
      ]),
      section([
        ...appendixHeading(model, "II", "Kết quả điểm danh của từng buổi học"),
        ...sessionAppendix(model),
      ]),
    ],
  });
  return new Uint8Array(await Packer.toBuffer(document));
}

/** Each part counts its own pages, in the middle of the top margin, none on its first. */
function section(children: FileChild[]): ISectionOptions {
  const pageNumber = new Paragraph({
    alignment: AlignmentType.CENTER,
    children: [new TextRun({ children: [PageNumber.CURRENT], size: 26, font: face })],
  });
  return {
    properties: {
      type: SectionType.NEXT_PAGE,
      titlePage: true,
      page: { ...page, pageNumbers: { start: 1 } },
    },
    headers: {
      default: new Header({ children: [pageNumber] }),
      first: new Header({ children: [new Paragraph({})] }),
    },
    children,
  };
}

function bodyChildren(model: ReportModel): FileChild[] {
  return [
    letterheadTable(model),
    ...opening(model),
    ...reportParts(model).flatMap((part, index) => partChildren(part, index + 1, model)),
    bodyLine(closingSentence(model), {}, { keepNext: true }),
    signatureTable(model),
  ];
}

function partChildren(part: ReportPart, number: number, model: ReportModel): FileChild[] {
  const leads = part.totals || part.verbatim.length > 0 || part.items.length > 0;
  return [
    bodyLine(`${number}. ${part.heading}`, { bold: true }, { keepNext: true }),
    ...part.paragraphs.map((text, index) =>
      bodyLine(text, {}, { keepNext: leads && index === part.paragraphs.length - 1 }),
    ),
    ...part.verbatim.map((text) => bodyLine(text, { points: 12 }, { ragged: true })),
    ...part.items.map((item, index) => bodyLine(`- ${item}${index === part.items.length - 1 ? "." : ";"}`)),
    ...(part.totals ? [docxTable(totalsTable(model.figures)), spacer()] : []),
  ];
}

function sessionAppendix({ figures }: ReportModel): FileChild[] {
  const gaps = gapTable(figures);
  const note = `Quy tắc áp dụng: ${figures.policies.map((policy) => policy.ruleVersion).join(", ") || "không có buổi học"}. Số ảnh đã lưu: ${count(figures.totals.pictures)}; mã từng ảnh ở bảng tính kèm theo.`;
  return [
    docxTable(sessionTable(figures)),
    spacer(),
    bodyLine(note, { points: 12, italics: true }),
    bodyLine("Lượt điểm danh, ảnh chụp còn thiếu và lý do", { bold: true }, { keepNext: true }),
    gaps.rows.length === 0 ? bodyLine("Không có.") : docxTable(gaps),
  ];
}

function docxTable(table: ReportTable): Table {
  const widths = table.columns.map((column) => column.widthMm);
  const cells = (values: readonly (string | number | null)[], bold = false) =>
    values.map((value, index) => ({
      text: typeof value === "number" ? count(value) : (value ?? ""),
      align: table.columns[index]?.centred ? ("center" as const) : ("left" as const),
      bold,
    }));
  return new Table({
    layout: TableLayoutType.FIXED,
    alignment: AlignmentType.CENTER,
    columnWidths: widths.map((width) => mm(width)),
    width: { size: mm(textWidthMm), type: "dxa" },
    rows: [
      tableRow(
        table.columns.map(({ title }) => ({ text: title })),
        widths,
        true,
      ),
      ...table.rows.map((row) => tableRow(cells(row), widths)),
      ...(table.totals === null ? [] : [tableRow(cells(table.totals, true), widths)]),
    ],
  });
}

function spacer(): Paragraph {
  return line("", { points: 8 });
}
