import type { GridCell, LocalDate, RosterEntry } from "../types.ts";
import { parseDate } from "./dates.ts";
import { isBlank, rowText } from "./grid-rows.ts";
import { cellsByColumn, fieldOf } from "./header.ts";
import type { Column } from "./header.ts";
import { cleanText, looksLikeName, matchKey, splitOrdinal } from "./match-key.ts";
import { ROSTER_ALIASES } from "./roster-columns.ts";
import type { RosterField } from "./roster-columns.ts";

/**
 * One body row by field. `own`: cells that begin in this row; a merged cell reaching in from above is only a shared value, and
 * one in a column nobody titled counts only where it stands alone.
 */
export interface RosterRow {
  own: GridCell[];
  byField: Map<RosterField, GridCell[]>;
  picture: GridCell["picture"];
}

export function rosterRow(row: GridCell[], index: number, columns: Column<RosterField>[]): RosterRow {
  const byField = new Map<RosterField, GridCell[]>();
  const stray = new Set<GridCell>();
  for (const [column, cells] of cellsByColumn(row, columns)) {
    if (column.field) byField.set(column.field, [...(byField.get(column.field) ?? []), ...cells]);
    if (column.title === "") for (const cell of cells) stray.add(cell);
  }
  const here = row.filter((cell) => cell.row === index && !isBlank(cell));
  const titled = here.filter((cell) => !stray.has(cell));
  const picture = here.find((cell) => cell.picture)?.picture ?? null;
  return { own: titled.length > 0 ? titled : here, byField, picture };
}

export function textOf(row: RosterRow, field: RosterField): string {
  return cleanText((row.byField.get(field) ?? []).map((cell) => cell.text).join(" "));
}

/** A name or STT that begins in this row; one merged from above belongs to the row above. */
function ownText(row: RosterRow, field: RosterField): string {
  const cells = (row.byField.get(field) ?? []).filter((cell) => row.own.includes(cell));
  return cleanText(cells.map((cell) => cell.text).join(" "));
}

export function ordinalOf(row: RosterRow): number | null {
  const digits = /^(\d{1,9})\.?$/.exec(ownText(row, "ordinal"))?.[1];
  return digits === undefined ? null : Number(digits);
}

/** The name as printed, joined from its columns; a "(…)" after it is a remark. */
export function nameOf(row: RosterRow): { name: string; remark: string | null } {
  const parts = ["fullName", "familyName", "givenName"].map((field) => ownText(row, field as RosterField));
  const joined = splitOrdinal(parts.filter((part) => part !== "").join(" ")).rest;
  const remark = /^([^(]+?)\s*\(([^()]*)\)$/.exec(joined);
  return remark
    ? { name: remark[1] ?? "", remark: (remark[2] ?? "").trim() || null }
    : { name: joined, remark: null };
}

export interface BirthReading {
  date: LocalDate | null;
  year: number | null;
  /** Text that should be a birth date and is none. */
  unread: string | null;
}

const BIRTH_FIELDS: RosterField[] = ["birth", "birthOfMen", "birthOfWomen"];

export function birthOf(row: RosterRow): BirthReading {
  const cells = BIRTH_FIELDS.flatMap((field) => row.byField.get(field) ?? []).filter((cell) =>
    row.own.includes(cell),
  );
  const stored = cells.find((cell) => cell.date)?.date ?? null;
  if (stored) return { date: stored, year: Number(stored.slice(0, 4)), unread: null };
  const text = cleanText(cells.map((cell) => cell.text).join(" "));
  if (text === "" || /^[-–—x]$/i.test(text)) return { date: null, year: null, unread: null };
  const { day, year } = parseDate(text);
  return { date: day, year, unread: day === null && year === null ? text : null };
}

/** With their accents: without them "Vụ" is the surname Vũ and "Tổ" the surname Tô. */
const UNIT_WORDS =
  /^(sở|phòng|ban|ubnd|uỷ ban|ủy ban|hđnd|huyện|quận|thị xã|thị trấn|xã|phường|tỉnh|thành phố|tp\.?|trường|trung tâm|văn phòng|cục|chi cục|tổng cục|khối|cơ quan|đơn vị|công an|quân khu|bộ|viện|học viện|vụ|kho bạc|thuế|chi nhánh|hải quan|toà án|tòa án|đảng uỷ|đảng ủy|tỉnh uỷ|tỉnh ủy|huyện uỷ|huyện ủy|thành uỷ|thành ủy|hội|đoàn (thanh niên|tncs|thể|khối|kinh tế)|mặt trận|công ty|tập đoàn|ngân hàng|nhóm|tổ|lớp|đại học|cao đẳng|bệnh viện)(?![\p{L}\p{M}])/u;

export function looksLikeUnit(text: string): boolean {
  return UNIT_WORDS.test(
    cleanText(text)
      .toLowerCase()
      .replace(/^([ivxlc]+|[a-zđ]|\d+)\s*[.)/-]\s*/, ""),
  );
}

/** The unit a band row announces ("I. Sở Nội vụ" merged over the table), or null when the row is no band. */
export function bandOf(row: RosterRow, columns: Column<RosterField>[]): string | null {
  const [first, second] = row.own;
  if (!first || row.own.length > 2) return null;
  const text = rowText(row.own);
  const unit = text.replace(/^([IVXLC]+|[A-ZĐ]|\d+)\s*[.)/\s-]\s*/u, "").trim() || text;
  if (second)
    return /^([IVXLC]+|[A-ZĐ])\.?$/u.test(cleanText(first.text)) && !looksLikeDate(second.text) ? unit : null;
  const covered = columns.filter(
    (column) => first.column < column.to && first.column + first.columnSpan > column.from,
  );
  if (covered.length >= Math.max(2, columns.length / 2)) return isProse(text) ? null : unit;
  return looksLikeUnit(text) || /^[IVXLC]+\s*[.)]\s/u.test(text) ? unit : null;
}

/** A sentence, a date or a number written over the table announces no unit. */
function isProse(text: string): boolean {
  if (looksLikeUnit(text) || /^([IVXLC]+|[A-ZĐ])\s*[.)]\s/u.test(text)) return false;
  return !/\p{L}{2}/u.test(text) || /[:;?!*]|\.$|\d[/.-]\d/.test(text) || text.split(" ").length > 10;
}

function looksLikeDate(text: string): boolean {
  const { day, year } = parseDate(text);
  return day !== null || year !== null;
}

/** A header printed again on the next page. */
export function isRepeatedHeader(row: RosterRow): boolean {
  const known = row.own.filter((cell) => fieldOf(cell.text, ROSTER_ALIASES) !== null).length;
  if (known < 2) return false;
  if (known === row.own.length) return true;
  return known * 2 > row.own.length && !looksLikeName(nameOf(row).name.replace(/^họ (và )?tên$/i, ""));
}

/** "Chuyên viên, Sở Nội vụ tỉnh X" in one column: the unit starts at the first part that reads like one. */
export function splitPositionAndWorkplace(text: string): {
  position: string | null;
  workplace: string | null;
} {
  if (text === "") return { position: null, workplace: null };
  const parts = text.split(/\s*[,;]\s*|\s+[-–—]\s+/);
  const unitAt = parts.findIndex((part) => looksLikeUnit(part));
  if (unitAt < 0)
    return parts.length > 1
      ? { position: parts[0] ?? null, workplace: parts.slice(1).join(", ") }
      : { position: text, workplace: null };
  return { position: parts.slice(0, unitAt).join(", ") || null, workplace: parts.slice(unitAt).join(", ") };
}

/** The entry of a row that names a person. `unit`: the band above, used when the row has no workplace of its own. */
export function entryOf(row: RosterRow, where: string, unit: string | null): RosterEntry {
  const { name, remark } = nameOf(row);
  const birth = birthOf(row);
  const { email } = emailOf(row);
  const both = splitPositionAndWorkplace(textOf(row, "positionAndWorkplace"));
  const notes = [remark, textOf(row, "note")].filter((text) => text !== null && text !== "");
  return {
    ordinal: ordinalOf(row),
    fullName: name,
    matchKey: matchKey(name),
    code: textOf(row, "code") || null,
    birthDate: birth.date,
    birthYear: birth.year,
    position: textOf(row, "position") || both.position,
    workplace: textOf(row, "workplace") || both.workplace || unit,
    ...(email === null ? {} : { email }),
    note: notes.join("; ") || null,
    portrait: row.picture,
    where,
  };
}

/** The address of a row, or the cell whose text is none; a blank cell and a dash are neither. */
export function emailOf(row: RosterRow): { email: string | null; unread: GridCell | null } {
  const text = textOf(row, "email").toLowerCase();
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) return { email: text, unread: null };
  const cell = (row.byField.get("email") ?? []).find((one) => row.own.includes(one));
  return { email: null, unread: text === "" || /^[-–—x]$/i.test(text) ? null : (cell ?? null) };
}
