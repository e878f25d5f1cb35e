import { getDocumentProxy } from "unpdf";
import type { LegacyFonts } from "./legacy-font.ts";
import type { ReadLimits } from "./limits.ts";
import { pdfParagraphs } from "./pdf-lines.ts";
import type { PdfText } from "./pdf-lines.ts";
import { refused, unreadable } from "./refusal.ts";
import { locked } from "./zip-gate.ts";

/** What is used of pdf.js. */
interface Pdf {
  numPages: number;
  getPage(number: number): Promise<PdfPage>;
  loadingTask: { destroy(): Promise<void> };
}

interface PdfPage {
  getTextContent(): Promise<{ items: (PdfItem | { type: string })[]; styles: Record<string, unknown> }>;
  getOperatorList(): Promise<unknown>;
  commonObjs: { has(id: string): boolean; get(id: string): unknown };
}

interface PdfItem {
  str: string;
  /** Scale, rotation and position; the last two are x and y. */
  transform: number[];
  width: number;
  height: number;
  fontName: string;
}

/**
 * The text of a PDF as paragraphs; none for a scan. No script of it runs, nothing is fetched and nothing is drawn. Throws
 * `file-refused` for a password or too many pages, `file-unreadable` for a damaged file.
 */
export async function readPdf(
  fileName: string,
  bytes: Uint8Array,
  limits: ReadLimits,
  fonts: LegacyFonts,
): Promise<string[]> {
  const pdf = await open(fileName, bytes);
  try {
    if (pdf.numPages > limits.pages) throw tooLong(fileName, limits.pages);
    const paragraphs: string[] = [];
    for (let page = 1; page <= pdf.numPages; page++)
      paragraphs.push(...pdfParagraphs(await textOf(pdf, page, fonts)));
    return paragraphs.some((text) => /\p{L}{2}/u.test(text)) ? paragraphs : [];
  } finally {
    await pdf.loadingTask.destroy();
  }
}

async function open(fileName: string, bytes: Uint8Array): Promise<Pdf> {
  try {
    return await getDocumentProxy(bytes.slice(), {
      isEvalSupported: false,
      disableFontFace: true,
      useSystemFonts: false,
      useWorkerFetch: false,
      disableAutoFetch: true,
      enableXfa: false,
      stopAtErrors: true,
      // Pictures are not decoded at all: only text is wanted, and a scan may hold 100 megapixels.
      maxImageSize: 1,
      verbosity: 0,
    });
  } catch (error) {
    if ((error as Error).name === "PasswordException") throw locked(fileName);
    throw unreadable(
      fileName,
      { vi: "tệp PDF hỏng hoặc bị cắt cụt", en: "the PDF is damaged or cut short" },
      SEND_TEXT,
      error,
    );
  }
}

async function textOf(pdf: Pdf, number: number, fonts: LegacyFonts): Promise<PdfText[]> {
  const page = await pdf.getPage(number);
  const { items, styles } = await page.getTextContent();
  const names = await fontNames(page, new Set(Object.keys(styles)));
  return items.flatMap((item) => {
    if (!("str" in item) || item.str.trim() === "") return [];
    const [, , , scale = 0, x = 0, y = 0] = item.transform;
    const text = fonts.read(names.get(item.fontName), item.str, () => `trang ${number}`);
    return [{ text, x, y, width: item.width, size: Math.abs(scale) || item.height }];
  });
}

/** Real font names (`ABCDEF+.VnTime`) by the names pdf.js gives them; they come with the page's operators. */
async function fontNames(page: PdfPage, ids: Set<string>): Promise<Map<string, string>> {
  await page.getOperatorList();
  const names = new Map<string, string>();
  for (const id of ids) {
    if (!page.commonObjs.has(id)) continue;
    const font = page.commonObjs.get(id) as { name?: string } | null;
    if (font?.name) names.set(id, font.name.replace(/^[A-Z]{6}\+/, ""));
  }
  return names;
}

const SEND_TEXT = {
  vi: "Gửi tệp Word gốc, hoặc PDF xuất thẳng từ Word (File › Save As › PDF)",
  en: "Send the Word file, or a PDF saved from Word (File › Save As › PDF)",
};

function tooLong(fileName: string, pages: number): Error {
  return refused(
    fileName,
    { vi: `PDF có hơn ${pages} trang`, en: `the PDF has more than ${pages} pages` },
    { vi: "Gửi riêng các trang cần đọc", en: "Send only the pages that matter" },
  );
}
