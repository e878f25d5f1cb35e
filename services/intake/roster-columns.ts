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
  [
    "known",
    /^(nu|nam|gioi tinh|phai|que quan|nguyen quan|noi sinh|dan toc|ton giao|lop|khoa|ma .*|cccd|cmnd|so (cccd|cmnd).*|sdt|so dt|so dien thoai|dien thoai.*|email|e mail|dia chi.*|ky nhan|chu ky|ky ten|anh|hinh|chan dung|trinh do.*|dau thoi gian|timestamp|xep loai|diem.*|hoten khong dau|so hieu)$/,
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
  return header && { grid, header: { ...header, columns: withUntitled(grid, header) } };
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
