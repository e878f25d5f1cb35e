import { describe, expect, it } from "vitest";
import { inventPeople, seededRandom } from "../../fixtures/documents/people.ts";
import { toTcvn3, toVni, VIETNAMESE } from "../../fixtures/documents/legacy-fonts.ts";
import { rawDocx } from "../../fixtures/documents/raw-office.ts";
import { fromTcvn3, fromVni, LegacyFonts } from "./legacy-font.ts";
import { READ_LIMITS } from "./limits.ts";
import { readDocument } from "./read-document.ts";

const styled = (font: string, content: string) =>
  `<w:p><w:r><w:rPr><w:rFonts w:ascii="${font}"/></w:rPr>${content}</w:r></w:p>`;

describe("text of a legacy font", () => {
  it("has 67 letters in TCVN3, small in .VnTime and capital in .VnTimeH", () => {
    expect(new Set(VIETNAMESE).size).toBe(67);
    for (const letter of VIETNAMESE) {
      expect(fromTcvn3(toTcvn3(letter), ".VnTime")).toBe(letter);
      expect(fromTcvn3(toTcvn3(letter), ".VnArialH")).toBe(letter.toUpperCase());
    }
    expect(fromTcvn3("¡¢£¤¥¦§", ".VnTime")).toBe("ĂÂÊÔƠƯĐ");
  });

  it("has 134 letters in VNI, the marks of a capital small or capital", () => {
    for (const letter of [...VIETNAMESE, ...VIETNAMESE.map((each) => each.toUpperCase())])
      expect(fromVni(toVni(letter))).toBe(letter);
    expect(fromVni("AÙ Aù OÂ Öø")).toBe("Á Á Ô Ừ");
  });

  it("reads known words of both", () => {
    expect(fromTcvn3("NguyÔn ThÞ H\u00B6i \u00A7\u00AD\u00EAng", ".VnTime")).toBe("Nguyễn Thị Hải Đường");
    expect(fromVni("Nguyeãn Vaên Ñöùc")).toBe("Nguyễn Văn Đức");
  });

  it("comes back for anybody's name and unit", () => {
    for (const { fullName, workplace, position } of inventPeople(seededRandom(8), 200)) {
      for (const text of [fullName, workplace, position]) {
        expect(fromTcvn3(toTcvn3(text), ".VnTimeH")).toBe(text.toUpperCase());
        expect(fromVni(toVni(text))).toBe(text);
      }
    }
  });

  it("is refused at its place when a letter has no meaning in the font", () => {
    const fonts = new LegacyFonts("ds.docx");
    expect(() => fonts.read("VNI-Times", "øx", () => "hàng 3, cột 2")).toThrow(
      /ds\.docx › hàng 3, cột 2.*VNI-Times/,
    );
    expect(() => fonts.read(".VnTime", "Tài", () => "B2")).toThrow(/ds\.docx › B2/);
  });

  it("is refused when the same kind of font holds Unicode too, and only then", () => {
    const fonts = new LegacyFonts("ds.docx");
    expect(fonts.read(".VnTime", "Nguyễn", () => "B2")).toBe("Nguyễn");
    expect(fonts.notes()).toEqual([]);
    fonts.read(".VnTime", "L\u00AA", () => "B3");
    expect(() => fonts.notes()).toThrow(/B3/);
  });

  it("leaves other fonts and plain letters alone", () => {
    const fonts = new LegacyFonts("ds.docx");
    expect(fonts.read("Times New Roman", "Tài ®", () => "")).toBe("Tài ®");
    expect(fonts.read(undefined, "Tài", () => "")).toBe("Tài");
    expect(fonts.read(".VnTime", "Lan", () => "")).toBe("Lan");
    expect(fonts.read(".VnTimeH", "Lan", () => "")).toBe("LAN");
  });
});

describe("a Word file in .VnTime", () => {
  it("is read as meant, Word's soft hyphen being ư, and a note says so", async () => {
    const body = `${styled(".VnTimeH", "<w:t>häc viªn</w:t>")}${styled(".VnTime", "<w:t>D</w:t><w:softHyphen/><w:t>\u00ECng</w:t>")}`;
    const { paragraphs, notes } = await readDocument("cu.docx", rawDocx(body), READ_LIMITS);
    expect(paragraphs).toEqual(["HỌC VIÊN", "Dưỡng"]);
    expect(notes.map(({ where, severity }) => [where, severity])).toEqual([["cu.docx › văn bản", "note"]]);
  });
});
