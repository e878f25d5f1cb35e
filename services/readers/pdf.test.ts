import { describe, expect, it } from "vitest";
import { toTcvn3 } from "../../fixtures/documents/legacy-fonts.ts";
import { smallJpeg } from "../../fixtures/documents/small-picture.ts";
import { LETTER_POINTS, writePdf } from "../../fixtures/documents/write-pdf.ts";
import type { PdfLine } from "../../fixtures/documents/write-pdf.ts";
import { READ_LIMITS } from "./limits.ts";
import { readDocument } from "./read-document.ts";

const LINE = 15;

function below(top: number, x: number, ...texts: string[]): PdfLine[] {
  return texts.map((text, i) => ({ text, x, y: top - i * LINE }));
}

function piece(text: string, at: number): PdfLine {
  return { text, x: 72 + at * LETTER_POINTS, y: 700 };
}

async function read(lines: PdfLine[], options: Parameters<typeof writePdf>[1] = {}) {
  return readDocument("qd.pdf", writePdf([lines], options), READ_LIMITS);
}

describe("the text of a PDF", () => {
  it("comes as paragraphs: the columns of the letterhead apart, broken lines joined, articles on their own", async () => {
    const full = "Điều 1. Mở Lớp bồi dưỡng ngạch chuyên viên chính khóa 12 năm 2026, gồm";
    const { format, grids, paragraphs } = await read([
      { text: "BỘ NỘI VỤ", x: 90, y: 780 },
      { text: "Độc lập - Tự do - Hạnh phúc", x: 300, y: 780 },
      { text: "Số: 1234/QĐ-HCQG", x: 90, y: 750 },
      { text: "Hà Nội, ngày 20 tháng 8 năm 2026", x: 300, y: 750 },
      { text: "QUYẾT ĐỊNH", x: 250, y: 700 },
      ...below(660, 72, full, "40 học viên, tại Hà Nội.", "Điều 2. Quyết định có hiệu lực kể từ ngày ký."),
    ]);
    expect(full.length * LETTER_POINTS).toBeGreaterThan(430);
    expect([format, grids]).toEqual(["pdf", []]);
    expect(paragraphs).toEqual([
      "BỘ NỘI VỤ",
      "Độc lập - Tự do - Hạnh phúc",
      "Số: 1234/QĐ-HCQG",
      "Hà Nội, ngày 20 tháng 8 năm 2026",
      "QUYẾT ĐỊNH",
      `${full} 40 học viên, tại Hà Nội.`,
      "Điều 2. Quyết định có hiệu lực kể từ ngày ký.",
    ]);
  });

  it("joins pieces of a word and parts words", async () => {
    const { paragraphs } = await read([
      piece("Quyết", 0),
      piece("định", 6),
      piece("số", 11),
      piece("12", 13),
    ]);
    expect(paragraphs).toEqual(["Quyết định số12"]);
  });

  it("is none in a scan or a photograph, and says so", async () => {
    for (const [name, bytes] of [
      ["quet.pdf", writePdf([[]], { picture: true })],
      ["chup.jpg", smallJpeg(2480, 3508).bytes],
    ] as const) {
      const { grids, paragraphs, notes, format } = await readDocument(name, bytes, READ_LIMITS);
      expect([grids, paragraphs, format]).toEqual([[], [], name === "quet.pdf" ? "pdf" : "picture"]);
      expect(notes).toEqual([expect.objectContaining({ where: name, severity: "note" })]);
    }
  });

  it("is mended when its font is a legacy one", async () => {
    const { paragraphs, notes } = await read(below(700, 72, toTcvn3("quyết định mở lớp")), {
      font: ".VnTime",
    });
    expect(paragraphs).toEqual(["quyết định mở lớp"]);
    expect(notes).toEqual([expect.objectContaining({ where: "qd.pdf › trang 1", severity: "note" })]);
  });
});
