import { cleanText, foldAccents } from "./match-key.ts";

/** "Tổng cộng", "Danh sách gồm 40 học viên": a line about the list, not of it. Accents count: Tống is a surname. */
export function isTotals(text: string): boolean {
  return /^\(?(tổng( cộng| số)?|cộng|ấn định|(tổng )?danh sách( này| trên)? (gồm|có)|tổng hợp)(?![\p{L}\p{M}])/iu.test(
    cleanText(text),
  );
}

/** The head count a totals line states, if any. */
export function statedTotal(text: string): number | null {
  const count =
    /(?:gom|co|so|cong)\D{0,25}?(\d{1,4})\s*(?:\([^)]*\)\s*)?(?:hoc vien|nguoi|dong chi|can bo|cong chuc|$)/.exec(
      foldAccents(text),
    )?.[1];
  return count === undefined ? null : Number(count);
}

const SIGNATURE =
  /^(nơi nhận|người (lập|duyệt|nhận|tổng hợp|ký)|lập bảng|(kt|tl|tm|tuq)\.|thủ trưởng|(phó )?(giám đốc|hiệu trưởng|viện trưởng)|trưởng (ban|phòng|khoa|đơn vị)|chủ nhiệm|phụ trách|xác nhận|\(?đã ký|\(?ký)(?![\p{L}\p{M}])|ngày\s+\S{1,3}\s+tháng\s+\S{1,3}\s+năm/iu;

/** Words that open the block under a table: place and date, "Người lập", who signs, "Nơi nhận". One cell's text. */
export function isSignature(text: string): boolean {
  return SIGNATURE.test(cleanText(text));
}

/** "Ghi chú: …", "(*) Học viên …": a remark about the table, not a row of it. One cell's text, or a row's. */
export function isRemark(text: string): boolean {
  return /^(\(?\*+\)?|(ghi chú|lưu ý|chú ý|chú thích|ký hiệu)\s*[:.(–-])/iu.test(cleanText(text));
}

/** "Trang 2/5", "- 3 -": printed in a page's margin. */
export function isPageNumber(text: string): boolean {
  return /^(trang\s*\d{1,3}(\s*(\/|trên)\s*\d{1,3})?|[-–—]\s*\d{1,3}\s*[-–—]|\d{1,3}\s*\/\s*\d{1,3})$/iu.test(
    cleanText(text),
  );
}

/** The table's own title, printed again on the next page. */
export function isTitle(text: string): boolean {
  return /^(danh sách|lịch học|thời khóa biểu|thời khoá biểu|sơ đồ)(?![\p{L}\p{M}])/iu.test(cleanText(text));
}
