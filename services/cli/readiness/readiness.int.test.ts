import { afterAll, beforeAll, expect, it } from "vitest";
import { sendPapers } from "../../../fixtures/drill/drill-papers.ts";
import { openDrill, type Drill } from "../../../fixtures/drill/open-drill.ts";
import type { Course } from "../../../db/queries/courses.ts";
import { checkCourse } from "../../../workers/jobs/check-course.ts";
import { lateText } from "./late-text.ts";
import { runReadiness } from "./run-readiness.ts";

let drill: Drill;
let course: Course;
let env: Record<string, string | undefined>;
const courseBegun = new Date("2026-09-08T09:00:00+07:00");

beforeAll(async () => {
  drill = await openDrill();
  course = await sendPapers(drill.ctx);
  env = { ...drill.place.env, SISO_DATABASE_URL: drill.connectionString };
});
afterAll(() => drill?.close());

it("shows what is there, what is missing, and under each late or open line who owes it by when and under which article", async () => {
  const { text, ready } = await runReadiness({}, env, drill.ctx.clock.now());
  expect(ready).toBe(false);
  expect(text.split("\n").slice(0, 5)).toEqual([
    "DT-K1 · Lớp diễn tập điểm danh khóa 1 năm 2026",
    "  Khai giảng · begins 07/09/2026; Ban Quản lý bồi dưỡng: CHƯA ĐỦ · not ready",
    "  ✓  Quyết định mở lớp · Class-opening decision  đã có",
    "  ✓  Danh sách học viên · Roster                 6 học viên",
    "  ✓  Lịch học · Timetable                        công bố trước khai giảng 1 ngày, thiếu 9 ngày so với 10 ngày",
  ]);
  expect(text).toContain(
    "\n       BQLBD · hạn 28/08/2026 23:59 (M 3b) · đến 06/09/2026 09:00 · trễ 9 ngày (9 day(s) late)\n",
  );
  expect(text).toMatch(
    /✗ +Ảnh chân dung · Portraits +có của 0\/6 học viên.*\n +CNTT · hạn 07\/09\/2026 08:00\n/,
  );
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(110);
});

it("--late says that nothing is recorded, then what each unit sent late or owes, and the same as JSON", async () => {
  const { ctx } = drill;
  expect(await lateText({}, env, ctx.clock.now())).toBe("");
  await ctx.db.updateTable("course").set({ decisionNumber: null }).execute();
  await checkCourse({ ...ctx, clock: { ...ctx.clock, now: () => courseBegun } }, course.id);

  const lines = (await lateText({}, env, courseBegun)).split("\n").map((line) => line.split(/ {2,}/));
  expect(lines).toEqual([
    [
      "Đơn vị · Unit",
      "Khóa · Course",
      "Đầu vào · Input",
      "Hạn · Due",
      "Căn cứ · Article",
      "Đến · Came",
      "Trễ (ngày) · Days late",
    ],
    ["BQLBD", "DT-K1", "Lịch học", "28/08/2026 23:59", "M 3b", "06/09/2026 09:00", "9"],
    ["BQLBD", "DT-K1", "Quyết định mở lớp", "07/09/2026 08:00", "N Đ3.2", "CÒN THIẾU", "1"],
    [""],
    ["Cộng · In all: Ban Quản lý bồi dưỡng: 2"],
    [""],
  ]);
  // What is still owed grows later with the clock, what has come does not.
  const nextDay = new Date(courseBegun.getTime() + 86_400_000);
  const { late } = JSON.parse(await lateText({ json: true }, env, nextDay)) as {
    late: { item: string; lateDays: number }[];
  };
  expect(late.map(({ item, lateDays }) => [item, lateDays])).toEqual([
    ["timetable", 9],
    ["decision", 2],
  ]);
});

it("--late is asked of one unit or one course, and names those there are when it is another", async () => {
  expect(await lateText({ unit: "PVHUE" }, env, courseBegun)).toBe("");
  expect(await lateText({ unit: "BQLBD", course: course.code }, env, courseBegun)).toContain("M 3b");
  await expect(lateText({ unit: "KHONG" }, env, courseBegun)).rejects.toThrow(
    /Không có đơn vị “KHONG”. Có: .*BQLBD/,
  );
  await expect(lateText({ course: "KHONG" }, env, courseBegun)).rejects.toMatchObject({ code: "not-found" });
});
