import { AlignmentType, Document, Packer, Table, TableLayoutType, type FileChild } from "docx";
import { DateTime } from "luxon";
import type { LocalDate } from "../types.ts";
import {
  bodyLine,
  centred,
  face,
  line,
  mm,
  page,
  rule,
  size,
  tableRow,
  textWidthMm,
} from "./docx-typography.ts";
import { borderless, officialHead } from "./docx-letterhead.ts";
import { count, longInstant, shortDate } from "./vietnamese.ts";

export interface DisposalMinutes {
  letterhead: { parentBody: string | null; issuingBody: string };
  /** Địa danh. */
  place: string;
  /** IANA zone of printed instants. */
  zone: string;
  disposal: { id: string; listSha256: string; proposedAt: Date };
  destroyedAt: Date;
  copies: 1 | 2;
  approvals: readonly { approver: string; minuteNumber: string; approvedAt: Date }[];
  courses: readonly {
    code: string;
    name: string;
    startsOn: LocalDate;
    retainUntil: Date;
    counts: { documents: number; snapshots: number; portraits: number; reports: number };
    bytes: number;
  }[];
  /** Name of the file with the whole list. */
  listFile: string;
}

/** Minutes of a disposal as .docx, laid out by Decree 30/2020/NĐ-CP; signed on paper by the two who approved the list. */
export async function renderDisposalMinutes(model: DisposalMinutes): Promise<Uint8Array> {
  const number = model.approvals[0]?.minuteNumber ?? "";
  const document = new Document({
    creator: model.letterhead.issuingBody,
    title: `Biên bản tiêu hủy số ${number}`,
    styles: {
      default: { document: { run: { font: face, size: size.body * 2, language: { value: "vi-VN" } } } },
    },
    sections: [
      { properties: { page }, children: [...opening(model, number), ...body(model), signatures(model)] },
    ],
  });
  return new Uint8Array(await Packer.toBuffer(document));
}

function opening(model: DisposalMinutes, number: string): FileChild[] {
  const { letterhead, place, destroyedAt, zone } = model;
  return [
    officialHead({ ...letterhead, number, place, date: localDay(destroyedAt, zone) }),
    line(
      "BIÊN BẢN",
      { points: size.body, bold: true },
      { alignment: AlignmentType.CENTER, spacing: { before: 280 } },
    ),
    centred("Tiêu hủy tài liệu, hình ảnh điểm danh hết thời hạn lưu trữ", { points: size.body, bold: true }),
    rule(60, textWidthMm, 14),
  ];
}

function body(model: DisposalMinutes): FileChild[] {
  const { disposal, destroyedAt, zone, approvals, copies, courses } = model;
  const objects = courses.reduce((sum, { counts }) => sum + total(counts), 0);
  return [
    bodyLine(
      `Hồi ${longInstant(destroyedAt, zone)}, hệ thống Sĩ số đã tiêu hủy các đối tượng lưu trữ sau đây theo danh sách do hệ thống lập hồi ${longInstant(disposal.proposedAt, zone)} và được hai người duyệt:`,
    ),
    ...approvals.map(({ approver, minuteNumber, approvedAt }, index) =>
      bodyLine(
        `${index + 1}. ${approver}, theo biên bản số ${minuteNumber}, duyệt hồi ${longInstant(approvedAt, zone)}${index === approvals.length - 1 ? "." : ";"}`,
      ),
    ),
    bodyLine(
      `Tổng số: ${count(objects)} đối tượng của ${count(courses.length)} khóa học. Mọi đối tượng đều đã hết thời hạn lưu trữ (ít nhất 05 năm kể từ ngày bắt đầu khóa học), không thuộc khóa học nào đang được giữ lại.`,
      {},
      { keepNext: true },
    ),
    courseTable(model),
    bodyLine(""),
    bodyLine(
      `Cách tiêu hủy: ghi nhật ký, hủy khóa giải mã của từng đối tượng, rồi xóa dữ liệu đã niêm phong ở ${copies === 2 ? "cả hai bản" : "bản duy nhất"}; sau đó đọc lại để chắc không còn. Giờ của máy đã được đối chiếu với các đồng hồ khác trước khi làm.`,
    ),
    bodyLine(`Danh sách đầy đủ nằm trong tệp ${model.listFile}, mã SHA-256 của tệp:`, {}, { keepNext: true }),
    bodyLine(disposal.listSha256, { points: 11 }, { ragged: true }),
    bodyLine(`Mã danh sách trong nhật ký lưu trữ: ${disposal.id}.`),
  ];
}

const columns = [
  { title: "TT", widthMm: 10, centred: true },
  { title: "Khóa học", widthMm: 49, centred: false },
  { title: "Ngày bắt đầu", widthMm: 22, centred: true },
  { title: "Giữ hết ngày", widthMm: 22, centred: true },
  { title: "Ảnh", widthMm: 15, centred: true },
  { title: "Giấy tờ", widthMm: 15, centred: true },
  { title: "Chân dung", widthMm: 16, centred: true },
  { title: "Báo cáo", widthMm: 16, centred: true },
];

function courseTable({ courses, zone }: DisposalMinutes): Table {
  const widths = columns.map(({ widthMm }) => widthMm);
  const rows = courses.map(({ code, name, startsOn, retainUntil, counts }, index) => [
    String(index + 1),
    `${name} (${code})`,
    shortDate(startsOn),
    shortDate(localDay(new Date(retainUntil.getTime() - 1), zone)),
    count(counts.snapshots),
    count(counts.documents),
    count(counts.portraits),
    count(counts.reports),
  ]);
  return new Table({
    layout: TableLayoutType.FIXED,
    alignment: AlignmentType.CENTER,
    columnWidths: widths.map((width) => mm(width)),
    width: { size: mm(textWidthMm), type: "dxa" },
    rows: [
      tableRow(
        columns.map(({ title }) => ({ text: title })),
        widths,
        true,
      ),
      ...rows.map((cells) =>
        tableRow(
          cells.map((text, index) => ({
            text,
            align: columns[index]?.centred ? ("center" as const) : ("left" as const),
          })),
          widths,
        ),
      ),
    ],
  });
}

/** The two who approved sign side by side. */
function signatures({ approvals }: DisposalMinutes): Table {
  const cells = approvals.slice(0, 2).map(({ approver }, index) => [
    centred(index === 0 ? "NGƯỜI DUYỆT THỨ NHẤT" : "NGƯỜI DUYỆT THỨ HAI", {
      points: size.signer,
      bold: true,
    }),
    centred("(Ký, ghi rõ họ tên)", { points: size.recipients, italics: true }, 70),
    centred(approver, { points: size.body, bold: true }),
  ]);
  return borderless([82.5, 82.5], [cells]);
}

function total(counts: DisposalMinutes["courses"][number]["counts"]): number {
  return counts.documents + counts.snapshots + counts.portraits + counts.reports;
}

function localDay(at: Date, zone: string): LocalDate {
  return (DateTime.fromJSDate(at, { zone }).toISODate() ?? "") as LocalDate;
}
