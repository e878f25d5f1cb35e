import { DateTime, IANAZone } from "luxon";
import { SisoError } from "../errors.ts";
import type { Interval, LocalDate, Rules, SessionFrame, Shift } from "../types.ts";

/** L Đ5.2: one break in the middle of a session, at most 20 minutes. */
export const longestBreakMinutes = 20;

const minuteMs = 60_000;

export interface FrameRequest {
  day: LocalDate;
  shift: Shift;
  /** `HH:MM` on the campus's wall clock; null takes the shift's start from the rules (L Đ5.3). */
  startsAtLocal: string | null;
  /** IANA name, e.g. `Asia/Ho_Chi_Minh`. */
  zone: string;
  rules: Rules;
}

/**
 * Teaching time of one session: `periodsPerSession` periods of `periodMinutes` with one break after the first half of them.
 * Lengths are elapsed time, so a clock change during a session does not stretch it.
 * Throws `SisoError("input-invalid")` for a break over 20 minutes (L Đ5.2), an unknown zone, and a start that the clock skips.
 */
export function frameOf(request: FrameRequest): SessionFrame {
  const { rules } = request;
  checkRules(rules);
  const start = startOf(request).toMillis();
  const before = Math.ceil(rules.periodsPerSession / 2);
  const breakMs = rules.periodsPerSession > 1 ? rules.breakMinutes * minuteMs : 0;
  const periodMs = rules.periodMinutes * minuteMs;
  const periods = Array.from({ length: rules.periodsPerSession }, (_, index) =>
    interval(start + index * periodMs + (index < before ? 0 : breakMs), periodMs),
  );
  return {
    startsAt: new Date(start),
    endsAt: new Date(start + rules.periodsPerSession * periodMs + breakMs),
    periods,
    break: breakMs > 0 ? interval(start + before * periodMs, breakMs) : null,
  };
}

/** T−30 by default (L Đ5.3): cameras are checked then, and what they see never counts as a roll call. */
export function preflightAt(frame: SessionFrame, rules: Pick<Rules, "preflightMinutesBefore">): Date {
  return new Date(frame.startsAt.getTime() - rules.preflightMinutesBefore * minuteMs);
}

/** The campus's calendar day of an instant. */
export function localDayOf(instant: Date, zone: string): LocalDate {
  return DateTime.fromJSDate(instant, { zone: knownZone(zone) }).toFormat("yyyy-MM-dd") as LocalDate;
}

/** `HH:MM` at which a session starts: its own time, or its shift's. */
export function startTimeOf(
  session: { shift: Shift; startsAtLocal: string | null },
  rules: Pick<Rules, "shiftStarts">,
): string {
  return session.startsAtLocal ?? rules.shiftStarts[session.shift];
}

function interval(startMs: number, lengthMs: number): Interval {
  return { startsAt: new Date(startMs), endsAt: new Date(startMs + lengthMs) };
}

function startOf(request: FrameRequest): DateTime {
  const time = startTimeOf(request, request.rules);
  const written = `${request.day} ${time}`;
  if (!/^\d{4}-\d{2}-\d{2} ([01]\d|2[0-3]):[0-5]\d$/.test(written)) throw unreadableStart(written);
  const zone = knownZone(request.zone);
  const start = DateTime.fromFormat(written, "yyyy-MM-dd HH:mm", { zone });
  if (!start.isValid) throw unreadableStart(written);
  if (start.toFormat("yyyy-MM-dd HH:mm") !== written) throw skippedStart(written, request.zone);
  // A wall time that occurs twice (clocks set back) means its first occurrence.
  return start.getPossibleOffsets().reduce((first, next) => (next < first ? next : first));
}

function knownZone(zone: string): string {
  if (IANAZone.isValidZone(zone)) return zone;
  throw new SisoError("input-invalid", {
    vi: `Múi giờ “${zone}” không tồn tại. Ghi tên theo IANA, ví dụ Asia/Ho_Chi_Minh.`,
    en: `Unknown time zone "${zone}". Use an IANA name such as Asia/Ho_Chi_Minh.`,
  });
}

function unreadableStart(written: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `Ngày giờ bắt đầu buổi học “${written}” không hợp lệ. Cần dạng NĂM-THÁNG-NGÀY GIỜ:PHÚT, ví dụ 2026-11-23 08:00.`,
    en: `Session start "${written}" is not valid. Expected YYYY-MM-DD HH:MM, e.g. 2026-11-23 08:00.`,
  });
}

function skippedStart(written: string, zone: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `Giờ bắt đầu ${written} không có trên đồng hồ của ${zone} (ngày chỉnh giờ). Chọn giờ khác.`,
    en: `Start ${written} does not exist on the clock of ${zone} (clocks move forward). Choose another time.`,
  });
}

function checkRules(rules: Rules): void {
  if (rules.breakMinutes > longestBreakMinutes) {
    throw new SisoError("input-invalid", {
      vi: `breakMinutes: giờ giải lao ${rules.breakMinutes} phút, tối đa ${longestBreakMinutes} phút (L Đ5.2). Sửa quy tắc của cơ sở.`,
      en: `breakMinutes: the break is ${rules.breakMinutes} minutes, at most ${longestBreakMinutes} (L Đ5.2). Correct the campus's rules.`,
    });
  }
  checkAmount("breakMinutes", rules.breakMinutes, 0);
  checkAmount("periodMinutes", rules.periodMinutes, 1);
  checkAmount("periodsPerSession", rules.periodsPerSession, 1);
}

function checkAmount(key: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new SisoError("input-invalid", {
    vi: `${key}: ${value} không hợp lệ, cần số nguyên từ ${least} trở lên. Sửa quy tắc của cơ sở.`,
    en: `${key}: ${value} is not valid, expected a whole number of at least ${least}. Correct the campus's rules.`,
  });
}
