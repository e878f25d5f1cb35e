import type { ReadingProblem } from "../types.ts";
import { refused } from "./refusal.ts";

/**
 * TCVN 5712:1993 (TCVN3, "ABC"): one Latin-1 letter for one Vietnamese letter, as the fonts `.VnTime` … draw them. Capitals
 * with a tone have no code: they are typed in the capital fonts (`.VnTimeH`), which draw small letters as capitals.
 */
const TCVN3 = new Map(
  [
    "µà¶ả·ã¸á¹ạ¨ă»ằ¼ẳ½ẵ¾ắÆặ©âÇầÈẩÉẫÊấËậ",
    "®đ",
    "ÌèÎẻÏẽÐéÑẹªêÒềÓểÔễÕếÖệ",
    "×ìØỉÜĩÝíÞị",
    "ßòáỏâõãóäọ«ôåồæổçỗèốéộ¬ơêờëởìỡíớîợ",
    "ïùñủòũóúôụ\u00ADưõừöử÷ữøứùự",
    "úỳûỷüỹýýþỵ",
    "¡Ă¢Â£Ê¤Ô¥Ơ¦Ư§Đ",
  ].flatMap(pairsOf),
);

/** VNI for Windows: a plain letter, then a second one that draws its marks; a few letters are one code. */
const VNI_SINGLE = new Map(pairsOf("ñđííììæỉóĩòịôơöưîỵ"));
const VNI_TONES = pairsOf("ù\u0301ø\u0300û\u0309õ\u0303ï\u0323");
const VNI_CIRCUMFLEX = pairsOf("áấàầåẩãẫäậ");
const VNI_BREVE = pairsOf("êăéắèằúẳüẵëặ");
const VNI = vniTable();

function pairsOf(text: string): [string, string][] {
  const letters = Array.from(text);
  return Array.from({ length: letters.length / 2 }, (_, i) => [
    letters[2 * i] ?? "",
    letters[2 * i + 1] ?? "",
  ]);
}

function vniTable(): Map<string, string> {
  const table = new Map<string, string>();
  for (const base of "aeouyôö") {
    const letter = VNI_SINGLE.get(base) ?? base;
    for (const [code, mark] of VNI_TONES) table.set(base + code, (letter + mark).normalize("NFC"));
  }
  for (const base of "aeo") {
    table.set(`${base}â`, `${base}\u0302`.normalize("NFC"));
    for (const [code, like] of VNI_CIRCUMFLEX)
      table.set(base + code, like.normalize("NFD").replace("a", base).normalize("NFC"));
  }
  for (const [code, letter] of VNI_BREVE) table.set(`a${code}`, letter);
  for (const [code, letter] of VNI_SINGLE) table.set(code, letter);
  for (const [code, letter] of Array.from(table)) {
    const [first = "", second = ""] = code;
    table.set(code.toUpperCase(), letter.toUpperCase());
    table.set(first.toUpperCase() + second, letter.toUpperCase());
  }
  return table;
}

/** Letters only Unicode has: such text was never typed in a legacy encoding. */
const UNICODE_ONLY = /[\u0102-\u01B0\u1EA0-\u1EF9]|\p{M}/u;
const UPPER_LATIN1 = /[\u00A1-\u00FF]/;

export const CONVERT_FONT = {
  vi: "Chuyển sang phông Unicode (Times New Roman; UniKey: Ctrl+Shift+F6, nguồn TCVN3 hoặc VNI, đích Unicode) rồi gửi lại",
  en: "Convert it to a Unicode font (Times New Roman; UniKey: Ctrl+Shift+F6, from TCVN3 or VNI to Unicode) and send it again",
};

/** TCVN3 text in Unicode, capitals for a capital font; null when a letter has no meaning in it. */
export function fromTcvn3(text: string, font: string): string | null {
  const mended = letterByLetter(text, TCVN3, 1);
  return mended !== null && isCapitalFont(font) ? mended.toUpperCase() : mended;
}

/** VNI text in Unicode; null when a mark follows no letter that can bear it. */
export function fromVni(text: string): string | null {
  return letterByLetter(text, VNI, 2);
}

function letterByLetter(text: string, table: Map<string, string>, longest: number): string | null {
  let mended = "";
  for (let at = 0; at < text.length;) {
    const length = longest === 2 && table.has(text.slice(at, at + 2)) ? 2 : 1;
    const code = text.slice(at, at + length);
    const letter = table.get(code) ?? (UPPER_LATIN1.test(code) ? null : code);
    if (letter === null) return null;
    mended += letter;
    at += length;
  }
  return mended;
}

function isCapitalFont(font: string): boolean {
  return font.trim().endsWith("H");
}

/**
 * Text of one document whose fonts may be legacy ones: the font's name gives them away (`.VnTime`, `VNI-Times`), together
 * with letters of the Latin-1 half. Such text is turned into Unicode and a note says so. Throws `file-refused` naming the
 * place where it cannot be told what was meant.
 */
export class LegacyFonts {
  private readonly fileName: string;
  private mended = 0;
  private firstMended = "";
  private firstFont = "";
  /** Unicode letters typed in a legacy font: then its Latin-1 letters may be Unicode as well. */
  private firstUnicode: string | null = null;

  constructor(fileName: string) {
    this.fileName = fileName;
  }

  /** The text as meant; `place` says where in the file it stands. */
  read(font: string | null | undefined, text: string, place: () => string): string {
    if (!font || !/^(\.Vn|VNI-)/i.test(font) || text === "") return text;
    if (UNICODE_ONLY.test(text)) {
      this.firstUnicode ??= place();
      return text;
    }
    if (!UPPER_LATIN1.test(text))
      return isCapitalFont(font) && /^\.Vn/i.test(font) ? text.toUpperCase() : text;
    const meant = /^\.Vn/i.test(font) ? fromTcvn3(text, font) : fromVni(text);
    if (meant === null) throw this.unsure(place(), font);
    this.mended++;
    this.firstMended ||= place();
    this.firstFont ||= font;
    return meant;
  }

  /** What was mended. Throws `file-refused` when legacy and Unicode text stand in the same kind of font. */
  notes(): ReadingProblem[] {
    if (this.mended === 0) return [];
    if (this.firstUnicode !== null) throw this.unsure(this.firstMended, this.firstFont);
    return [
      {
        where: `${this.fileName} › ${this.firstMended}`,
        why: {
          vi: `${this.mended} chỗ viết bằng phông cũ (${this.firstFont}) đã được chuyển sang Unicode, bắt đầu từ đây.`,
          en: `${this.mended} place(s) in a legacy font (${this.firstFont}) were turned into Unicode, beginning here.`,
        },
        fix: {
          vi: "So lại vài họ tên trong bản xem trước với tệp gốc.",
          en: "Compare a few names of the preview with the file.",
        },
        severity: "note",
      },
    ];
  }

  private unsure(place: string, font: string): Error {
    return refused(
      `${this.fileName} › ${place}`,
      {
        vi: `chữ viết bằng phông cũ ${font}, không chắc đọc đúng`,
        en: `text in the legacy font ${font} that cannot be read for certain`,
      },
      CONVERT_FONT,
    );
  }
}
