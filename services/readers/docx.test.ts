import { describe, expect, it } from "vitest";
import { rawDocx, textPart } from "../../fixtures/documents/raw-office.ts";
import { READ_LIMITS } from "./limits.ts";
import { readDocument } from "./read-document.ts";

const run = (text: string, properties = "") =>
  `<w:r>${properties && `<w:rPr>${properties}</w:rPr>`}<w:t>${text}</w:t></w:r>`;
const cell = (content: string, properties = "") =>
  `<w:tc>${properties && `<w:tcPr>${properties}</w:tcPr>`}<w:p>${content.startsWith("<") || content === "" ? content : run(content)}</w:p></w:tc>`;
const row = (cells: string[], properties = "") =>
  `<w:tr>${properties && `<w:trPr>${properties}</w:trPr>`}${cells.join("")}</w:tr>`;
const table = (...rows: string[]) => `<w:tbl>${rows.join("")}</w:tbl>`;

function wrapped(inner: string): string {
  return `<w:sdt><w:sdtPr><w:rPr><w:vanish/></w:rPr></w:sdtPr><w:sdtContent>${inner}</w:sdtContent></w:sdt>`;
}

async function read(body: string, extra: Parameters<typeof rawDocx>[1] = []) {
  return readDocument("a.docx", rawDocx(body, extra), READ_LIMITS);
}

/** `row,column+span: text` of every cell. */
async function layout(body: string): Promise<string[]> {
  const { grids } = await read(body);
  return (grids[0]?.cells ?? []).map(
    (cell) => `${cell.row},${cell.column}+${cell.rowSpan}x${cell.columnSpan}: ${cell.text}`,
  );
}

describe("a Word table keeps its grid", () => {
  it("skips the columns of gridBefore and spans those of gridSpan", async () => {
    expect(
      await layout(
        table(
          row([cell("a"), cell("b"), cell("c")]),
          row([cell("x", '<w:gridSpan w:val="2"/>')], '<w:gridBefore w:val="1"/>'),
        ),
      ),
    ).toEqual(["0,0+1x1: a", "0,1+1x1: b", "0,2+1x1: c", "1,1+1x2: x"]);
  });

  it("joins vertical and horizontal merges, once each", async () => {
    const body = table(
      row([
        cell("a", '<w:vMerge w:val="restart"/>'),
        cell("b", '<w:hMerge w:val="restart"/>'),
        cell("", '<w:hMerge w:val="continue"/>'),
      ]),
      row([cell("", "<w:vMerge/>"), cell("c"), cell("d")]),
      row([cell("e", '<w:vMerge w:val="restart"/>'), cell("f"), cell("g")]),
    );
    expect(await layout(body)).toEqual([
      "0,0+2x1: a",
      "0,1+1x2: b",
      "1,1+1x1: c",
      "1,2+1x1: d",
      "2,0+1x1: e",
      "2,1+1x1: f",
      "2,2+1x1: g",
    ]);
  });

  it("reads through content controls around rows, cells and text", async () => {
    expect(await layout(table(wrapped(row([wrapped(cell("a")), cell(wrapped(run("b")))]))))).toEqual([
      "0,0+1x1: a",
      "0,1+1x1: b",
    ]);
  });

  it("drops deleted and hidden text and deleted rows, keeps inserted text", async () => {
    const body = table(
      row([
        cell(
          `${run("giữ ")}<w:del><w:r><w:delText>bỏ</w:delText></w:r></w:del><w:ins>${run("thêm")}</w:ins><w:moveFrom>${run("dời")}</w:moveFrom>`,
        ),
      ]),
      row([cell(`${run("thấy")}${run("ẩn", "<w:vanish/>")}${run(" rõ", '<w:vanish w:val="0"/>')}`)]),
      row([cell("hàng bỏ")], "<w:del/>"),
    );
    expect(await layout(body)).toEqual(["0,0+1x1: giữ thêm", "1,0+1x1: thấy rõ"]);
  });

  it("skips hidden rows, joins lines whose break was deleted, and says what was left out", async () => {
    const joined = `<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>${run("Nguyễn ")}</w:p><w:p>${run("An")}</w:p>`;
    const body = table(row([`<w:tc>${joined}</w:tc>`]), row([cell("ẩn")], "<w:hidden/>"));
    const { grids, notes } = await read(
      `${body}<w:p><w:del><w:r><w:delText>x</w:delText></w:r></w:del></w:p>`,
    );
    expect(grids[0]?.cells.map(({ text }) => text)).toEqual(["Nguyễn An"]);
    expect(notes.map(({ why }) => why.vi)).toEqual([
      expect.stringContaining("1 đoạn hoặc hàng bị ẩn"),
      expect.stringContaining("Track Changes"),
    ]);
  });

  it("says which lines stand above each table, and counts the columns of gridAfter", async () => {
    const one = table(row([cell("a"), cell("b")]), row([cell("c")], '<w:gridAfter w:val="2"/>'));
    const { grids } = await read(
      `<w:p>${run("Phòng 301")}</w:p>${one}<w:p>${run("Phòng 302")}</w:p><w:p/>${one}`,
    );
    expect(grids.map(({ name, above, columnCount }) => [name, above, columnCount])).toEqual([
      ["Bảng 1", ["Phòng 301"], 3],
      ["Bảng 2", ["Phòng 302"], 3],
    ]);
  });

  it("hides text whose style hides it", async () => {
    const styles =
      '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:style w:styleId="An"><w:rPr><w:vanish/></w:rPr></w:style><w:style w:styleId="Con"><w:basedOn w:val="An"/></w:style></w:styles>';
    const { paragraphs } = await read(`<w:p>${run("thấy")}${run("ẩn", '<w:rStyle w:val="Con"/>')}</w:p>`, [
      textPart("word/styles.xml", styles),
    ]);
    expect(paragraphs).toEqual(["thấy"]);
  });

  it("numbers an empty automatic STT column", async () => {
    const stt = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr></w:pPr>';
    expect(await layout(table(row([cell(stt), cell("An")]), row([cell(stt), cell("Bình")])))).toEqual([
      "0,0+1x1: 1",
      "0,1+1x1: An",
      "1,0+1x1: 2",
      "1,1+1x1: Bình",
    ]);
  });

  it("takes a small nested table for a desk and a large one for a table of its own", async () => {
    const desk = table(row([cell("1. An"), cell("2. Bình")]));
    const large = table(
      row([cell("a"), cell("b")]),
      row([cell("c"), cell("d")]),
      row([cell("e"), cell("f")]),
    );
    const { grids } = await read(table(row([`<w:tc>${desk}<w:p/></w:tc>`, `<w:tc>${large}<w:p/></w:tc>`])));
    expect(grids.map((grid) => [grid.name, grid.cells[0]?.text])).toEqual([
      ["Bảng 1 › hàng 1, cột 2", "a"],
      ["Bảng 1", "1. An\n2. Bình"],
    ]);
  });

  it("reads a text box once, although Word stores it twice", async () => {
    const box = `<w:txbxContent><w:p>${run("BỤC GIẢNG")}</w:p></w:txbxContent>`;
    const drawing = `<w:p><w:r><mc:AlternateContent><mc:Choice><wps:txbx>${box}</wps:txbx></mc:Choice><mc:Fallback>${box}</mc:Fallback></mc:AlternateContent></w:r></w:p>`;
    expect((await read(drawing)).paragraphs).toEqual(["BỤC GIẢNG"]);
  });

  it("keeps paragraphs outside tables, line breaks and tabs", async () => {
    const { paragraphs, grids } = await read(
      `<w:p>${run("Một")}</w:p>${table(row([cell(`<w:r><w:t>a</w:t><w:br/><w:t>b</w:t><w:tab/><w:t>c</w:t></w:r>`)]))}<w:p>${run("Hai")}</w:p>`,
    );
    expect(paragraphs).toEqual(["Một", "Hai"]);
    expect(grids[0]?.cells[0]?.text).toBe("a\nb c");
  });

  it("notes an outside link and never follows it", async () => {
    const rels =
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://x/image" Target="http://evil.example/a.png" TargetMode="External"/></Relationships>';
    const { notes } = await read(`<w:p>${run("a")}</w:p>`, [textPart("word/_rels/document.xml.rels", rels)]);
    expect(notes).toEqual([
      expect.objectContaining({
        severity: "note",
        why: expect.objectContaining({ vi: expect.stringContaining("http://evil.example/a.png") }),
      }),
    ]);
  });
});
