import { DateTime } from "luxon";

/** The archive's 256 folders are all read back within this many days, a share each night. */
const roundTripDays = 28;
const shards = 256;
const dayMs = 86_400_000;

export interface Share {
  /** Folder to begin with, 0…255; the shares go round. */
  from: number;
  /** How many folders, 1…256. */
  shards: number;
}

/** Tonight's share; nights that were left out are made up for, so that everything is read within a month all the same. */
export function nextShare(last: { endShard: number; finishedAt: Date } | null, now: Date): Share {
  if (last === null) return { from: 0, shards: shareOf(1) };
  const days = Math.max(1, (now.getTime() - last.finishedAt.getTime()) / dayMs);
  return { from: last.endShard, shards: shareOf(days) };
}

/** When the next share is due: the coming 01:30 of the zone, when no class is held. */
export function nextNight(now: Date, zone: string): Date {
  const tonight = DateTime.fromJSDate(now, { zone }).set({ hour: 1, minute: 30, second: 0, millisecond: 0 });
  return (tonight.toMillis() > now.getTime() ? tonight : tonight.plus({ days: 1 })).toJSDate();
}

function shareOf(days: number): number {
  return Math.min(shards, Math.ceil((shards / roundTripDays) * days));
}
