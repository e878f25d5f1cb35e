import type { LocalDate } from "../types.ts";
import { cleanText } from "./match-key.ts";

/** What a date text says; `year` alone when day and month are not given. */
export interface DateText {
  day: LocalDate | null;
  year: number | null;
}

const NOTHING: DateText = { day: null, year: null };

/** A real calendar day, or null (31/02, 15/15). */
export function localDate(year: number, month: number, day: number): LocalDate | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  const real = year >= 1900 && year < 2200 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return real ? (date.toISOString().slice(0, 10) as LocalDate) : null;
}

/**
 * Day-first dates as Vietnamese documents write them: 15/01/2000, 15-1-2000, 15.1.2000, 2000-01-15, "ngày 05 tháng 9 năm
 * 2026", a year alone, 00/00/1980 or 9/1980 (a year only). Null fields when it is none of these or no real day.
 */
export function parseDate(text: string): DateText {
  const clean = cleanText(text).toLowerCase();
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ].*)?$/.exec(clean);
  if (iso) return dated(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const dmy =
    /^(?:ngày\s*)?(\d{1,2})\s*[/.\-\s]\s*(\d{1,2})\s*[/.\-\s]\s*(\d{4})(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?$/.exec(
      clean,
    );
  if (dmy) return dated(Number(dmy[3]), Number(dmy[2]), Number(dmy[1]));
  const words = DAY_IN_WORDS.exec(clean);
  if (words) return dated(Number(words[3]), Number(words[2]), Number(words[1]));
  const year = /^(?:năm\s*|\d{1,2}\s*[/\s-]\s*)?((?:19|20)\d{2})$/.exec(clean);
  return year ? { day: null, year: Number(year[1]) } : NOTHING;
}

const DAY_IN_WORDS = /ngày\s*(\d{1,2})\s*tháng\s*(\d{1,2})\s*năm\s*(\d{4})/;

function dated(year: number, month: number, day: number): DateText {
  if (month === 0 || day === 0) return { day: null, year };
  const date = localDate(year, month, day);
  return date ? { day: date, year } : NOTHING;
}

/** Every day named in running text, in order; `tháng … năm …` may be shared ("từ ngày 05 đến ngày 16 tháng 9 năm 2026"). */
export function findDays(text: string, year: number | null = null): LocalDate[] {
  const clean = cleanText(text).toLowerCase();
  const found: { day: number; month: number | null; year: number | null }[] = [];
  const pattern =
    /(\d{4})-(\d{1,2})-(\d{1,2})|(?:ngày\s*)?(\d{1,2})\s*([/.-])\s*(\d{1,2})(?:\s*\5\s*(\d{4}|\d{2})(?!\d))?|ngày\s*(\d{1,2})(?:\s*tháng\s*(\d{1,2})(?:\s*(?:năm|,)\s*(\d{4}))?)?/g;
  for (const match of clean.matchAll(pattern)) {
    const [, isoYear, isoMonth, isoDay, day, , month, shortYear, wordDay, wordMonth, wordYear] = match;
    if (isoYear) found.push({ year: Number(isoYear), month: Number(isoMonth), day: Number(isoDay) });
    else if (day) found.push({ year: fullYear(shortYear), month: Number(month), day: Number(day) });
    else
      found.push({
        year: fullYear(wordYear),
        month: wordMonth ? Number(wordMonth) : null,
        day: Number(wordDay),
      });
  }
  return shareForward(found, year);
}

function fullYear(text: string | undefined): number | null {
  return text === undefined ? null : Number(text) + (text.length === 2 ? 2000 : 0);
}

/** A day without month or year takes those of the next day that has them, then the given year. */
function shareForward(
  found: { day: number; month: number | null; year: number | null }[],
  givenYear: number | null,
): LocalDate[] {
  const days: LocalDate[] = [];
  let month: number | null = null;
  let year = givenYear;
  for (const part of found.toReversed()) {
    month = part.month ?? month;
    year = part.year ?? year;
    const date = month === null || year === null ? null : localDate(year, month, part.day);
    if (date) days.unshift(date);
  }
  return days;
}

/** 1 = Monday (Thứ Hai) … 7 = Sunday (Chủ nhật). */
export function weekdayOf(day: LocalDate): number {
  return ((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7) + 1;
}

/** Days from the first to the last that fall on a weekday (1 = Monday); none when the range is longer than a year. */
export function weekdaysBetween(from: LocalDate, to: LocalDate, weekday: number): LocalDate[] {
  const days: LocalDate[] = [];
  const end = Date.parse(to);
  if (end - Date.parse(from) > 366 * 86_400_000) return days;
  for (let at = Date.parse(from); at <= end; at += 86_400_000) {
    const day = new Date(at).toISOString().slice(0, 10) as LocalDate;
    if (weekdayOf(day) === weekday) days.push(day);
  }
  return days;
}
