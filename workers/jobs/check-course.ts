import { DateTime } from "luxon";
import { assessCourse, type CourseFacts, type ItemState } from "../../services/readiness/assess-course.ts";
import { officeOwes, reachedSteps, reminderMail } from "../../services/readiness/reminders.ts";
import type { CourseId } from "../../services/types.ts";
import { closeAlarmsExcept, openAlarm } from "../../db/queries/alarms.ts";
import { noteLateInputs } from "../../db/queries/late-inputs.ts";
import type { Trx } from "../../db/client.ts";
import { addOutgoing } from "../../db/queries/outbox.ts";
import { addReminders, coursesToCheck, readinessRows, saveCourseCheck } from "../../db/queries/readiness.ts";
import type { Context } from "../context.ts";
import { outgoing } from "./outgoing.ts";

/** Deadlines end with a day or a session's start; a look this often meets them closely enough. */
const nextLookMs = 3_600_000;

/**
 * What a course's unit still owes: one reminder mail at each step, an alarm for what is late, which names the unit, and a record of
 * everything that came late (N5). What the office has not done shortly before is an alarm as well.
 */
export async function checkCourse(ctx: Context, id: CourseId): Promise<void> {
  const now = ctx.clock.now();
  if (!(await coursesToCheck(ctx.db, now)).some((due) => due.id === id)) return;
  const { facts, unitId, unitEmail } = await readinessRows(ctx.db, id, now);
  const { readiness: settings, mail, intakeAddress, name } = ctx.institution;
  const readiness = assessCourse(facts, now, settings);
  // Nobody is asked for anything any more; the last look closes what is open.
  const over = (DateTime.fromJSDate(now, { zone: facts.zone }).toISODate() ?? "") > facts.endsOn;
  const steps = over ? [] : reachedSteps(readiness, now, settings.remindDaysBefore);
  const reachable = mail !== null && intakeAddress !== null && unitEmail !== null;
  await ctx.db.transaction().execute(async (trx) => {
    const fresh = reachable ? await addReminders(trx, id, steps, now) : [];
    if (fresh.length > 0 && unitEmail !== null && intakeAddress !== null) {
      const about = `${id} ${fresh.map(({ item, part, daysBefore }) => [item, part, daysBefore].filter((each) => each !== "").join("-")).join(" ")}`;
      const text = reminderMail(facts, readiness, { name, intakeAddress });
      const row = { purpose: "reminder" as const, about, recipient: unitEmail, inReplyTo: [], ...text };
      await addOutgoing(trx, outgoing(ctx, row));
    }
    const late = readiness.items.filter((each) => each.from === "unit" && each.lateDays !== null);
    await noteLateInputs(trx, id, unitId, late.map(toLateInput), now);
    const owed = over ? [] : late.filter((each) => each.state !== "ready");
    await keepAlarms(ctx, trx, "input-late", facts, owed);
    const undone = over ? [] : officeOwes(readiness, now, settings.remindDaysBefore);
    await keepAlarms(ctx, trx, "course-unready", facts, undone);
    await saveCourseCheck(trx, id, now, new Date(now.getTime() + nextLookMs));
  });
}

function toLateInput({ item, part, deadline, article, state, arrivedAt }: ItemState) {
  return { item, part, deadline, article, arrivedAt: state === "ready" ? arrivedAt : null };
}

/** One alarm for each of these, none for any other item of the course. */
async function keepAlarms(
  ctx: Context,
  trx: Trx,
  code: "input-late" | "course-unready",
  { code: course, unitCode: unit }: CourseFacts,
  items: readonly ItemState[],
): Promise<void> {
  const at = ctx.clock.now();
  const subjectOf = ({ item, part }: ItemState) => [course, item, part].filter(Boolean).join(" ");
  for (const each of items) {
    const detail = { unit, deadline: each.deadline.toISOString(), article: each.article };
    await openAlarm(trx, { id: ctx.random.uuid(), code, subject: subjectOf(each), detail, at });
  }
  await closeAlarmsExcept(trx, code, `${course} `, items.map(subjectOf), at);
}
