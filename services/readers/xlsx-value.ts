import type { LocalDate } from "../types.ts";

export interface CellText {
  text: string;
  date: LocalDate | null;
  trouble: "no-result" | "error" | null;
}

export function plain(text: string): CellText {
  return { text, date: null, trouble: null };
}

/** A stored number as the sheet shows it: a date, a time, a padded number or a plain one. */
export function numberText(value: number, format: string | null, epoch1904: boolean): CellText {
  if (!Number.isFinite(value)) return { text: "", date: null, trouble: "error" };
  if (format !== null && showsDate(format)) return serialText(epoch1904 ? value + 1462 : value, format);
  const text = String(Number(value.toPrecision(15)));
  const padded = format !== null && /^0+$/.test(format) && Number.isInteger(value);
  return plain(padded ? text.padStart(format.length, "0") : text);
}

/** Letters of date and time outside quotes, escapes and brackets; `[h]` counts, `[Red]` does not. */
function showsDate(format: string): boolean {
  const bare = format
    .replace(/"[^"]*"|\\.|_./g, "")
    .replace(/\[(h+|m+|s+)\]/gi, "$1")
    .replace(/\[[^\]]*\]/g, "")
    .replace(/general/gi, "");
  return /[ymdhs]/i.test(bare);
}

/** 25569 is 1 January 1970 in Excel's days. */
function serialText(serial: number, format: string): CellText {
  const instant = new Date(Math.round((serial - 25_569) * 1440) * 60_000);
  if (serial < 0 || Number.isNaN(instant.getTime()) || instant.getUTCFullYear() > 9999)
    return { text: "", date: null, trouble: "error" };
  return dayText(instant.toISOString(), format);
}

/** `2026-09-07T08:00…` as people write it. A time alone is stored on day zero of 1899–1900; a format of `yyyy` shows a year only. */
export function dayText(iso: string, format: string | null): CellText {
  const day = iso.slice(0, 10);
  const clock = iso.slice(11, 16);
  if (day < "1900-01-02") return plain(clock);
  if (format !== null && /^y+$/i.test(format)) return plain(day.slice(0, 4));
  const shown = day.split("-").reverse().join("/");
  const timed = clock !== "" && clock !== "00:00";
  return { text: timed ? `${shown} ${clock}` : shown, date: day as LocalDate, trouble: null };
}
