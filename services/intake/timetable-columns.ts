import type { Grid, SourceDocument } from "../types.ts";
import { findHeader } from "./header.ts";
import type { Aliases, Header } from "./header.ts";

export type TimetableField =
  | "ordinal"
  | "day"
  | "weekday"
  | "shift"
  | "clock"
  | "topic"
  | "lecturer"
  | "room"
  | "periods"
  | "known";

export const TIMETABLE_ALIASES: Aliases<TimetableField> = [
  ["ordinal", /^(stt|tt|so tt|buoi so|buoi hoc so)$/],
  [
    "day",
    /^((thoi gian|ngay|ngay hoc|ngay thang|ngay thang nam|thu ngay|thu ngay thang|date)|thoi gian (ngay|\/ ngay).*|.*\/ (ngay|ngay thang|thu ngay)|ngay (buoi|day|giang).*)$/,
  ],
  ["shift", /^(buoi|ca|ca hoc|buoi hoc|sang chieu|.*\/ (buoi|ca))$/],
  ["weekday", /^(thu|thu trong tuan|.*\/ thu)$/],
  ["clock", /^(gio|gio hoc|thoi gian hoc|khung gio|tu gio.*|.*\/ gio)$/],
  ["periods", /^(tiet|tiet hoc|tiet thu|cac tiet|tiet day)$/],
  ["topic", /^(noi dung.*|chuyen de.*|mon.*|ten (bai|mon|chuyen de).*|bai (hoc|giang).*|chu de.*|hoc phan)$/],
  ["lecturer", /^(giang vien.*|giao vien.*|bao cao vien.*|nguoi (day|giang).*|gv)$/],
  ["room", /^(dia diem.*|phong.*|co so|noi hoc|hoi truong)$/],
  ["known", /^(lop|ghi chu|so tiet|khoa|.*phu trach.*|hinh thuc.*)$/],
];

/** A timetable needs a topic column and a day, or a weekday with the dates between which it recurs. */
export function timetableHeader(grid: Grid): Header<TimetableField> | null {
  return findHeader(
    grid,
    TIMETABLE_ALIASES,
    (fields) => fields.has("topic") && (fields.has("day") || (fields.has("weekday") && fields.has("clock"))),
  );
}

/** For dates written without one: the only year of the titles, else the only year the document names. */
export function onlyYear(doc: SourceDocument): number | null {
  const cells = doc.grids.flatMap((grid) => grid.cells);
  const titles = cells.filter((cell) => cell.row < 3 && cell.columnSpan > 1).map((cell) => cell.text);
  return (
    oneYear([...doc.paragraphs, ...titles]) ?? oneYear([...doc.paragraphs, ...cells.map((cell) => cell.text)])
  );
}

function oneYear(texts: string[]): number | null {
  const years = new Set(texts.flatMap((text) => text.match(/\b20\d{2}\b/g) ?? []));
  return years.size === 1 ? Number([...years][0]) : null;
}
