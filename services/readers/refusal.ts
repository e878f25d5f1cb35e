import { SisoError } from "../errors.ts";

interface Words {
  vi: string;
  en: string;
}

/** The file is what it says but may not be taken in: macros, bombs, formats nobody asked for. */
export function refused(fileName: string, why: Words, fix: Words): SisoError {
  return new SisoError("file-refused", sentence(fileName, why, fix));
}

/** The file is damaged, or not what its name says. */
export function unreadable(fileName: string, why: Words, fix: Words, cause?: unknown): SisoError {
  return new SisoError("file-unreadable", sentence(fileName, why, fix), cause);
}

function sentence(fileName: string, why: Words, fix: Words): Words {
  return { vi: `${fileName}: ${why.vi}. ${fix.vi}.`, en: `${fileName}: ${why.en}. ${fix.en}.` };
}

export const SEND_OFFICE_FILE: Words = {
  vi: "Gửi lại tệp Word (.docx), Excel (.xlsx), CSV hoặc PDF có chữ",
  en: "Send a Word (.docx), Excel (.xlsx) or CSV file, or a PDF with text",
};

export const SAVE_AGAIN: Words = {
  vi: "Mở tệp, kiểm tra nội dung rồi lưu lại và gửi lại",
  en: "Open the file, check it, save it again and send it again",
};

export const SAVE_NEW: Words = {
  vi: "Mở bằng Word/Excel, lưu lại thành .docx/.xlsx rồi gửi lại",
  en: "Open it in Word/Excel, save it as .docx/.xlsx and send it again",
};

export const MACROS: Words = { vi: "tệp có chứa macro", en: "the file contains macros" };

export const WITHOUT_MACROS: Words = {
  vi: "Lưu lại thành .docx hoặc .xlsx không có macro rồi gửi lại",
  en: "Save it as .docx or .xlsx without macros and send it again",
};
