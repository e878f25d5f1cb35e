import type { GridCell, MeetingStay, WallTime } from "../types.ts";
import { cleanText, foldAccents } from "./match-key.ts";
import { durationSeconds, secondsBetween, wallTime, writtenTime, type DayOrder } from "./meeting-clock.ts";
import type { RowTrouble } from "./meeting-problems.ts";
import type { MeetingField, MeetingRow, MeetingTable } from "./meeting-tables.ts";

export interface Bounds {
  startedAt: WallTime | null;
  endedAt: WallTime | null;
}

/** A join row, or what "Joined" and "Left" make together. */
export interface StayRow {
  stay: MeetingStay;
  /** Seconds of the stay not in the meeting. */
  away: number;
}

export function textIn(row: MeetingRow, field: MeetingField): string {
  return cleanText(row.byField.get(field)?.text ?? "");
}

/** A row that is a join or a leave alone is put together with its other half by its person. */
export type ReadRow = StayRow | { action: "join" | "leave"; at: WallTime };

const halfDaySeconds = 43_200;
/** Teams rounds each of a row's three figures by itself; a workbook keeps whole minutes only. */
const slackSeconds = 120;

export class RowReader {
  readonly last: WallTime | null;
  private readonly order: DayOrder;
  private readonly bounds: Bounds;
  private readonly middle: WallTime | null;

  constructor(tables: readonly MeetingTable[], order: DayOrder, bounds: Bounds) {
    this.order = order;
    this.bounds = bounds;
    const cells = tables
      .filter(({ shape }) => shape !== "unknown")
      .flatMap(({ rows }) => rows.flatMap((row) => row.cells));
    const times = cells
      .map((cell) => this.timeOf(cell))
      .filter((time): time is WallTime => time !== null)
      .toSorted();
    this.middle = times[Math.floor(times.length / 2)] ?? null;
    this.last = times.findLast((time) => !this.isOtherDay(time)) ?? null;
  }

  read(shape: "summary" | "stays" | "actions", row: MeetingRow): ReadRow | RowTrouble {
    return shape === "actions" ? this.readAction(row) : this.readStay(row);
  }

  private readAction(row: MeetingRow): ReadRow | RowTrouble {
    const at = this.timeOf(row.byField.get("at"));
    if (at === null) return "no-join";
    if (this.isOtherDay(at)) return "other-day";
    const words = foldAccents(textIn(row, "action"));
    if (/^(joined|join|da (tham gia|vao)|tham gia|vao)/.test(words)) return { action: "join", at };
    return /^(left|leave|da (roi|ra)|roi|ra)/.test(words) ? { action: "leave", at } : "action";
  }

  private readStay(row: MeetingRow): ReadRow | RowTrouble {
    const joinedAt = this.timeOf(row.byField.get("joined"));
    if (joinedAt === null) return "no-join";
    if (this.isOtherDay(joinedAt)) return "other-day";
    const leftAt = this.leaveOf(row, joinedAt);
    if (leftAt === null) return "no-leave";
    const length = secondsBetween(joinedAt, leftAt);
    if (length < 0) return "left-before";
    if (this.isOtherDay(leftAt)) return "other-day";
    const duration = durationSeconds(textIn(row, "duration")) ?? length;
    if (duration > length + slackSeconds) return "longer-than-stay";
    const away = length - duration;
    return { stay: { joinedAt, leftAt }, away: away > slackSeconds ? away : 0 };
  }

  /** Somebody still there when the file was made has no leave time: the duration tells it, else the file's last moment. */
  private leaveOf(row: MeetingRow, joinedAt: WallTime): WallTime | null {
    const cell = row.byField.get("left");
    if (cell) return this.timeOf(cell);
    const end = this.bounds.endedAt ?? this.last;
    return end !== null && end >= joinedAt ? end : null;
  }

  private timeOf(cell: GridCell | undefined): WallTime | null {
    const written = cell ? writtenTime(cell) : null;
    return written ? wallTime(written, this.order) : null;
  }

  /** Excel turns some dates around when it opens a file: they fall far from the rest. */
  private isOtherDay(time: WallTime): boolean {
    const from = this.bounds.startedAt ?? this.middle ?? time;
    const to = this.bounds.endedAt ?? this.middle ?? time;
    return secondsBetween(time, from) > halfDaySeconds || secondsBetween(to, time) > halfDaySeconds;
  }
}
