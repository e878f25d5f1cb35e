import { afterAll, beforeAll, expect, it } from "vitest";
import { sendPapers } from "../../fixtures/drill/drill-papers.ts";
import { openDrill, type Drill } from "../../fixtures/drill/open-drill.ts";
import { openAlarms } from "../../db/queries/alarms.ts";
import { listOutgoing } from "../../db/queries/outbox.ts";
import { coursesToCheck, readinessRows } from "../../db/queries/readiness.ts";
import { assessCourse } from "../../services/readiness/assess-course.ts";
import type { Course } from "../../db/queries/courses.ts";
import { checkCourse } from "./check-course.ts";

let drill: Drill;
let course: Course;

beforeAll(async () => {
  drill = await openDrill();
  course = await sendPapers(drill.ctx);
});
afterAll(() => drill?.close());

it("tells a course from its rows: everything there, the timetable late, and the next look noted", async () => {
  const { ctx } = drill;
  const now = ctx.clock.now();
  const { facts } = await readinessRows(ctx.db, course.id, now);
  expect(facts).toMatchObject({ trainees: 6, dutyOfficer: "Lê Thị Trực", decisionComplete: true });
  expect(facts.rooms).toMatchObject([{ name: "Phòng 101", cameras: 2, camerasDown: [] }]);
  const { items } = assessCourse(facts, now, ctx.institution.readiness);
  const late = items
    .filter(({ lateDays }) => lateDays !== null)
    .map(({ item, lateDays }) => [item, lateDays]);
  expect(late).toEqual([["timetable", 9]]);

  expect((await coursesToCheck(ctx.db, now)).map(({ id }) => id)).toEqual([course.id]);
  await checkCourse(ctx, course.id);
  expect(await coursesToCheck(ctx.db, now)).toEqual([]);
});

it("reminds a unit once a step through the outbox, and keeps an alarm open until the paper comes", async () => {
  const { ctx } = drill;
  await ctx.db.updateTable("unit").set({ email: "bqlbd@napa.example" }).execute();
  await ctx.db.updateTable("course").set({ decisionNumber: null }).execute();
  const mail = { imap: {}, smtp: {} } as unknown as NonNullable<typeof ctx.institution.mail>;
  const institution = { ...ctx.institution, mail, intakeAddress: "cntt@napa.example" };
  const lookAt = (at: Date) =>
    checkCourse({ ...ctx, institution, clock: { ...ctx.clock, now: () => at } }, course.id);
  const later = (hours: number) => new Date(ctx.clock.now().getTime() + hours * 3_600_000);
  await lookAt(later(1));
  await lookAt(later(2));
  const [reminder, ...more] = await listOutgoing(ctx.db);
  expect(more).toEqual([]);
  expect(reminder).toMatchObject({ purpose: "reminder", recipient: "bqlbd@napa.example", sentAt: null });
  expect(reminder?.body).toContain("Quyết định mở lớp: thiếu số hoặc ngày (N9)");
  await lookAt(new Date("2026-09-08T09:00:00+07:00"));
  expect(await listOutgoing(ctx.db)).toHaveLength(2);
  const alarms = async () => (await openAlarms(ctx.db)).filter(({ code }) => code === "input-late");
  expect(await alarms()).toMatchObject([{ subject: "DT-K1 decision", detail: { unit: "BQLBD" } }]);
  await ctx.db.updateTable("course").set({ decisionNumber: "77/QĐ-HCQG" }).execute();
  await lookAt(new Date("2026-09-08T10:00:00+07:00"));
  expect(await alarms()).toEqual([]);
});
