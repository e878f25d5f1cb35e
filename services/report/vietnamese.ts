import { DateTime } from "luxon";
import type { LocalDate, Shift } from "../types.ts";

const nbsp = "\u00A0";
const blank = nbsp.repeat(5);
const numbers = new Intl.NumberFormat("vi-VN");

export const shiftWords: Record<Shift, string> = { morning: "sáng", afternoon: "chiều", evening: "tối" };

/** `1.234` */
export function count(value: number): string {
  return numbers.format(value);
}

/** Decree 30: 0 before days below 10 and months 1 and 2; `ngày 05 tháng 12 năm 2026`. */
export function longDate(date: LocalDate): string {
  const [year = "", month = "", day = ""] = date.split("-");
  const shown = Number(month) > 2 ? String(Number(month)) : month;
  return `ngày ${day} tháng ${shown} năm ${year}`;
}

/** Left for the clerk to write in. */
export function dateOrBlank(date: LocalDate | null): string {
  return date === null ? `ngày${blank}tháng${blank}năm${blank}` : longDate(date);
}

/** Decree 30: numbers below 10 get a 0; no spaces around `/` and `-`. */
export function numberOrBlank(number: number | null, symbol: string): string {
  return number === null ? `${nbsp.repeat(8)}/${symbol}` : `${String(number).padStart(2, "0")}/${symbol}`;
}

/** `05/12/2026` */
export function shortDate(date: LocalDate): string {
  return date.split("-").toReversed().join("/");
}

/** `17 giờ 00 phút ngày 05 tháng 12 năm 2026` on the campus's clock. */
export function longInstant(instant: Date, zone: string): string {
  const local = DateTime.fromJSDate(instant, { zone });
  return `${local.toFormat("HH")} giờ ${local.toFormat("mm")} phút ${longDate(local.toFormat("yyyy-MM-dd") as LocalDate)}`;
}

/** `sáng 24/11/2026` */
export function slotWords(session: { day: LocalDate; shift: Shift }): string {
  return `${shiftWords[session.shift]} ${shortDate(session.day)}`;
}

export function capitals(text: string): string {
  return text.toLocaleUpperCase("vi");
}

/** Text an office file can hold: no control characters but tab and line feed, no halves of surrogate pairs. */
export function printable(text: string): string {
  return text.normalize("NFC").replaceAll(/[\p{Cs}\uFFFE\uFFFF]|[^\P{Cc}\t\n]/gu, "");
}

/** A course's name after the word "lớp": many names already begin with it. */
export function afterClass(name: string): string {
  return name.replace(/^lớp\s+/i, "");
}
