import { closeAlarm, openAlarm } from "../../db/queries/alarms.ts";
import { oldestReading } from "../../db/queries/fixity-folders.ts";
import type { Context } from "../context.ts";

/** All is read within 28 days; a week later somebody has to know that it was not. */
const borneDays = 35;
const dayMs = 86_400_000;

/** An alarm while any folder, in either store, was last read back too long ago; looked after at every sweep. */
export async function watchFixity(ctx: Pick<Context, "db" | "clock" | "random">): Promise<void> {
  const now = ctx.clock.now();
  const oldest = await oldestReading(ctx.db);
  for (const store of ["first", "second"] as const) {
    const at = oldest[store];
    const days = at === null ? 0 : Math.floor((now.getTime() - at.getTime()) / dayMs);
    if (days <= borneDays) {
      await closeAlarm(ctx.db, "fixity-late", store, now);
      continue;
    }
    const alarm = { code: "fixity-late" as const, subject: store, detail: { days }, at: now };
    await openAlarm(ctx.db, { id: ctx.random.uuid(), ...alarm });
  }
}
