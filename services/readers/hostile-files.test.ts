import { describe, expect, it } from "vitest";
import { seededRandom } from "../../fixtures/documents/people.ts";
import { rawDocx, rawXlsx, textPart } from "../../fixtures/documents/raw-office.ts";
import { buildRosterXlsx } from "../../fixtures/documents/roster-file.ts";
import { sampleCourse } from "../../fixtures/documents/sample-course.ts";
import { writePdf } from "../../fixtures/documents/write-pdf.ts";
import { writeZip } from "../../fixtures/documents/write-zip.ts";
import type { ErrorCode } from "../errors.ts";
import { READ_LIMITS } from "./limits.ts";
import { readDocument } from "./read-document.ts";

const text = (content: string) => new TextEncoder().encode(content);
const bytes = (...values: number[]) => new Uint8Array([...values, ...Array.from({ length: 64 }, () => 0x20)]);
const PARAGRAPH = "<w:p><w:r><w:t>Xin chào</w:t></w:r></w:p>";
const OLE2 = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

function rows(count: number): string {
  return `<sheetData>${Array.from({ length: count }, (_, i) => `<row r="${i + 1}"><c r="A${i + 1}"><v>${i}</v></c></row>`).join("")}</sheetData>`;
}

function utf16(content: string): Uint8Array {
  return new Uint8Array(Buffer.from(`\uFEFF${content}`, "utf16le"));
}

const DTD = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>';
const HOSTILE: [what: string, fileName: string, content: () => Uint8Array, code: ErrorCode, words: RegExp][] =
  [
    [
      "a bomb that unpacks to 300 MB",
      "bom.xlsx",
      () => rawXlsx(rows(1), [{ name: "xl/media/a.bin", bytes: new Uint8Array(300 << 20) }]),
      "file-refused",
      /nén bất thường/,
    ],
    [
      "a bomb that lies about its size",
      "bom.docx",
      () => rawDocx(PARAGRAPH, [{ name: "word/x.xml", bytes: new Uint8Array(20 << 20), statedSize: 100 }]),
      "file-unreadable",
      /hỏng/,
    ],
    [
      "more parts than any document has",
      "nhieu.docx",
      () =>
        rawDocx(
          PARAGRAPH,
          Array.from({ length: 2001 }, (_, i) => textPart(`x/${i}.xml`, "<a/>")),
        ),
      "file-refused",
      /2004 mục/,
    ],
    [
      "a part twice",
      "hai.docx",
      () => rawDocx(PARAGRAPH, [textPart("WORD/document.xml", "<a/>")]),
      "file-unreadable",
      /hỏng/,
    ],
    [
      "a zip in the zip",
      "long.docx",
      () =>
        rawDocx(PARAGRAPH, [{ name: "word/embeddings/a.bin", bytes: writeZip([textPart("a.txt", "a")]) }]),
      "file-refused",
      /tệp nhúng/,
    ],
    [
      "a password",
      "khoa.docx",
      () => rawDocx(PARAGRAPH, [{ ...textPart("word/x.xml", "<a/>"), encrypted: true }]),
      "file-refused",
      /mật khẩu/,
    ],
    [
      "an Office file with a password",
      "khoa2.docx",
      () => new Uint8Array([...OLE2, ...Buffer.from("EncryptedPackage", "utf16le")]),
      "file-refused",
      /mật khẩu/,
    ],
    [
      "macros",
      "macro.xlsx",
      () => rawXlsx(rows(1), [textPart("xl/vbaProject.bin", "x")]),
      "file-refused",
      /macro/,
    ],
    [
      "a DTD with an outside entity",
      "xxe.docx",
      () => writeZip([textPart("[Content_Types].xml", `${DTD}<Types/>`)]),
      "file-refused",
      /DTD/,
    ],
    [
      "a DTD hidden in UTF-16",
      "xxe16.xlsx",
      () => rawXlsx(rows(1), [{ name: "xl/styles.xml", bytes: utf16(`${DTD}<styleSheet/>`) }]),
      "file-refused",
      /DTD/,
    ],
    ["10,000 rows", "dai.xlsx", () => rawXlsx(rows(10_000)), "file-refused", /hơn 5000 hàng/],
    [
      "65,000 columns",
      "rong.xlsx",
      () => rawXlsx(`<sheetData><row r="1">${"<c><v>1</v></c>".repeat(65_000)}</row></sheetData>`),
      "file-refused",
      /hơn 1000 cột/,
    ],
    [
      "a far column",
      "xa.xlsx",
      () => rawXlsx('<sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData>'),
      "file-refused",
      /hơn 1000 cột/,
    ],
    [
      "a merge over the whole sheet",
      "gop.xlsx",
      () => rawXlsx('<sheetData/><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
      "file-refused",
      /hơn 100000 ô/,
    ],
    [
      "10,000 rows of CSV",
      "dai.csv",
      () => text("STT,Họ tên\n".concat("1,An\n".repeat(10_000))),
      "file-refused",
      /quá lớn/,
    ],
    [
      "a Word table of 10,000 rows",
      "dai.docx",
      () => rawDocx(`<w:tbl>${"<w:tr><w:tc><w:p/></w:tc></w:tr>".repeat(10_000)}</w:tbl>`),
      "file-refused",
      /quá lớn/,
    ],
    ["XML that breaks off", "hong.docx", () => rawDocx("<w:p><w:r>"), "file-unreadable", /hỏng/],
    [
      "a web page named .xlsx",
      "trang.xlsx",
      () => text("<html><body><table><tr><td>STT</td></tr></table></body></html>"),
      "file-refused",
      /HTML/,
    ],
    [
      "a web page named .doc",
      "trang.doc",
      () => text('<?xml version="1.0"?><html/>'),
      "file-refused",
      /HTML/,
    ],
    ["an old .doc", "cu.doc", () => bytes(...OLE2), "file-refused", /lưu lại thành \.docx\/\.xlsx/],
    ["a broken PDF", "qd.pdf", () => text("%PDF-1.7 ..."), "file-unreadable", /PDF hỏng/],
    ["a scanned PDF", "quet.pdf", () => writePdf([[]], { picture: true }), "file-refused", /bản quét/],
    [
      "a PDF of 51 pages",
      "dai.pdf",
      () => writePdf(Array.from({ length: 51 }, () => [{ text: "a", x: 72, y: 700 }])),
      "file-refused",
      /hơn 50 trang/,
    ],
    ["a picture", "anh.docx", () => bytes(0xff, 0xd8, 0xff, 0xe0), "file-refused", /ảnh/],
    ["RTF", "a.docx", () => text("{\\rtf1 xin}"), "file-refused", /RTF/],
    [
      "a zip that is no document",
      "a.xlsx",
      () => writeZip([textPart("a.txt", "a")]),
      "file-refused",
      /tệp nén/,
    ],
    [
      "OpenDocument",
      "a.docx",
      () => writeZip([textPart("mimetype", "application/vnd.oasis.opendocument.text")]),
      "file-refused",
      /LibreOffice/,
    ],
    [
      "plain prose",
      "a.csv",
      () => text("Kính gửi Ban Giám đốc\nĐây là thư."),
      "file-refused",
      /không có bảng/,
    ],
    ["nothing", "a.docx", () => new Uint8Array(), "file-unreadable", /rỗng/],
    ["noise", "a.docx", () => bytes(0, 1, 2, 3, 250, 251), "file-refused", /không nhận ra/],
    ["41 MB", "to.docx", () => new Uint8Array(41 << 20), "file-refused", /lớn hơn 40 MB/],
    [
      "text in a legacy font that means nothing in it",
      "cu.docx",
      () => rawDocx('<w:p><w:r><w:rPr><w:rFonts w:ascii=".VnTime"/></w:rPr><w:t>Tài và Hà</w:t></w:r></w:p>'),
      "file-refused",
      /phông cũ \.VnTime/,
    ],
  ];

describe("a hostile or wrong file is refused in words, naming the file", () => {
  it.each(HOSTILE)("%s", async (_, fileName, content, code, words) => {
    const error: unknown = await readDocument(fileName, content(), READ_LIMITS).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({
      name: "SisoError",
      code,
      words: { vi: expect.stringMatching(words), en: expect.stringMatching(/^.+: .+\. .+\.$/) },
    });
    expect((error as Error).message).toContain(fileName);
  });

  it("a list cut short at any byte", async () => {
    const whole = await buildRosterXlsx(sampleCourse(seededRandom(1)));
    for (const share of [0.1, 0.5, 0.9, 0.99]) {
      await expect(
        readDocument("cut.xlsx", whole.slice(0, Math.floor(whole.length * share)), READ_LIMITS),
      ).rejects.toMatchObject({ code: "file-unreadable" });
    }
  });
});
