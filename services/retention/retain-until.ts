import { DateTime } from "luxon";
import { SisoError } from "../errors.ts";
import type { LocalDate } from "../types.ts";

/**
 * First instant at which something may be proposed for destruction: N Đ6 "tối thiểu 5 năm kể từ ngày bắt đầu khóa học".
 * Calendar years; the corresponding day belongs to the term and ends at the campus's midnight (Civil Code 2015, Đ147–148: the first
 * day is not counted, the term ends with its last day). A course that started on 29 February and has none in the final year keeps
 * until 1 March is over: a floor is never rounded down. Throws `input-invalid`.
 */
export function retainUntil(courseStart: LocalDate, years: number, zone: string): Date {
  const start = DateTime.fromFormat(courseStart, "yyyy-MM-dd", { zone });
  if (!start.isValid || !Number.isInteger(years) || years < 1) throw invalid(courseStart, years, zone);
  const sameDay = start.plus({ years });
  const lastDay = sameDay.day === start.day ? sameDay : sameDay.plus({ days: 1 });
  return lastDay.plus({ days: 1 }).startOf("day").toJSDate();
}

/** How a retention without end is written where an instant is needed. */
export const keptForever = new Date("9999-12-31T00:00:00Z");

/** A class of the institution's retention schedule; `permanent` is never destroyed (X Đ9.5, Archive Law 2024). */
export interface RetentionClass {
  name: string;
  years: number | "permanent";
}

export interface Retention {
  until: Date | "permanent";
  /** The class that decided, or null when an earlier, longer decision stands. */
  decidedBy: string | null;
}

export interface RetentionRequest {
  courseStart: LocalDate;
  /** At least one; the longest wins (X2). */
  classes: readonly RetentionClass[];
  zone: string;
  /** What was decided before; a retention is only ever extended. */
  current: Date | "permanent" | null;
}

/** The longest of all classes and of what was decided before. Throws `input-invalid` without a class. */
export function retentionOf(request: RetentionRequest): Retention {
  const { courseStart, classes, zone, current } = request;
  if (classes.length === 0) throw withoutClass();
  const proposals = classes.map(({ name, years }): Retention => ({
    until: years === "permanent" ? years : retainUntil(courseStart, years, zone),
    decidedBy: name,
  }));
  const standing: Retention[] = current === null ? [] : [{ until: current, decidedBy: null }];
  return [...standing, ...proposals].reduce((best, next) => (isLonger(next.until, best.until) ? next : best));
}

/** Whether `now` has reached the end; expiry only lets destruction be proposed, a decision of people is still needed. */
export function hasExpired(until: Date | "permanent", now: Date): boolean {
  return until !== "permanent" && now >= until;
}

function isLonger(one: Date | "permanent", other: Date | "permanent"): boolean {
  if (other === "permanent") return false;
  return one === "permanent" || one > other;
}

function invalid(courseStart: string, years: number, zone: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `Không tính được thời hạn lưu trữ: ngày bắt đầu khóa học “${courseStart}” (NĂM-THÁNG-NGÀY), số năm ${years} (số nguyên từ 1), múi giờ “${zone}”. Kiểm tra lại ba giá trị này.`,
    en: `Retention cannot be computed: course start "${courseStart}" (YYYY-MM-DD), years ${years} (whole, at least 1), zone "${zone}". Check these three values.`,
  });
}

function withoutClass(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Chưa có nhóm thời hạn lưu trữ nào áp dụng cho khóa học. Khai báo ít nhất một nhóm.",
    en: "No retention class applies to the course. Declare at least one.",
  });
}
