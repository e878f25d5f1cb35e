import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { beforeAll, describe, expect, it } from "vitest";
import yauzl from "yauzl";
import type { LocalDate } from "../types.ts";
import { renderDocx } from "./render-docx.ts";
import { sampleModel } from "./sample-model.test-kit.ts";

const twips = (mm: number) => Math.floor((mm / 25.4) * 1440);

async function partOf(docx: Uint8Array, name: string): Promise<string> {
  const stream = await new Promise<Readable>((resolve, reject) => {
    yauzl.fromBuffer(Buffer.from(docx), {}, (error, zip) => {
      if (error) return reject(error);
      zip.on("error", reject).on("end", () => reject(new Error(`${name} not found`)));
      zip.on("entry", (entry: yauzl.Entry) => {
        if (entry.fileName !== name) return;
        zip.openReadStream(entry, (failure, stream) => (failure ? reject(failure) : resolve(stream)));
      });
    });
  });
  return (await buffer(stream)).toString("utf8");
}

function paragraphsOf(xml: string): string[] {
  return (xml.match(/<w:p>.*?<\/w:p>|<w:p .*?<\/w:p>/gs) ?? []).map((paragraph) =>
    (paragraph.match(/<w:t[ >].*?<\/w:t>/gs) ?? []).map((text) => text.replaceAll(/<[^>]+>/g, "")).join(""),
  );
}

function rowsOf(xml: string): string[] {
  return xml.match(/<w:tr>.*?<\/w:tr>|<w:tr .*?<\/w:tr>/gs) ?? [];
}

describe("report as .docx", () => {
  let xml = "";
  let texts: string[] = [];
  const model = sampleModel();

  beforeAll(async () => {
    xml = await partOf(await renderDocx(model), "word/document.xml");
    texts = paragraphsOf(xml);
  });

  it("opens as Decree 30 orders: body, Quốc hiệu, blank number and date, title, addressee, bases", () => {
    expect(texts.filter((text) => text !== "").slice(0, 10)).toEqual([
      "HỌC VIỆN HÀNH CHÍNH QUỐC GIA",
      "VĂN PHÒNG HỌC VIỆN",
      "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
      "Độc lập - Tự do - Hạnh phúc",
      expect.stringMatching(/^Số: \u00A0+\/BC-VP$/),
      expect.stringMatching(/^Hà Nội, ngày\u00A0+tháng\u00A0+năm\u00A0+$/),
      "BÁO CÁO",
      "Tình hình tham gia học tập của học viên lớp Bồi dưỡng ngạch chuyên viên chính khóa 12",
      "(trước kỳ kiểm tra giữa khóa)",
      "Kính gửi: Giám đốc Học viện Hành chính Quốc gia",
    ]);
    expect(texts).toContain("Căn cứ Quy chế quản lý lớp học;");
    expect(texts).toContain("Căn cứ kế hoạch bồi dưỡng năm 2026.");
  });

  it("closes with ./., recipients and signer, kept together", () => {
    const closing = texts.findIndex((text) => text.endsWith("./."));
    expect(texts.slice(closing + 1, closing + 8).filter((text) => text !== "")).toEqual([
      "Nơi nhận:",
      "- Như trên;",
      "- Cán bộ quản lý lớp;",
      "- Lưu: VT, CNTT.",
      "TL. GIÁM ĐỐC",
      "CHÁNH VĂN PHÒNG",
      "Nguyễn Văn Đạt",
    ]);
    const paragraph = xml.slice(xml.lastIndexOf("<w:p>", xml.indexOf("./.<")), xml.indexOf("./.<"));
    expect(paragraph).toContain("<w:keepNext/>");
  });

  it("is A4 with the decree's margins, Times New Roman, 72 + 93 mm header columns", () => {
    expect(xml).toMatch(new RegExp(`<w:pgSz[^>]*w:w="${twips(210)}"[^>]*w:h="${twips(297)}"`));
    expect(xml).toMatch(
      new RegExp(
        `<w:pgMar w:top="${twips(20)}" w:right="${twips(15)}" w:bottom="${twips(20)}" w:left="${twips(30)}"`,
      ),
    );
    expect(xml).toContain(
      `<w:tblGrid><w:gridCol w:w="${twips(72)}"/><w:gridCol w:w="${twips(93)}"/></w:tblGrid>`,
    );
    expect(new Set(xml.match(/w:ascii="[^"]+"/g))).toEqual(new Set(['w:ascii="Times New Roman"']));
  });

  it("numbers each part's pages from its second page, centred on top", () => {
    expect(xml.match(/<w:titlePg\/>/g)).toHaveLength(3);
    expect(xml.match(/<w:pgNumType w:start="1"/g)).toHaveLength(3);
  });

  it("repeats header rows and never splits a row; STT is at least 13 mm", () => {
    const rows = rowsOf(xml);
    expect(rows.every((row) => row.includes("<w:cantSplit/>"))).toBe(true);
    const headers = rows.filter((row) => row.includes("<w:tblHeader/>"));
    expect(headers).toHaveLength(4);
    const withOrdinal = headers.filter((row) => paragraphsOf(row)[0] === "STT");
    expect(withOrdinal).toHaveLength(3);
    const widths = withOrdinal.map((row) => Number(/<w:tcW[^>]*w:w="(\d+)"/.exec(row)?.[1]));
    expect(Math.min(...widths)).toBeGreaterThanOrEqual(twips(13));
  });

  it("prints every trainee and session with the figures' numbers", () => {
    const rows = rowsOf(xml).map((row) => paragraphsOf(row));
    for (const { fullName, ordinal, workplace, totals } of model.figures.trainees) {
      const counts = [
        totals.sessionsHeld,
        totals.present,
        totals.excused,
        totals.unexcused,
        totals.notObservable,
        totals.toReview,
        totals.offSeat,
      ];
      expect(rows).toContainEqual([String(ordinal), fullName, workplace ?? "", ...counts.map(String)]);
    }
    expect(rows.some((row) => row.includes("1/2 (thiếu)"))).toBe(true);
    expect(rows.some((row) => row.includes("chỉ có 1/2 lượt điểm danh hợp lệ"))).toBe(true);
    expect(rows.some((row) => row.includes("nghỉ học"))).toBe(true);
    expect(rows.some((row) => row.includes("giảng viên báo nghỉ, học bù sau"))).toBe(true);
  });

  it("ties the appendices to the report", () => {
    expect(texts).toContain("Phụ lục I");
    expect(texts).toContain("KẾT QUẢ THAM GIA HỌC TẬP CỦA TỪNG HỌC VIÊN");
    expect(texts).toContain("Phụ lục II");
    expect(texts.filter((text) => text.startsWith("(Kèm theo Báo cáo số"))).toHaveLength(2);
  });

  it("carries number and date once issued, and a list of several addressees", async () => {
    const issued = sampleModel({
      issued: { number: 5, date: "2026-12-04" as LocalDate },
      addressees: ["Giám đốc Học viện", "Ban Quản lý bồi dưỡng"],
    });
    const after = paragraphsOf(await partOf(await renderDocx(issued), "word/document.xml"));
    expect(after).toContain("Số: 05/BC-VP");
    expect(after).toContain("Hà Nội, ngày 04 tháng 12 năm 2026");
    const start = after.indexOf("Kính gửi:");
    expect(after.slice(start, start + 3)).toEqual([
      "Kính gửi:",
      "- Giám đốc Học viện;",
      "- Ban Quản lý bồi dưỡng.",
    ]);
  });

  it("stays well-formed for hostile names and an empty course", async () => {
    const hostile = structuredClone(sampleModel());
    const [first] = hostile.figures.trainees;
    if (first) first.fullName = "<w:p>&\u0000\u000B=1+1";
    const named = await partOf(await renderDocx(hostile), "word/document.xml");
    expect(named).toContain("&lt;w:p&gt;&amp;=1+1");
    expect(named).not.toMatch(/[^\P{Cc}\t\r\n]/u);
    const figures = { ...hostile.figures, trainees: [], sessions: [], policies: [] };
    const empty = paragraphsOf(await partOf(await renderDocx({ ...hostile, figures }), "word/document.xml"));
    expect(empty).toContain("Không có.");
  });
});
