import type { Interval } from "../../services/types.ts";
import type { Trx } from "../../db/client.ts";
import type { Course } from "../../db/queries/courses.ts";
import { rulesOfSession } from "../../db/queries/rules.ts";
import { lockSession, sessionsOfCourse } from "../../db/queries/sessions.ts";
import type { Context } from "../context.ts";
import { settleSession } from "../jobs/settle-session.ts";

/** After a leave came or went: sessions already closed are counted again; the others find it when they close. */
export async function settleHeld(
  ctx: Pick<Context, "clock" | "random">,
  trx: Trx,
  course: Course,
  intervals: readonly Interval[],
): Promise<void> {
  for (const { id, frame } of await sessionsOfCourse(trx, course.id)) {
    if (!intervals.some((one) => one.startsAt < frame.endsAt && frame.startsAt < one.endsAt)) continue;
    const session = await lockSession(trx, id);
    if (session.status !== "closed") continue;
    await settleSession(ctx, trx, session, await rulesOfSession(trx, session), ctx.clock.now());
  }
}
