import type { GridCell } from "../types.ts";
import { cleanLines, cleanText, foldAccents, looksLikeName, splitOrdinal } from "./match-key.ts";
import { looksLikeUnit } from "./roster-row.ts";
import { beginsWithSurname, readsLikeRemark } from "./surnames.ts";

export interface SeatText {
  ordinal: number | null;
  fullName: string | null;
}

/** What one cell of a drawn chart is. `people` has two items for a desk written in one cell. */
export type ChartCell =
  | { kind: "seat"; people: SeatText[] }
  | { kind: "empty-seat" }
  | { kind: "front" | "aisle" | "label" | "furniture" | "text" | "stray" };

/** With their accents: without them "Bảng" is the given name Bằng. */
const FRONT_WORD =
  /(?<![\p{L}\p{M}])(bảng|bàn (gv|thầy|cô giáo|chủ toạ|chủ tọa|chủ trì)|bục giảng|màn (hình|chiếu)|sân khấu|giáo viên|giảng viên)(?![\p{L}\p{M}])/u;
const AISLE = /^(loi (di|vao|ra)|hanh lang|duong di)\b/;
const FURNITURE =
  /^((cua|cua so|cua ra vao|cua vao|tu|dieu hoa|camera|tuong|cot|may chieu|loa|quat)( .*)?|loi (di|vao|ra).*)$/;
const LABEL =
  /^(day|hang|cho|to|ban|cot|nhom|khu|khoi|ghe|lop)(\s*(so\s*)?\d{1,2}|\s+(so\s*)?([ivx]+|[a-h]|trai|phai|giua))$/;
/** Titles and letterheads can read like names ("SƠ ĐỒ CHỖ NGỒI" is four words of letters). */
const TITLE =
  /^(sơ đồ|danh sách|lớp|khóa|khoá|học viện|cộng hòa|cộng hoà|độc lập|phòng|hội trường|ghi chú|hướng nhìn|chú thích|lưu ý|trường|ban tổ chức)(?![\p{L}\p{M}])/u;
const EMPTY = /^\(?(trong|ghe trong|cho trong|bo trong|de trong)\)?$|^[-–—.…_x]+$/;

export function chartCell(cell: GridCell): ChartCell {
  const text = cleanText(cell.text);
  const folded = foldAccents(text);
  if (EMPTY.test(folded)) return { kind: "empty-seat" };
  if (AISLE.test(folded)) return { kind: "aisle" };
  if (LABEL.test(folded)) return { kind: "label" };
  if (FURNITURE.test(folded)) return { kind: "furniture" };
  if (TITLE.test(text.toLowerCase())) return { kind: "text" };
  if (isFront(text)) return { kind: "front" };
  const people = peopleOf(cell.text);
  if (people.length > 0) return { kind: "seat", people };
  return { kind: "text" };
}

/** A strip begins with its word or says little more; "Ngồi gần bảng: học viên mắt kém" is a remark. */
function isFront(text: string): boolean {
  const found = FRONT_WORD.exec(text.toLowerCase());
  return found !== null && (found.index <= 8 || text.split(" ").length <= 5);
}

/** The people a seat cell names: "12", "12. Nguyễn An", "An\nBình" with full names, "Nguyễn An / Trần Bình", "3, 4". */
export function peopleOf(text: string): SeatText[] {
  const lines = cleanLines(text).filter((line) => !isDetail(line));
  const whole = personOf(lines.join(" "));
  const parts = lines.flatMap((line) => line.split(/\s*[,/;+&|]\s*|\s{3,}/)).filter((part) => part !== "");
  if (parts.length <= 1) return whole ? [whole] : [];
  const people = joinNumberLines(parts).map(personOf);
  const complete = people.every((person) => person !== null && isComplete(person));
  if (complete && people.length <= 4 && !(whole && continuesName(parts)))
    return people.filter((person) => person !== null);
  return whole ? [whole] : [];
}

/** "12" on its own line above "Nguyễn An" is that person's number. */
function joinNumberLines(parts: string[]): string[] {
  const joined: string[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last !== undefined && /^\d{1,4}[.:]?$/.test(last) && /\p{L}/u.test(part))
      joined[joined.length - 1] = `${last} ${part}`;
    else joined.push(part);
  }
  return joined;
}

function isComplete(person: SeatText): boolean {
  return person.fullName === null ? person.ordinal !== null : looksLikeName(person.fullName);
}

/**
 * "Nguyễn Thị" / "Minh Anh": a first line that ends in a middle word goes on in the second, unless that word may be a given
 * name and the second begins with a family name ("Hồ Thị Ngọc" / "Lý Thanh Hoa").
 */
function continuesName([first = "", second = "", ...more]: string[]): boolean {
  const last = cleanText(first).toLowerCase().split(" ").at(-1) ?? "";
  if (more.length > 0 || first.split(" ").length > 3 || splitOrdinal(second).ordinal !== null) return false;
  return /^(thị|hữu|đình)$/.test(last) || (/^(văn|đức|xuân|ngọc)$/.test(last) && !beginsWithSurname(second));
}

function personOf(text: string): SeatText | null {
  const { ordinal, rest } = splitOrdinal(text);
  if (rest === "") return ordinal === null ? null : { ordinal, fullName: null };
  const name = rest.replace(/\s*\([^()]*\)$/, "");
  if (readsLikeRemark(name)) return null;
  if (looksLikeName(name) || (ordinal !== null && /^\p{L}[\p{L}\p{M}.]*$/u.test(name)))
    return { ordinal, fullName: name };
  return null;
}

/** A second line with a unit, a birth date or a remark is about the person above it. */
function isDetail(line: string): boolean {
  return (
    /^\(.*\)$/.test(line) ||
    /^\d{1,2}[/.-]\d{1,2}[/.-]\d{4}$/.test(line) ||
    (looksLikeUnit(line) && line.split(" ").length >= 3)
  );
}

/** An academic title or "GV" before a name: the teacher at the front, not a trainee. */
export function namesTeacher(text: string): boolean {
  return /^(ths|ts|pgs|gs|gvc|gv|thay|co|giang vien|giao vien|chu nhiem)[\s.:]/.test(foldAccents(text));
}
