import type { Bilingual } from "../types.ts";

/** What several clocks say at about the same moment. */
export interface ClockReadings {
  system: Date;
  /** Of the database server; on one machine the same clock. */
  database: Date;
  /** The newest instant the archive's own records carry. */
  newestTrace: Date | null;
  /** One look at the clock on each day the service ran, oldest first, since what is to be destroyed was stored. */
  days: readonly Date[];
  /** Clocks that are not this machine's; `at` is null when one did not answer. */
  outside: readonly { source: string; at: Date | null }[];
}

const minuteMs = 60_000;
/** Clocks of servers that are looked after agree to well within this. */
const allowedMs = 5 * minuteMs;
const dayMs = 86_400_000;
/** Longer without a single day of running (Tết and the summer leave are shorter), and only an outside clock can vouch. */
const allowedHoleDays = 45;

/**
 * Whether it may be believed that it is as late as the system says. A clock set forward by years must release nothing: an
 * outside clock has to agree, or where none is configured the archive's own days must lead up to today without a hole.
 */
export function judgeClock(readings: ClockReadings): { trusted: boolean; why: Bilingual[] } {
  const why = [...databaseDoubts(readings), ...traceDoubts(readings), ...outsideDoubts(readings)];
  return { trusted: why.length === 0, why };
}

function databaseDoubts({ system, database }: ClockReadings): Bilingual[] {
  if (agree(system, database)) return [];
  return [
    {
      vi: `đồng hồ máy (${iso(system)}) và đồng hồ cơ sở dữ liệu (${iso(database)}) lệch nhau`,
      en: `the system clock (${iso(system)}) and the database's (${iso(database)}) differ`,
    },
  ];
}

function traceDoubts({ system, newestTrace }: ClockReadings): Bilingual[] {
  if (newestTrace === null || newestTrace.getTime() <= system.getTime() + allowedMs) return [];
  return [
    {
      vi: `kho đã ghi nhận ${iso(newestTrace)}, sau giờ máy ${iso(system)}: đồng hồ từng bị đặt sai`,
      en: `the archive has recorded ${iso(newestTrace)}, later than the system's ${iso(system)}: a clock was set wrong`,
    },
  ];
}

function outsideDoubts(readings: ClockReadings): Bilingual[] {
  const { outside, system } = readings;
  if (outside.length === 0) return holeDoubts(readings);
  const answered = outside.filter(({ at }) => at !== null);
  if (answered.length === 0) {
    const names = outside.map(({ source }) => source).join(", ");
    return [
      {
        vi: `không đồng hồ độc lập nào trả lời (${names})`,
        en: `no independent clock answered (${names})`,
      },
    ];
  }
  return answered.flatMap(({ source, at }) =>
    at === null || agree(system, at)
      ? []
      : [
          {
            vi: `${source} nói bây giờ là ${iso(at)}, máy nói ${iso(system)}`,
            en: `${source} says it is ${iso(at)}, the system says ${iso(system)}`,
          },
        ],
  );
}

function holeDoubts({ days, system }: ClockReadings): Bilingual[] {
  const known = [...days, system];
  for (const [index, day] of known.entries()) {
    const next = known[index + 1];
    if (next === undefined || next.getTime() - day.getTime() <= allowedHoleDays * dayMs) continue;
    return [
      {
        vi: `dịch vụ không chạy ngày nào từ ${iso(day)} đến ${iso(next)}, không rõ thời gian ấy có thật không; đặt SISO_TIME_SOURCES để có đồng hồ độc lập làm chứng`,
        en: `the service ran on no day between ${iso(day)} and ${iso(next)}, so that nobody knows whether that time went by; set SISO_TIME_SOURCES to have an independent clock vouch`,
      },
    ];
  }
  if (days.length > 0) return [];
  return [
    {
      vi: "kho chưa ghi nhận ngày nào; đặt SISO_TIME_SOURCES để có đồng hồ độc lập làm chứng",
      en: "the archive has recorded no day yet; set SISO_TIME_SOURCES to have an independent clock vouch",
    },
  ];
}

function agree(one: Date, other: Date): boolean {
  return Math.abs(one.getTime() - other.getTime()) <= allowedMs;
}

function iso(at: Date): string {
  return Number.isNaN(at.getTime()) ? "?" : at.toISOString().slice(0, 16);
}
