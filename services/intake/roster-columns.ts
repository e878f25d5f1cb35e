import type { Grid, GridCell } from "../types.ts";
import { isBlank, rowsOf } from "./grid-rows.ts";
import { cellsByColumn, findHeader } from "./header.ts";
import type { Aliases, Column, Header } from "./header.ts";
import { cleanText } from "./match-key.ts";

export type RosterField =
  | "ordinal"
  | "fullName"
  | "familyName"
  | "givenName"
  | "birth"
  | "birthOfMen"
  | "birthOfWomen"
  | "positionAndWorkplace"
  | "position"
  | "workplace"
  | "note"
  | "seat"
  | "class"
  | "code"
  | "email"
  | "known";

/** Titles in order of trial; `known` columns are recognised and not imported (listed to the person all the same). */
export const ROSTER_ALIASES: Aliases<RosterField> = [
  ["ordinal", /^(stt|so tt|tt|so thu tu|s t t|no)$/],
  ["seat", /^((id|ma|so|vi tri) (cho|ghe)( ngoi)?|cho ngoi|ghe|seat)$/],
  [
    "positionAndWorkplace",
    /^(chuc (vu|danh)|vi tri)( cong tac)?( va)? ?(don vi|co quan|noi)( cong tac| lam viec)?$/,
  ],
  ["birthOfMen", /(sinh|nam sinh).*\/ nam$/],
  ["birthOfWomen", /(sinh|nam sinh).*\/ nu$/],
  ["birth", /(^|sinh \/ )(thang( sinh)?|ngay)$/],
  ["birth", /^(ngay( thang)?( nam)? sinh|nam sinh|sinh nam|ngay sinh\b.*|dob|date of birth)$/],
  ["familyName", /^((ho va (ten )?(ten )?(dem|lot))|ho (dem|lot|dem va ten dem)|ho)$/],
  ["givenName", /^ten( hoc vien)?$/],
  [
    "fullName",
    /^(ho( va)?,? ?ten|hoten|ho va ten( .*)?|ho ten( .*)?|ten hoc vien|hoc vien|full ?name|name)$/,
  ],
  ["position", /^(chuc vu|chuc danh|chuc vu chuc danh|vi tri viec lam|vi tri cong tac|position)( .*)?$/],
  [
    "workplace",
    /^(don vi( cong tac)?|co quan( .*)?|noi (cong tac|lam viec)|don vi co quan.*|to chuc|workplace)$/,
  ],
  ["note", /^(ghi chu|note|ghi chu .*)$/],
  ["class", /^(lop|lop hoc|ten lop|lop boi duong|khoa hoc)$/],
  ["code", /^(ma|ma so|ma (so )?(hoc vien|hv|sv|sinh vien|can bo|cb|cbcc|cc|vien chuc)|msv|mshv|mhv)$/],
  ["email", /^(e ?mail|dia chi (e ?mail|thu dien tu)|thu dien tu|tai khoan (teams|email))( .*)?$/],
  [
    "known",
    /^(nu|nam|gioi tinh|phai|que quan|nguyen quan|noi sinh|dan toc|ton giao|khoa|ma .*|cccd|cmnd|so (cccd|cmnd).*|sdt|so dt|so dien thoai|dien thoai.*|dia chi.*|ky nhan|chu ky|ky ten|anh|hinh|chan dung|trinh do.*|dau thoi gian|timestamp|xep loai|diem.*|hoten khong dau|so hieu)$/,
  ],
];

export interface RosterTable {
  grid: Grid;
  header: Header<RosterField>;
}

function hasName(fields: Set<RosterField>): boolean {
  return fields.has("fullName") || (fields.has("familyName") && fields.has("givenName"));
}

/** A roster table needs a name column and at least one more known column. */
export function rosterTable(grid: Grid): RosterTable | null {
  const header = findHeader(grid, ROSTER_ALIASES, (fields) => hasName(fields) && fields.size >= 2);
  return header && { grid, header: { ...header, columns: datesInThree(withUntitled(grid, header)) } };
}

/** "Ngày | Tháng | Năm" in three columns are one birth date; alone, "Năm" reads like the tick column "Nam". */
function datesInThree(columns: Column<RosterField>[]): Column<RosterField>[] {
  const last = (column: Column<RosterField>) =>
    cleanText(column.title.split(" / ").at(-1) ?? "").toLowerCase();
  return columns.map((column, i) =>
    column.field !== "birth" && /^năm( sinh)?$/.test(last(column)) && columns[i - 1]?.field === "birth"
      ? { ...column, field: "birth" }
      : column,
  );
}

/**
 * Columns nobody titled: right of "Họ và tên" a column of letters is the given name (one title over two columns);
 * anything else is kept as an untitled column so that it can be named to the person.
 */
function withUntitled(grid: Grid, header: Header<RosterField>): Column<RosterField>[] {
  const columns = header.columns.map((column) => ({ ...column }));
  const stray = strayCells(grid, header);
  for (const at of [...new Set(stray.map((cell) => cell.column))].sort((a, b) => a - b)) {
    const name = columns.find((column) => column.field === "fullName" && column.to === at);
    const letters = stray.filter((cell) => cell.column === at && /^[\p{L}\s]+$/u.test(cleanText(cell.text)));
    if (name && letters.length * 2 > (grid.rowCount - header.bodyFrom) / 2) name.to = at + 1;
    else columns.push({ field: null, title: "", from: at, to: at + 1 });
  }
  return columns;
}

function strayCells(grid: Grid, header: Header<RosterField>): GridCell[] {
  return rowsOf(grid)
    .slice(header.bodyFrom)
    .flatMap((row) => {
      const placed = new Set([...cellsByColumn(row, header.columns).values()].flat());
      return row.filter((cell) => !isBlank(cell) && !placed.has(cell));
    });
}

/** A list with a seat column is a chart too. */
export function isSeated(grid: Grid): boolean {
  return rosterTable(grid)?.header.columns.some(({ field }) => field === "seat") === true;
}

const TELLS_OF_PEOPLE = new Set<RosterField | null>([
  "birth",
  "birthOfMen",
  "birthOfWomen",
  "position",
  "workplace",
  "positionAndWorkplace",
]);

/** Names and seats and nothing else of the people: it says who sits where, not who is enrolled. */
export function isSeatList(grid: Grid): boolean {
  const fields = rosterTable(grid)?.header.columns.map(({ field }) => field) ?? [];
  return fields.includes("seat") && !fields.some((field) => TELLS_OF_PEOPLE.has(field));
}
