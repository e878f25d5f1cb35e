import { clockDays, databaseClock, newestTrace } from "../../db/queries/archive-place.ts";
import { judgeClock, type ClockReadings } from "../../services/retention/clock-check.ts";
import type { Context } from "../context.ts";

/** Asks a clock that is not this machine's; null without an answer. */
export type OutsideClock = (source: string) => Promise<Date | null>;

/** Reads every clock there is and judges them; `since` is when the oldest thing to be destroyed was stored. */
export async function readClocks(
  ctx: Pick<Context, "db" | "clock" | "archive">,
  since: Date,
  sources: readonly string[],
  ask: OutsideClock,
): Promise<{ readings: ClockReadings } & ReturnType<typeof judgeClock>> {
  const { second } = ctx.archive.stores;
  const outside = await Promise.all(
    sources.map(async (source) => ({ source, at: await ask(source).catch(() => null) })),
  );
  const ofStore = second === null ? null : await second.clock().catch(() => null);
  if (second !== null && ofStore !== null) outside.push({ source: second.address, at: ofStore });
  const readings: ClockReadings = {
    system: ctx.clock.now(),
    database: await databaseClock(ctx.db),
    newestTrace: await newestTrace(ctx.db),
    days: await clockDays(ctx.db, since),
    outside,
  };
  return { readings, ...judgeClock(readings) };
}
