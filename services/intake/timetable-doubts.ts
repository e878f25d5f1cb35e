import type { LocalDate, ReadingProblem, TimetableEntry } from "../types.ts";
import { weekdayOf } from "./dates.ts";
import { problem } from "./problems.ts";
import { shiftOfClock } from "./timetable-cells.ts";

/** What contradicts itself in one row. `weekday` 1 = Monday. */
export function doubts(
  where: string,
  entries: TimetableEntry[],
  clock: string | null,
  weekday: number | null,
): ReadingProblem[] {
  const [entry] = entries;
  if (!entry) return [];
  const found: ReadingProblem[] = [];
  if (weekday !== null && weekday !== weekdayOf(entry.day)) {
    found.push(
      problem(
        "ask",
        where,
        {
          vi: `Thứ không khớp với ngày ${shown(entry.day)}.`,
          en: `The weekday does not fit ${shown(entry.day)}.`,
        },
        { vi: "Sửa thứ hoặc ngày.", en: "Correct the weekday or the day." },
      ),
    );
  }
  if (clock && entries.length === 1 && shiftOfClock(clock) !== entry.shift) {
    found.push(
      problem(
        "ask",
        where,
        { vi: `Giờ ${clock} không khớp với buổi đã ghi.`, en: `The time ${clock} does not fit the shift.` },
        { vi: "Sửa giờ hoặc buổi.", en: "Correct the time or the shift." },
      ),
    );
  }
  if (entry.topic === "") {
    found.push(
      problem(
        "note",
        where,
        { vi: "Buổi học không ghi nội dung.", en: "The session has no topic." },
        { vi: "Bổ sung nội dung nếu cần.", en: "Add the topic if needed." },
      ),
    );
  }
  return found;
}

export function shown(day: LocalDate): string {
  return day.split("-").reverse().join("/");
}

/** Two rows for one day, shift and start. */
export function twiceAtOnce(entries: TimetableEntry[]): ReadingProblem[] {
  const seen = new Map<string, TimetableEntry>();
  return entries.flatMap((entry) => {
    const key = `${entry.day} ${entry.shift} ${entry.startsAtLocal ?? ""}`;
    const first = seen.get(key);
    seen.set(key, first ?? entry);
    if (!first) return [];
    return [
      problem(
        "ask",
        entry.where,
        {
          vi: `Trùng buổi ${shown(entry.day)} với ${first.where}.`,
          en: `The same session as ${first.where}, ${shown(entry.day)}.`,
        },
        { vi: "Xóa một hàng hoặc sửa ngày, buổi.", en: "Delete one row or correct day and shift." },
      ),
    ];
  });
}
