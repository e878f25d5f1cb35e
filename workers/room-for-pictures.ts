import { closeAlarm, openAlarm } from "../db/queries/alarms.ts";
import type { Context } from "./context.ts";

/** A full disk stops planning and says so, at every sweep until there is room again; it never purges. */
export async function roomForPictures(
  ctx: Pick<Context, "db" | "clock" | "random" | "archive" | "log" | "minFreeBytes">,
): Promise<boolean> {
  const now = ctx.clock.now();
  const free = await ctx.archive.freeBytes();
  if (free >= ctx.minFreeBytes) {
    await closeAlarm(ctx.db, "disk-low", "archive", now);
    return true;
  }
  ctx.log.error({ freeBytes: free, minFreeBytes: ctx.minFreeBytes }, "disk low: capture planning stopped");
  await openAlarm(ctx.db, {
    id: ctx.random.uuid(),
    code: "disk-low",
    subject: "archive",
    detail: { freeBytes: free, minFreeBytes: ctx.minFreeBytes },
    at: now,
  });
  return false;
}
