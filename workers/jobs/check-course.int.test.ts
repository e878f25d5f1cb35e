import { afterAll, beforeAll, expect, it } from "vitest";
import { mailSettings } from "../../config/mail-settings.ts";
import { sendPapers } from "../../fixtures/drill/drill-papers.ts";
import { openDrill, type Drill } from "../../fixtures/drill/open-drill.ts";
import { openAlarms } from "../../db/queries/alarms.ts";
import { listOutgoing } from "../../db/queries/outbox.ts";
import { lateInputs } from "../../db/queries/late-inputs.ts";
import { savePaperReading } from "../../db/queries/paper-readings.ts";
import { addReminders, coursesToCheck, readinessRows } from "../../db/queries/readiness.ts";
import { assessCourse } from "../../services/readiness/assess-course.ts";
import { rosterAt, type Course } from "../../db/queries/courses.ts";
import { erasePerson } from "../../db/queries/people.ts";
import { withdrawConsent } from "../../db/queries/consent.ts";
import { json } from "../../db/stored.ts";
import { checkCourse } from "./check-course.ts";

const step = (part: string, daysBefore: number) => ({ item: "chart", part, daysBefore });

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
  // The reminder is only put down to be sent: nobody calls these.
  const server = { host: "127.0.0.1", port: 1, security: "none", username: "siso", passwordFile: "/none" };
  const mail = mailSettings.parse({ imap: server, smtp: server });
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
  expect(await alarms()).toMatchObject([
    { subject: "DT-K1 decision", detail: { unit: "BQLBD", article: "N Đ3.2" } },
  ]);
  const noted = async () =>
    (await lateInputs(ctx.db)).map(({ unitCode, item, article, arrivedAt }) => [
      unitCode,
      item,
      article,
      arrivedAt !== null,
    ]);
  expect(await noted()).toEqual([
    ["BQLBD", "timetable", "M 3b", true],
    ["BQLBD", "decision", "N Đ3.2", false],
  ]);
  await ctx.db.updateTable("course").set({ decisionNumber: "77/QĐ-HCQG" }).execute();
  await lookAt(new Date("2026-09-08T10:00:00+07:00"));
  expect(await alarms()).toEqual([]);
  // It had come in time and lacked its number; nothing of it came late after all.
  expect((await noted()).map(([, item]) => item)).toEqual(["timetable"]);
});

it("reminds of a room's chart once, and not again of what was reminded of before the room was known", async () => {
  const { ctx } = drill;
  const at = ctx.clock.now();
  const add = (...steps: ReturnType<typeof step>[]) => addReminders(ctx.db, course.id, steps, at);
  expect(await add(step("", 7))).toEqual([step("", 7)]);
  expect(await add(step("Phòng 101", 7), step("Phòng 102", 7))).toEqual([]);
  expect(await add(step("Phòng 101", 3), step("Phòng 102", 3))).toHaveLength(2);
  expect(await add(step("Phòng 101", 3), step("Phòng 103", 3))).toEqual([step("Phòng 103", 3)]);
});

it("shows rows that a confirmed roster was taken in without, until a mended one is", async () => {
  const { ctx } = drill;
  const unread = async () => (await readinessRows(ctx.db, course.id, ctx.clock.now())).facts.unread;
  expect(await unread()).toEqual([]);
  const { documentId } = await ctx.db
    .selectFrom("rosterVersion")
    .select("documentId")
    .where("courseId", "=", course.id)
    .executeTakeFirstOrThrow();
  const why = { vi: "chưa hiểu", en: "not understood" };
  const problem = { where: "ds.xlsx › B37", why, fix: why, severity: "ask" as const };
  const note = { ...problem, where: "ds.xlsx", severity: "note" as const };
  const reading = { value: null, rowsIn: 7, understood: 6, reported: 1, problems: [note, problem] };
  await savePaperReading(ctx.db, documentId, "", reading as never);
  expect(await unread()).toEqual([{ kind: "roster", part: "", reported: 1, where: "ds.xlsx › B37" }]);
  await savePaperReading(ctx.db, documentId, "", { ...reading, reported: 0, problems: [] } as never);
  expect(await unread()).toEqual([]);
});

it("counts an accepted portrait as there and a declined trainee apart", async () => {
  const { ctx } = drill;
  const roster = await rosterAt(ctx.db, course.id, ctx.clock.now());
  const [first, second] = roster!.trainees;
  await ctx.db
    .updateTable("portrait")
    .set({
      refusal: json([{ code: "face-small", params: {} }]),
      judgedAt: ctx.clock.now(),
    })
    .execute();
  const counts = async () => (await readinessRows(ctx.db, course.id, ctx.clock.now())).facts;
  expect(await counts()).toMatchObject({ traineesWithoutPortrait: 6, traineesDeclined: 0 });
  await ctx.db
    .updateTable("portrait")
    .set({ acceptedBy: "Lê Thị Trực", acceptedWhy: "rõ mặt" })
    .where("traineeId", "=", first!.id)
    .execute();
  await ctx.db.transaction().execute((trx) => erasePerson(trx, second!.id, ctx.clock.now()));
  expect(await counts()).toMatchObject({
    traineesWithoutPortrait: 4,
    traineesDeclined: 1,
    traineesWithdrew: 0,
  });

  const withdrawal = {
    id: ctx.random.uuid(),
    traineeId: first!.id,
    madeBy: "Lê Thị Trực",
    why: "đơn rút đồng ý ngày 01/9",
    madeAt: ctx.clock.now(),
  };
  await ctx.db.transaction().execute((trx) => withdrawConsent(trx, withdrawal));
  // The accepted portrait counts no more, and no other is awaited.
  expect(await counts()).toMatchObject({
    traineesWithoutPortrait: 4,
    traineesDeclined: 2,
    traineesWithdrew: 1,
  });
  const { items } = assessCourse(await counts(), ctx.clock.now(), ctx.institution.readiness);
  expect(items.find(({ item }) => item === "portraits")?.what.vi).toBe(
    "có của 0/4 học viên; 4 người có ảnh bị giữ lại (./siso enrol list); 2 người không đồng ý (1 đã rút đồng ý), cán bộ quyết định",
  );
});

it("looks once more after the campus's last day, closes what was late, and then no more", async () => {
  const { ctx } = drill;
  const lookAt = (at: Date) => checkCourse({ ...ctx, clock: { ...ctx.clock, now: () => at } }, course.id);
  const late = async () => (await openAlarms(ctx.db)).filter(({ code }) => code === "input-late");
  await ctx.db.updateTable("course").set({ decisionNumber: null }).execute();
  // The course's last day is 8 September; at the campus it lasts until 17:00 UTC.
  await lookAt(new Date("2026-09-08T23:30:00+07:00"));
  expect(await late()).toHaveLength(1);
  const dayAfter = new Date("2026-09-09T00:35:00+07:00");
  expect((await coursesToCheck(ctx.db, dayAfter)).map(({ id }) => id)).toEqual([course.id]);
  await lookAt(dayAfter);
  expect(await late()).toEqual([]);
  expect(await coursesToCheck(ctx.db, new Date("2026-09-12T09:00:00+07:00"))).toEqual([]);
});
