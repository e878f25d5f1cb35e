import type { ReadingProblem } from "../types.ts";
import { cellName } from "./xlsx-xml.ts";

export function hiddenRowsNote(where: string, rows: number[]): ReadingProblem {
  return hiddenNote(where, rows.length, rows.map(String), { vi: "hàng", en: "row(s)" });
}

export function hiddenColumnsNote(where: string, columns: number[]): ReadingProblem {
  const names = columns.map((column) => cellName(0, column).slice(0, -1));
  return hiddenNote(where, columns.length, names, { vi: "cột", en: "column(s)" });
}

function hiddenNote(
  where: string,
  count: number,
  names: string[],
  what: { vi: string; en: string },
): ReadingProblem {
  const shown = `${names.slice(0, 5).join(", ")}${count > 5 ? "…" : ""}`;
  return {
    where,
    why: {
      vi: `Có ${count} ${what.vi} bị ẩn (${what.vi} ${shown}) nhưng vẫn được đọc.`,
      en: `${count} hidden ${what.en} (${shown}) were read all the same.`,
    },
    fix: {
      vi: `Xóa các ${what.vi} ẩn nếu không dùng nữa.`,
      en: `Delete hidden ${what.en} that are no longer meant.`,
    },
    severity: "note",
  };
}

export function hiddenSheetNote(where: string): ReadingProblem {
  return {
    where,
    why: { vi: "Trang tính bị ẩn nên không được đọc.", en: "The sheet is hidden, so it was not read." },
    fix: { vi: "Bỏ ẩn trang tính nếu nó là bản cần dùng.", en: "Unhide the sheet if it is the one to use." },
    severity: "note",
  };
}

export function formulaTrouble(where: string, trouble: "no-result" | "error"): ReadingProblem {
  return {
    where,
    why:
      trouble === "no-result"
        ? { vi: "Ô là công thức chưa có kết quả.", en: "The cell is a formula without a stored result." }
        : { vi: "Ô có lỗi công thức.", en: "The cell holds a formula error." },
    fix: {
      vi: "Mở tệp bằng Excel, lưu lại, hoặc gõ giá trị vào ô.",
      en: "Open the file in Excel and save it, or type the value in.",
    },
    severity: "ask",
  };
}
