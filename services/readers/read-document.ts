import { createHash } from "node:crypto";
import { SisoError } from "../errors.ts";
import type { ReadingProblem, SourceDocument } from "../types.ts";
import { readCsv } from "./csv.ts";
import { readDocx } from "./docx.ts";
import { LegacyFonts } from "./legacy-font.ts";
import type { ReadLimits } from "./limits.ts";
import { externalLinkNotes, inspectPackage } from "./office-package.ts";
import { readPdf } from "./pdf.ts";
import { pictureOf, pictureWords } from "./picture.ts";
import { refused, SAVE_NEW, SEND_OFFICE_FILE, unreadable } from "./refusal.ts";
import { decodeText, trueType } from "./true-type.ts";
import type { TrueType } from "./true-type.ts";
import { readXlsx } from "./xlsx.ts";
import { damaged, locked, unpackGuarded } from "./zip-gate.ts";

type Content = Omit<SourceDocument, "fileName" | "sha256">;

/** Gate, then the parser the content asks for. Throws `file-refused` or `file-unreadable` with the place and the remedy. */
export async function readDocument(
  fileName: string,
  bytes: Uint8Array,
  limits: ReadLimits,
): Promise<SourceDocument> {
  refuseLarge(fileName, bytes, limits);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { fileName, sha256, ...(await readContent(fileName, bytes, limits)) };
}

/** Throws `file-refused` for more bytes than any document here needs. */
export function refuseLarge(fileName: string, bytes: Uint8Array, limits: ReadLimits): void {
  if (bytes.length > limits.fileBytes)
    throw refused(
      fileName,
      { vi: `tệp lớn hơn ${limits.fileBytes >> 20} MB`, en: `the file is over ${limits.fileBytes >> 20} MB` },
      { vi: "Thu nhỏ ảnh hoặc chia nhỏ tệp", en: "Shrink the pictures or split the file" },
    );
}

async function readContent(fileName: string, bytes: Uint8Array, limits: ReadLimits): Promise<Content> {
  const type = trueType(bytes);
  if (type === "zip") return readOffice(fileName, bytes, limits);
  if (type === "text") {
    const grid = readCsv(fileName, decodeText(bytes) ?? "", limits);
    return { format: "csv", grids: [grid], paragraphs: [], notes: [] };
  }
  if (type === "pdf") return readPdfContent(fileName, bytes, limits);
  if (type === "picture") return { ...nothingToRead(fileName), format: scanFormat(fileName, bytes, limits) };
  throw refusalOf(fileName, type);
}

async function readPdfContent(fileName: string, bytes: Uint8Array, limits: ReadLimits): Promise<Content> {
  const fonts = new LegacyFonts(fileName);
  const paragraphs = await readPdf(fileName, bytes, limits, fonts);
  if (paragraphs.length === 0) return { ...nothingToRead(fileName), format: "pdf" };
  return { format: "pdf", grids: [], paragraphs, notes: fonts.notes() };
}

/** A picture of a paper is only kept, so that it need not be a small one; it is never decoded. */
function scanFormat(fileName: string, bytes: Uint8Array, limits: ReadLimits): "picture" {
  const picture = pictureOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), {
    picturePixels: limits.picturePixels,
    pictureBytes: limits.fileBytes,
  });
  if (typeof picture !== "string") return "picture";
  throw refused(fileName, pictureWords(picture), {
    vi: "Gửi ảnh JPEG, PNG cỡ vừa, hoặc bản quét dạng PDF",
    en: "Send a JPEG or PNG of moderate size, or a scan as PDF",
  });
}

/** A scan or a photograph of a paper. */
function nothingToRead(fileName: string): Pick<Content, "grids" | "paragraphs" | "notes"> {
  return { grids: [], paragraphs: [], notes: [noteOfScan(fileName)] };
}

function noteOfScan(where: string): ReadingProblem {
  return {
    where,
    why: {
      vi: "Bản quét hoặc ảnh chụp giấy: không có chữ để đọc, tệp được giữ nguyên.",
      en: "A scan or a picture of a paper: there is no text to read, the file is kept as it is.",
    },
    fix: { vi: "Các mục của giấy phải được gõ tay.", en: "Its fields have to be typed in." },
    severity: "note",
  };
}

async function readOffice(fileName: string, bytes: Uint8Array, limits: ReadLimits): Promise<Content> {
  const parts = await unpackGuarded(fileName, bytes, limits);
  const kind = inspectPackage(fileName, parts);
  try {
    const links = externalLinkNotes(fileName, parts);
    if (kind === "docx") {
      const read = readDocx(fileName, parts, limits);
      return { format: "docx", ...read, notes: [...links, ...read.notes] };
    }
    const read = readXlsx(fileName, parts, limits);
    return { format: "xlsx", ...read, notes: [...links, ...read.notes] };
  } catch (error) {
    throw error instanceof SisoError ? error : damaged(fileName, error);
  }
}

const WORDS: Record<
  Exclude<TrueType, "zip" | "text" | "pdf" | "picture" | "ole2-encrypted" | "empty">,
  { vi: string; en: string }
> = {
  ole2: { vi: "tệp Word/Excel kiểu cũ (.doc/.xls)", en: "an old Word/Excel file (.doc/.xls)" },
  rtf: { vi: "tệp RTF", en: "an RTF file" },
  markup: {
    vi: "thực chất là trang web (HTML/XML), không phải Word hay Excel",
    en: "it is really a web page (HTML/XML), not Word or Excel",
  },
  "old-text": {
    vi: "văn bản dùng bảng mã cũ (TCVN3, VNI…), không chắc đọc đúng",
    en: "text in an old code page (TCVN3, VNI …) that cannot be read for certain",
  },
  unknown: { vi: "không nhận ra loại tệp", en: "the kind of file is not known" },
};

function refusalOf(fileName: string, type: Exclude<TrueType, "zip" | "text" | "pdf" | "picture">): SisoError {
  if (type === "ole2-encrypted") return locked(fileName);
  if (type === "empty")
    return unreadable(fileName, { vi: "tệp rỗng", en: "the file is empty" }, SEND_OFFICE_FILE);
  return refused(fileName, WORDS[type], REMEDY[type] ?? SAVE_NEW);
}

const REMEDY: Partial<Record<TrueType, typeof SAVE_NEW>> = {
  unknown: SEND_OFFICE_FILE,
  "old-text": {
    vi: "Mở bằng Excel, chuyển sang phông Unicode, lưu thành .xlsx hoặc CSV UTF-8 rồi gửi lại",
    en: "Open it in Excel, convert it to a Unicode font, save it as .xlsx or CSV UTF-8 and send it again",
  },
};
