import type { GridCell, WallTime } from "../types.ts";
import { localDate } from "./dates.ts";
import { cleanText, foldAccents } from "./match-key.ts";

/** A time of an attendance file before anybody knows whether day or month stands first. */
export interface WrittenTime {
  /** The date's numbers as written; `order` when the text itself tells which is which. */
  first: number;
  second: number;
  year: number;
  order: DayOrder | null;
  /** `HH:MM:SS`, 24 hours. */
  clock: string;
  /** Ends with Z or UTC. */
  utc: boolean;
  /** The time ends with an English AM or PM, as a US-style clock does. */
  english: boolean;
}

export type DayOrder = "dmy" | "mdy";

const DATE = String.raw`(\d{1,4})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{2,4})`;
const CLOCK = String.raw`(\d{1,2})[:.h](\d{2})(?:[:.](\d{2}))?(?:[.,]\d+)?\s*([ap]\.?\s?m\.?|sa|ch)?`;
const DATE_FIRST = new RegExp(`^${DATE}(?:\\s*,\\s*|\\s+|t)${CLOCK}\\s*(z|utc)?$`);
const CLOCK_FIRST = new RegExp(`^${CLOCK}(?:\\s*,\\s*|\\s+)(?:ngay )?${DATE}$`);

/**
 * `3/20/23, 8:55:23 AM`, `20/03/2023 08:55:23`, `08:55:23 20/3/2023` (vi-VN), `2023-03-20T08:55:23`; null for anything else, a date
 * without a time included. A real date of a workbook keeps its own order.
 */
export function writtenTime({ text, date }: Pick<GridCell, "text" | "date">): WrittenTime | null {
  const clean = foldAccents(text);
  const dateFirst = DATE_FIRST.exec(clean);
  const clockFirst = dateFirst ? null : CLOCK_FIRST.exec(clean);
  const found = dateFirst ?? clockFirst;
  if (!found) return null;
  const [a, b, c, hour, minute, second, half] = dateFirst
    ? found.slice(1, 8)
    : [...found.slice(5, 8), ...found.slice(1, 5)];
  const clock = clockOf(Number(hour), Number(minute), Number(second ?? 0), half);
  if (clock === null) return null;
  const english = /^[ap]/.test(half ?? "");
  const utc = dateFirst?.[8] !== undefined;
  const [x, y, z] = [Number(a), Number(b), Number(c)];
  // 2023-03-20: nothing to guess.
  if ((a ?? "").length === 4) return { first: z, second: y, year: x, order: "dmy", clock, english, utc };
  const year = z < 100 ? 2000 + z : z;
  // A workbook's own date is shown day first; Vietnamese writes the clock first, and SA or CH after it.
  const known = date !== null || clockFirst !== null || /^(sa|ch)$/.test(half ?? "");
  return { first: x, second: y, year, order: known ? "dmy" : null, clock, english, utc };
}

function clockOf(hour: number, minute: number, second: number, half: string | undefined): string | null {
  const late = /^p|^ch/.test(half ?? "");
  const twelve = half === undefined || half === "" ? hour : (hour % 12) + (late ? 12 : 0);
  // "17:30:00 CH" is written by clocks set to 24 hours.
  const hours = half && hour > 12 ? hour : twelve;
  if (hours > 23 || minute > 59 || second > 59) return null;
  return [hours, minute, second].map((part) => String(part).padStart(2, "0")).join(":");
}

export interface FileOrder {
  order: DayOrder;
  certain: boolean;
}

/**
 * Which number is the day, from all the times of a file together: one date with a number over 12 tells it for all. Where none
 * does, an English AM/PM speaks for month first and anything else for day first, and the order is not certain.
 */
export function dayOrderOf(times: readonly WrittenTime[]): FileOrder {
  const open = times.filter(({ order }) => order === null);
  const dayFirst = open.filter(({ first }) => first > 12).length;
  const monthFirst = open.filter(({ second }) => second > 12).length;
  if (dayFirst !== monthFirst) return { order: dayFirst > monthFirst ? "dmy" : "mdy", certain: true };
  const english = open.some((time) => time.english);
  // 5/5 is the fifth of May whichever way it is read.
  const certain = open.every(({ first, second }) => first === second);
  return { order: english ? "mdy" : "dmy", certain };
}

/** Null when the date is none in this order. */
export function wallTime(time: WrittenTime, order: DayOrder): WallTime | null {
  const dayFirst = (time.order ?? order) === "dmy";
  const [day, month] = dayFirst ? [time.first, time.second] : [time.second, time.first];
  const date = localDate(time.year, month, day);
  return date === null ? null : (`${date}T${time.clock}` as WallTime);
}

/** Day and month the other way round; null when that is no date. */
export function swapped(time: WallTime): WallTime | null {
  const [year, month, day] = time.slice(0, 10).split("-").map(Number);
  const date = localDate(year ?? 0, day ?? 0, month ?? 0);
  return date === null ? null : (`${date}${time.slice(10)}` as WallTime);
}

/** Seconds from one wall time to another; no clock change is known here. */
export function secondsBetween(from: WallTime, to: WallTime): number {
  return (Date.parse(`${to}Z`) - Date.parse(`${from}Z`)) / 1000;
}

export function isDuration(text: string): boolean {
  return durationSeconds(text) !== null;
}

const UNITS: readonly (readonly [RegExp, number])[] = [
  [/(\d+)\s*(?:d|days?|ngay)(?![a-z])/, 86_400],
  [/(\d+)\s*(?:h|hr|hrs|hours?|gio|tieng)(?![a-z])/, 3_600],
  [/(\d+)\s*(?:m|min|mins|minutes?|phut|ph)(?![a-z])/, 60],
  [/(\d+)\s*(?:s|sec|secs|seconds?|giay|g)(?![a-z])/, 1],
];

/** `1h 2m 3s`, `59m 35s`, `1 giờ 2 phút`, `01:02:03`; null for anything else. */
export function durationSeconds(text: string): number | null {
  const clean = foldAccents(cleanText(text));
  const clock = /^(\d{1,3}):(\d{2}):(\d{2})$/.exec(clean);
  if (clock) return Number(clock[1]) * 3_600 + Number(clock[2]) * 60 + Number(clock[3]);
  let [rest, seconds, found] = [clean, 0, false];
  for (const [unit, size] of UNITS) {
    const part = unit.exec(rest);
    if (!part) continue;
    seconds += Number(part[1]) * size;
    rest = rest.replace(part[0], " ");
    found = true;
  }
  return found && /^[\s,va]*$/.test(rest) ? seconds : null;
}
