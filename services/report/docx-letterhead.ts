import { AlignmentType, BorderStyle, Paragraph, Table, TableCell, TableLayoutType, TableRow } from "docx";
import {
  bodyLine,
  boldWidthMm,
  centred,
  line,
  mm,
  page,
  rule,
  run,
  size,
  textWidthMm,
} from "./docx-typography.ts";
import type { LocalDate } from "../types.ts";
import type { ReportModel } from "./model.ts";
import { capitals, dateOrBlank, numberOrBlank } from "./vietnamese.ts";
import { subjectLines } from "./wording.ts";

/** Header columns of report-format: 72 + 93 mm, fixed. */
const columnsMm = [72, 93] as const;
const countryLine = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
const motto = "Độc lập - Tự do - Hạnh phúc";
/** The motto's rule is as long as the motto: 12.24 em in Times New Roman Bold. */
const mottoMm = (12.24 * size.motto * 25.4) / 72;

/** Issuing body and Quốc hiệu, number and date; the last two blank until issue. */
export function letterheadTable({ letterhead, issued }: ReportModel): Table {
  const number = numberOrBlank(issued?.number ?? null, letterhead.symbol);
  return officialHead({ ...letterhead, number, date: issued?.date ?? null });
}

export interface OfficialHead {
  parentBody: string | null;
  issuingBody: string;
  /** As printed after `Số:`. */
  number: string;
  place: string;
  date: LocalDate | null;
}

/** The head of every official document. */
export function officialHead({ parentBody, issuingBody, number, place, date }: OfficialHead): Table {
  const issuing = capitals(issuingBody);
  const parent = parentBody === null ? [] : [centred(capitals(parentBody), { points: size.country })];
  const issuingMm = Math.min(boldWidthMm(issuing, size.country), columnsMm[0]);
  return borderless(columnsMm, [
    [
      [
        ...parent,
        centred(issuing, { points: size.country, bold: true }),
        rule(issuingMm * 0.42, columnsMm[0], 4),
      ],
      [
        centred(countryLine, { points: size.country, bold: true }),
        centred(motto, { points: size.motto, bold: true }),
        rule(mottoMm, columnsMm[1], 4),
      ],
    ],
    [
      [centred(`Số: ${number}`, { points: size.number })],
      [centred(`${place}, ${dateOrBlank(date)}`, { points: size.number, italics: true })],
    ],
  ]);
}

/** BÁO CÁO, trích yếu with its rule, Kính gửi, and the legal bases. */
export function opening(model: ReportModel): Paragraph[] {
  const subjects = subjectLines(model);
  const last = subjects.at(-1) ?? "";
  const ruleMm = Math.min(boldWidthMm(last, size.body), textWidthMm) * 0.42;
  return [
    line(
      "BÁO CÁO",
      { points: size.body, bold: true },
      { alignment: AlignmentType.CENTER, spacing: { before: 280 } },
    ),
    ...subjects.map((subject) => centred(subject, { points: size.body, bold: true })),
    rule(ruleMm, textWidthMm, 14),
    ...addressed(model.addressees),
    ...model.legalBases.map((basis, index) =>
      bodyLine(`${basis}${index === model.legalBases.length - 1 ? "." : ";"}`, { italics: true }),
    ),
  ];
}

function addressed(addressees: readonly string[]): Paragraph[] {
  if (addressees.length === 1) return [centred(`Kính gửi: ${addressees[0]}`, { points: size.body }, 12)];
  const items = addressees.map((name, index) => {
    const end = index === addressees.length - 1 ? "." : ";";
    return line(`- ${name}${end}`, { points: size.body }, { indent: { left: mm(60) } });
  });
  return [line("Kính gửi:", { points: size.body }, { indent: { left: mm(45) } }), ...items, bodyLine("")];
}

const signatureRoomPt = 78;

/** Nơi nhận on the left, the signer on the right, never torn apart by a page break. */
export function signatureTable({ signer, recipients }: ReportModel): Table {
  const left = [
    line("Nơi nhận:", { points: size.recipientsTitle, bold: true, italics: true }),
    ...recipients.map((recipient, index) =>
      line(`- ${recipient}${index === recipients.length - 1 ? "." : ";"}`, { points: size.recipients }),
    ),
  ];
  const right = [
    ...signer.titles.map((title) => centred(capitals(title), { points: size.signer, bold: true })),
    new Paragraph({
      alignment: AlignmentType.CENTER,
      spacing: { before: signatureRoomPt * 20 },
      children: [run(signer.name ?? "", { points: size.body, bold: true })],
    }),
  ];
  return borderless([82.5, 82.5], [[left, right]]);
}

/** Heading of an appendix, tied to its report. */
export function appendixHeading(model: ReportModel, numeral: string, title: string): Paragraph[] {
  const { letterhead, issued } = model;
  const number = numberOrBlank(issued?.number ?? null, letterhead.symbol);
  const reference = `(Kèm theo Báo cáo số ${number} ${dateOrBlank(issued?.date ?? null)} của ${letterhead.issuingBody})`;
  return [
    centred(`Phụ lục ${numeral}`, { points: size.body, bold: true }),
    centred(capitals(title), { points: size.body, bold: true }),
    centred(reference, { points: size.number, italics: true }),
    rule(60, textWidthMm, 10),
  ];
}

const none = { style: BorderStyle.NONE, size: 0, color: "auto" };
const noBorders = {
  top: none,
  bottom: none,
  left: none,
  right: none,
  insideHorizontal: none,
  insideVertical: none,
};

export function borderless(widthsMm: readonly number[], rows: readonly Paragraph[][][]): Table {
  return new Table({
    layout: TableLayoutType.FIXED,
    columnWidths: widthsMm.map((width) => mm(width)),
    width: { size: page.size.width - page.margin.left - page.margin.right, type: "dxa" },
    borders: noBorders,
    rows: rows.map(
      (cells) =>
        new TableRow({
          cantSplit: true,
          children: cells.map(
            (children, index) =>
              new TableCell({
                width: { size: mm(widthsMm[index] ?? 0), type: "dxa" },
                margins: { marginUnitType: "dxa", left: 0, right: 0, top: 0, bottom: 0 },
                borders: { top: none, bottom: none, left: none, right: none },
                children,
              }),
          ),
        }),
    ),
  });
}
