import type { LocalDate, ReadingProblem, TimetableEntry } from "../types.ts";
import { problem } from "./problems.ts";
import { shown } from "./timetable-doubts.ts";

/** A session as one row or cell gives it; `periods` (tiết) when it counts them. */
export interface DraftSession {
  entry: TimetableEntry;
  periods: number[];
}

/** What one row (or one place of a weekly grid) came to. */
export interface Outcome {
  sessions: DraftSession[];
  problems: ReadingProblem[];
  /** No session and says so: a day off. */
  counted: boolean;
  /** No row of the timetable at all: a remark, a signature, a cell beside the table. */
  aside?: true;
}

export function aside(problem: ReadingProblem): Outcome {
  return { sessions: [], counted: false, aside: true, problems: [problem] };
}

export function dayOff(where: string, day: LocalDate | null, text: string): Outcome {
  return {
    sessions: [],
    counted: true,
    problems: [
      problem(
        "note",
        where,
        {
          vi: `${day ? `${shown(day)}: ` : ""}“${text.slice(0, 60)}” không phải buổi học.`,
          en: `“${text.slice(0, 60)}” is no session.`,
        },
        { vi: "Không cần làm gì.", en: "Nothing to do." },
      ),
    ],
  };
}

export function unread(where: string, text: string, reason: { vi: string; en: string }): Outcome {
  return {
    sessions: [],
    counted: false,
    problems: [
      problem(
        "ask",
        where,
        {
          vi: `Buổi “${text.slice(0, 60)}”: ${reason.vi}.`,
          en: `Session “${text.slice(0, 60)}”: ${reason.en}.`,
        },
        {
          vi: "Ghi ngày/tháng/năm và buổi (Sáng, Chiều, Tối) hoặc giờ học.",
          en: "Give day/month/year and the shift (Sáng, Chiều, Tối) or the time.",
        },
      ),
    ],
  };
}

export const noSession = {
  vi: "không có ngày, buổi, giờ, tiết hay nội dung",
  en: "neither a day, a shift, a time, a period nor a topic is given",
};

export const noShift = {
  vi: "không biết buổi sáng, chiều hay tối",
  en: "neither a shift nor a time is given",
};

export function noDay(text: string) {
  return {
    vi: `không đọc được ngày${text ? ` “${text}”` : ""}`,
    en: `no day could be read${text ? ` in “${text}”` : ""}`,
  };
}

export function topicAsAbove(where: string, topic: string): ReadingProblem {
  return problem(
    "note",
    where,
    {
      vi: `Ô nội dung để trống, hiểu là như buổi trên: “${topic.slice(0, 60)}”.`,
      en: `The topic is blank and taken to be the one above: “${topic.slice(0, 60)}”.`,
    },
    { vi: "Ghi nội dung nếu khác.", en: "Write the topic if it differs." },
  );
}

/**
 * Subjects of one half-day that stand by their periods ("tiết 1,2", "tiết 3,4") are one session (buổi); in the order of their
 * periods. Whatever else shares day and shift stays as it is and is asked about.
 */
export function oneSessionAShift(drafts: DraftSession[]): {
  entries: TimetableEntry[];
  problems: ReadingProblem[];
} {
  const groups = new Map<string, DraftSession[]>();
  for (const draft of drafts) {
    const key = `${draft.entry.day} ${draft.entry.shift}`;
    groups.set(key, [...(groups.get(key) ?? []), draft]);
  }
  const problems: ReadingProblem[] = [];
  const entries = [...groups.values()].flatMap((group) => {
    const all = group.flatMap(({ periods }) => periods);
    const apart = group.every(({ periods }) => periods.length > 0) && new Set(all).size === all.length;
    if (group.length === 1 || !apart) return group.map(({ entry }) => entry);
    return [joined(group, problems)];
  });
  return { entries, problems };
}

function joined(group: DraftSession[], problems: ReadingProblem[]): TimetableEntry {
  const inOrder = group
    .toSorted((a, b) => (a.periods[0] ?? 0) - (b.periods[0] ?? 0))
    .map(({ entry }) => entry);
  const [first] = inOrder as [TimetableEntry, ...TimetableEntry[]];
  const each = (of: (entry: TimetableEntry) => string | null) =>
    [...new Set(inOrder.map(of).filter((text) => text !== null && text !== ""))].join("; ");
  const rooms = [...new Set(inOrder.map(({ roomText }) => roomText).filter((room) => room !== null))];
  if (rooms.length > 1) {
    problems.push(
      problem(
        "ask",
        first.where,
        {
          vi: `Buổi ${shown(first.day)} ghi nhiều phòng: ${rooms.join(", ")}; dùng ${rooms[0]}.`,
          en: `The session of ${shown(first.day)} names several rooms: ${rooms.join(", ")}; ${rooms[0]} is used.`,
        },
        { vi: "Mỗi buổi chỉ ghi một phòng.", en: "Name one room a session." },
      ),
    );
  }
  return {
    ...first,
    topic: each(({ topic }) => topic),
    lecturer: each(({ lecturer }) => lecturer) || null,
    roomText: rooms[0] ?? null,
  };
}
