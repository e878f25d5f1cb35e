import { afterAll, beforeAll, expect, test } from "vitest";
import {
  drillCourse,
  drillExams,
  drillEndsAt,
  drillSessions,
  drillTrainees,
  session,
} from "../fixtures/drill/drill-course.ts";
import { openDrillFaces } from "../fixtures/drill/drill-faces.ts";
import { sendChart, sendDecision, sendPapers, sendTimetable } from "../fixtures/drill/drill-papers.ts";
import { troublesOf } from "../fixtures/drill/integrity.ts";
import { openDrill, type Drill } from "../fixtures/drill/open-drill.ts";
import { walk } from "../fixtures/drill/walk.ts";
import type { Course } from "../db/queries/courses.ts";
import { plansOfSession, roundsOfSession } from "../db/queries/rounds.ts";
import { reportsOfCourse } from "../db/queries/reports.ts";
import { sessionsOfCourse, type Session } from "../db/queries/sessions.ts";
import type { FacePack } from "../services/ports.ts";
import type { Context } from "./context.ts";

/** One course told in order: the tests build on one another. */
let faces: FacePack;
let drill: Drill;
let ctx: Context;
let course: Course;
let held: Session;
let toMove: Session;

beforeAll(async () => {
  faces = await openDrillFaces();
  drill = await openDrill(faces, { occupied: atTheNewTimes });
  ctx = drill.ctx;
  course = await sendPapers(ctx);
  [held, toMove] = (await sessionsOfCourse(ctx.db, course.id)) as [Session, Session];
});
afterAll(async () => {
  await drill.close();
  await faces.close();
});

/** The room as it is when the second session has been moved to the morning. */
function atTheNewTimes(at: Date): boolean {
  return ["2026-09-07T08:00:00+07:00", "2026-09-08T09:30:00+07:00"].some((begins) => {
    const since = at.getTime() - new Date(begins).getTime();
    return since >= 0 && since <= 200 * 60_000;
  });
}

/** The rows that say how a session was held. */
async function heldRows(id: Session["id"]): Promise<unknown> {
  const session = (await sessionsOfCourse(ctx.db, course.id)).find((one) => one.id === id);
  const marks = await ctx.db
    .selectFrom("mark")
    .innerJoin("round", "round.id", "mark.roundId")
    .selectAll("mark")
    .where("round.sessionId", "=", id)
    .orderBy("mark.id")
    .execute();
  return {
    session,
    marks,
    rounds: await roundsOfSession(ctx.db, id),
    plans: await plansOfSession(ctx.db, id),
  };
}

test("the same timetable again changes nothing", async () => {
  await walk(ctx, drill.clock, new Date(held.frame.endsAt.getTime() + 60_000));
  const before = await heldRows(toMove.id);
  await sendTimetable(ctx, course, drillSessions);
  expect(await heldRows(toMove.id)).toEqual(before);
});

test("a moved session is planned anew: the old plan is superseded, its rounds are withdrawn", async () => {
  const before = await roundsOfSession(ctx.db, toMove.id);
  expect(before.map(({ status }) => status)).toEqual(["due", "due"]);
  const heldBefore = await heldRows(held.id);
  await sendTimetable(ctx, course, [
    ...drillSessions.slice(0, 1),
    session("2026-09-08", "morning", "09:30", 2),
  ]);
  await walk(ctx, drill.clock, drill.clock.now());
  expect(await heldRows(held.id)).toEqual(heldBefore);

  const [, moved] = (await sessionsOfCourse(ctx.db, course.id)) as [Session, Session];
  expect(moved.id).toBe(toMove.id);
  expect(moved.frame.startsAt).toEqual(new Date("2026-09-08T09:30:00+07:00"));
  const rounds = await roundsOfSession(ctx.db, moved.id);
  const withdrawn = rounds.filter(({ status }) => status === "withdrawn");
  expect(new Set(withdrawn.map(({ id }) => id))).toEqual(new Set(before.map(({ id }) => id)));
  const due = rounds.filter(({ status }) => status === "due");
  expect(due).toHaveLength(2);
  for (const { dueAt } of due) {
    expect(dueAt >= moved.frame.startsAt && dueAt <= moved.frame.endsAt).toBe(true);
  }
  const plans = await ctx.db
    .selectFrom("capturePlan")
    .select(["planNo", "supersededAt"])
    .where("sessionId", "=", moved.id)
    .orderBy("planNo")
    .execute();
  expect(plans.map(({ supersededAt }) => supersededAt !== null)).toEqual([true, false]);
});

test("a new chart decides later sessions only, and every mark names the chart it was made with", async () => {
  const drawn = drillCourse();
  const seats = drawn.seats.map(({ row, column }, i) => ({
    row,
    column,
    trainee: (i + 1) % drillTrainees,
  }));
  await sendChart(ctx, course, { ...drawn, seats });
  const heldBefore = await heldRows(held.id);
  await walk(ctx, drill.clock, drillEndsAt);
  expect(await troublesOf(ctx, course)).toEqual([]);
  expect(await heldRows(held.id)).toEqual(heldBefore);
  const rows = await ctx.db
    .selectFrom("mark")
    .innerJoin("round", "round.id", "mark.roundId")
    .innerJoin("chartVersion", "chartVersion.id", "mark.chartVersionId")
    .select(["round.sessionId", "chartVersion.version", "mark.outcome", "mark.seating"])
    .distinct()
    .where("mark.outcome", "=", "present")
    .execute();
  const told = rows.map(({ sessionId, version, seating }) => ({ sessionId, version, seating }));
  expect(told).toHaveLength(2);
  expect(told).toEqual(
    expect.arrayContaining([
      { sessionId: held.id, version: 1, seating: "own-seat" },
      { sessionId: toMove.id, version: 2, seating: "off-seat" },
    ]),
  );
});

test("a report already built for an exam that moves gets a successor with newer data", async () => {
  const drafts = await reportsOfCourse(ctx.db, course.id);
  expect(drafts.map(({ version, status }) => [version, status])).toEqual([
    [1, "draft"],
    [1, "draft"],
  ]);
  const [mid, final] = drillExams;
  if (!mid || !final) throw new Error("the drill has two exams");
  const later = { ...final, startsAt: new Date(drill.clock.now().getTime() + 10 * 86_400_000) };
  await sendDecision(ctx, drillCourse(), [mid, later]);
  const told = async () =>
    (await reportsOfCourse(ctx.db, course.id))
      .filter(({ kind }) => kind === "final")
      .map(({ version, status }) => [version, status]);
  expect(await told()).toEqual([
    [1, "draft"],
    [2, "due"],
  ]);
  await walk(ctx, drill.clock, later.startsAt);
  expect(await told()).toEqual([
    [1, "superseded"],
    [2, "draft"],
  ]);
  expect(await troublesOf(ctx, course)).toEqual([]);
});

test("a session dropped from the timetable is not held, and its rounds are withdrawn", async () => {
  const fresh = await openDrill(faces);
  try {
    const other = await sendPapers(fresh.ctx);
    await walk(fresh.ctx, fresh.clock, fresh.clock.now());
    const [, dropped] = (await sessionsOfCourse(fresh.ctx.db, other.id)) as [Session, Session];
    await sendTimetable(fresh.ctx, other, drillSessions.slice(0, 1));
    await walk(fresh.ctx, fresh.clock, new Date(dropped.frame.endsAt.getTime() + 60_000));
    const rounds = await roundsOfSession(fresh.ctx.db, dropped.id);
    expect(rounds.map(({ status }) => status)).toEqual(["withdrawn", "withdrawn"]);
    expect(await sessionsOfCourse(fresh.ctx.db, other.id)).toHaveLength(1);
    expect(fresh.place.cameras.devices[0]?.requests.get("snapshot-sent")).toBe(1 + 2 * 2);
  } finally {
    await fresh.close();
  }
});
