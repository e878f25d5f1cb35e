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
  vi: "Gửi lại tệp Word (.docx), Excel (.xlsx) hoặc CSV",
  en: "Send a Word (.docx), Excel (.xlsx) or CSV file",
};

export const SAVE_AGAIN: Words = {
  vi: "Mở tệp, kiểm tra nội dung rồi lưu lại và gửi lại",
  en: "Open the file, check it, save it again and send it again",
};
