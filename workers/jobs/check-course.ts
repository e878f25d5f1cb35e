import { DateTime } from "luxon";
import { assessCourse } from "../../services/readiness/assess-course.ts";
import { reachedSteps, reminderMail } from "../../services/readiness/reminders.ts";
import type { CourseId } from "../../services/types.ts";
import { closeAlarm, openAlarm } from "../../db/queries/alarms.ts";
import { addOutgoing } from "../../db/queries/outbox.ts";
import { addReminders, coursesToCheck, readinessRows, saveCourseCheck } from "../../db/queries/readiness.ts";
import type { Context } from "../context.ts";
import { outgoing } from "./outgoing.ts";

/** Deadlines end with a day or a session's start; a look this often meets them closely enough. */
const nextLookMs = 3_600_000;

/** What a course's unit still owes: one reminder mail at each step, and an alarm for what is late, which names the unit (N5). */
export async function checkCourse(ctx: Context, id: CourseId): Promise<void> {
  const now = ctx.clock.now();
  if (!(await coursesToCheck(ctx.db, now)).some((due) => due.id === id)) return;
  const { facts, unitEmail } = await readinessRows(ctx.db, id, now);
  const { readiness: settings, mail, intakeAddress, name } = ctx.institution;
  const readiness = assessCourse(facts, now, settings);
  // Nobody is asked for anything any more; the last look closes what is open.
  const over = (DateTime.fromJSDate(now, { zone: facts.zone }).toISODate() ?? "") > facts.endsOn;
  const steps = over ? [] : reachedSteps(readiness, now, settings.remindDaysBefore);
  const reachable = mail !== null && intakeAddress !== null && unitEmail !== null;
  await ctx.db.transaction().execute(async (trx) => {
    const fresh = reachable ? await addReminders(trx, id, steps, now) : [];
    if (fresh.length > 0 && unitEmail !== null && intakeAddress !== null) {
      const about = `${id} ${fresh.map(({ item, daysBefore }) => `${item}-${daysBefore}`).join(" ")}`;
      const text = reminderMail(facts, readiness, { name, intakeAddress });
      const row = { purpose: "reminder" as const, about, recipient: unitEmail, inReplyTo: [], ...text };
      await addOutgoing(trx, outgoing(ctx, row));
    }
    for (const item of new Set(
      readiness.items.filter(({ from }) => from === "unit").map(({ item }) => item),
    )) {
      const late = readiness.items.find(
        (each) => each.item === item && each.state !== "ready" && each.lateDays !== null,
      );
      const subject = `${facts.code} ${item}`;
      const detail = { unit: facts.unitCode, deadline: late?.deadline.toISOString() ?? "" };
      if (late && !over)
        await openAlarm(trx, { id: ctx.random.uuid(), code: "input-late", subject, detail, at: now });
      else await closeAlarm(trx, "input-late", subject, now);
    }
    await saveCourseCheck(trx, id, now, new Date(now.getTime() + nextLookMs));
  });
}
