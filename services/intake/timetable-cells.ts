import type { LocalDate, Shift } from "../types.ts";
import { findDays } from "./dates.ts";
import { cleanText, foldAccents } from "./match-key.ts";

/** Shifts a text names; "cả ngày" is morning and afternoon. */
export function shiftsNamed(text: string): Shift[] {
  const folded = foldAccents(text);
  if (/\bca ngay\b/.test(folded)) return ["morning", "afternoon"];
  const words: [Shift, RegExp][] = [
    ["morning", /\b(sang|am|s)\b/],
    ["afternoon", /\b(chieu|pm|c)\b/],
    ["evening", /\b(toi|t)\b/],
  ];
  return words.filter(([, pattern]) => pattern.test(folded)).map(([shift]) => shift);
}

/** First clock time in a text as `HH:MM`: "18:00 - 20:00", "7h30", "08 giờ 00", "14h". */
export function firstClock(text: string): string | null {
  const match = /(?:^|[^\d/.-])(\d{1,2})\s*(?::|h|giờ|g)\s*(\d{2})?(?!\d*[/-])/.exec(
    ` ${cleanText(text).toLowerCase()}`,
  );
  if (!match) return null;
  const [hour, minute] = [Number(match[1]), Number(match[2] ?? 0)];
  return hour < 24 && minute < 60
    ? `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`
    : null;
}

/** Noon and 17:30 part the shifts (08:00 / 14:00 / 19:30 are the usual starts, an evening class may start at 18:00). */
export function shiftOfClock(clock: string): Shift {
  if (clock < "12:00") return "morning";
  return clock < "17:30" ? "afternoon" : "evening";
}

/** The one day a cell names; null when it names none or several. */
export function dayNamed(text: string, year: number | null): LocalDate | null {
  const days = [...new Set(findDays(text, year))];
  return days.length === 1 ? (days[0] ?? null) : null;
}

/** "Thứ Hai", "Thứ 2", "T2", "Chủ nhật", "CN" → 1 (Monday) … 7 (Sunday). */
export function weekdayNamed(text: string): number | null {
  const folded = foldAccents(text);
  if (/\b(chu nhat|cn)\b/.test(folded)) return 7;
  const word = /\b(?:thu|t)\s*(hai|ba|tu|nam|sau|bay|[2-7])\b/.exec(folded)?.[1];
  if (word === undefined) return null;
  const names = ["hai", "ba", "tu", "nam", "sau", "bay"];
  return names.includes(word) ? names.indexOf(word) + 1 : Number(word) - 1;
}

/** Holidays and days off stand in timetables as rows and are no sessions. */
export function isDayOff(topic: string): boolean {
  return /^(nghi\b(?! thuc| luan)|le\b|tu nghien cuu$|khong hoc)/.test(foldAccents(topic));
}

/** Periods (tiết) a text counts: "4,5", "1-4", "Tiết 6 → 9"; empty when it counts none. */
export function periodsNamed(text: string): number[] {
  const clean = foldAccents(text).replace(/tiet/g, "").trim();
  const span = /^(\d{1,2})\s*(?:-|–|→|den)\s*(\d{1,2})$/.exec(clean);
  if (span) {
    const [from, to] = [Number(span[1]), Number(span[2])];
    return from >= 1 && to <= 16 && to >= from
      ? Array.from({ length: to - from + 1 }, (_, i) => from + i)
      : [];
  }
  if (!/^\d{1,2}(\s*[,;+&]\s*\d{1,2})*$/.test(clean)) return [];
  const numbers = clean.split(/\D+/).map(Number);
  return numbers.every((number) => number >= 1 && number <= 16) ? numbers : [];
}

/**
 * How many periods one half-day has in a document, by how it groups them: "4,5" tells of mornings of five, a group that
 * begins with 5 of mornings of four. Null when the groups do not tell.
 */
export function periodsPerShift(groups: number[][]): 4 | 5 | null {
  if (groups.some((group) => group.includes(4) && group.includes(5)) || groups.some(([first]) => first === 6))
    return 5;
  return groups.some(([first]) => first === 5) ? 4 : null;
}

/** The half-day periods belong to; null when that depends on how many a morning has and nothing tells. */
export function shiftOfPeriods(periods: number[], perShift: 4 | 5 | null): Shift | null {
  const [first, last] = [Math.min(...periods), Math.max(...periods)];
  if (periods.length === 0) return null;
  const shiftAt = (per: number) => SHIFTS[Math.floor((first - 1) / per)] ?? null;
  if (perShift !== null) return shiftAt(perShift);
  return last <= 4 || shiftAt(4) === shiftAt(5) ? shiftAt(4) : null;
}

const SHIFTS: Shift[] = ["morning", "afternoon", "evening"];
