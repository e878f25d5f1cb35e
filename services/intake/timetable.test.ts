import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../fixtures/documents/people.ts";
import { sampleCourse } from "../../fixtures/documents/sample-course.ts";
import { texts } from "../../fixtures/documents/table.ts";
import type { Table } from "../../fixtures/documents/table.ts";
import { buildTimetableDocx, buildTimetableXlsx } from "../../fixtures/documents/timetable-file.ts";
import { writeXlsx } from "../../fixtures/documents/write-xlsx.ts";
import { READ_LIMITS } from "../readers/limits.ts";
import { readDocument } from "../readers/read-document.ts";
import type { LocalDate, Shift } from "../types.ts";
import { understandTimetable } from "./timetable.ts";
import { firstClock, shiftsNamed, weekdayNamed } from "./timetable-cells.ts";

const SHIFTS: Shift[] = ["morning", "afternoon", "evening"];
const STARTS = { morning: "08:00", afternoon: "14:00", evening: "19:30" };
const session = fc.record({
  day: fc.integer({ min: 0, max: 60 }),
  shift: fc.constantFrom(...SHIFTS),
  clock: fc.boolean(),
});

async function sheet(rows: Table) {
  return understandTimetable(
    await readDocument("lich.xlsx", await writeXlsx([{ name: "Lịch", table: rows }]), READ_LIMITS),
  );
}

const HEADER = texts("TT", "Ngày", "Buổi", "Nội dung", "Giảng viên", "Địa điểm");

describe("a timetable in either shape, Word or Excel", () => {
  it("reads back equal", { timeout: 60_000 }, async () => {
    const sessions = fc.uniqueArray(session, {
      minLength: 1,
      maxLength: 15,
      selector: ({ day, shift }) => `${day} ${shift}`,
    });
    await fc.assert(
      fc.asyncProperty(
        sessions,
        fc.constantFrom("row-per-session", "date-over-shifts"),
        fc.constantFrom("xlsx", "docx"),
        async (drawn, shape, format) => {
          const course = sampleCourse(seededRandom(1));
          const wanted = drawn
            .toSorted((a, b) => a.day - b.day || SHIFTS.indexOf(a.shift) - SHIFTS.indexOf(b.shift))
            .map(({ day, shift, clock }, i) => ({
              day: new Date(Date.UTC(2026, 8, 1 + day)).toISOString().slice(0, 10) as LocalDate,
              shift,
              startsAtLocal: clock ? STARTS[shift] : null,
              topic: `Chuyên đề ${i + 1}`,
              lecturer: "TS. Trần Thị Giảng",
              roomText: "Phòng 301",
            }));
          const build = format === "xlsx" ? buildTimetableXlsx : buildTimetableDocx;
          const doc = await readDocument(
            `lich.${format}`,
            await build({ ...course, sessions: wanted }, shape),
            READ_LIMITS,
          );
          const { value, rowsIn, understood, problems } = understandTimetable(doc);
          expect(value).toMatchObject(wanted);
          expect([rowsIn, understood, problems]).toEqual([wanted.length, wanted.length, []]);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe("what a timetable writes in its cells", () => {
  it("takes an unmerged blank date as the one above, the whole day as two sessions, a year from the title", async () => {
    const { value } = await sheet(
      [
        texts("LỊCH HỌC NĂM 2026"),
        HEADER,
        texts("1", "Thứ Hai, 7/9", "Sáng", "A", "", "P1"),
        texts("2", "", "Chiều", "B", "", "P1"),
        texts("3", "Thứ Ba, 8/9", "Cả ngày", "C", "", "P1"),
      ].map((row) => row.map((cell) => (cell.text === "" ? null : cell))),
    );
    expect(value.map((entry) => [entry.day, entry.shift, entry.topic])).toEqual([
      ["2026-09-07", "morning", "A"],
      ["2026-09-07", "afternoon", "B"],
      ["2026-09-08", "morning", "C"],
      ["2026-09-08", "afternoon", "C"],
    ]);
  });

  it("reports a row without a day or a shift and does not lend it the day above", async () => {
    const { value, rowsIn, understood, reported, problems } = await sheet([
      HEADER,
      texts("1", "07/09/2026", "Sáng", "A", "x", "y"),
      texts("2", "31/09/2026", "Sáng", "B", "x", "y"),
      texts("3", "08/09/2026", "Buổi 3", "C", "x", "y"),
    ]);
    expect(value).toHaveLength(1);
    expect([rowsIn, understood, reported]).toEqual([3, 1, 2]);
    expect(problems.map((found) => found.where)).toEqual(["lich.xlsx › Lịch › A3", "lich.xlsx › Lịch › A4"]);
  });

  it("asks when weekday and date, or time and shift, contradict, and when a session stands twice", async () => {
    const header = texts("TT", "Ngày học", "Thứ", "Buổi", "Giờ học", "Nội dung");
    const { value, problems } = await sheet([
      header,
      texts("1", "07/09/2026", "Thứ Ba", "Sáng", "08:00 - 11:00", "A"),
      texts("2", "08/09/2026", "Thứ Ba", "Sáng", "14:00 - 17:00", "B"),
      texts("3", "07/09/2026", "Thứ Hai", "Sáng", "08:00", "C"),
    ]);
    expect(value).toHaveLength(3);
    expect(problems.map((found) => [found.severity, found.where.slice(-2)])).toEqual([
      ["ask", "A2"],
      ["ask", "A3"],
      ["ask", "A4"],
    ]);
  });

  it("counts a day off as understood, not as a session", async () => {
    const { value, rowsIn, understood } = await sheet([
      HEADER,
      texts("1", "02/09/2026", "Sáng", "Nghỉ lễ Quốc khánh", "x", "y"),
      texts("2", "03/09/2026", "Sáng", "A", "x", "y"),
    ]);
    expect(value).toHaveLength(1);
    expect([rowsIn, understood]).toEqual([2, 2]);
  });

  it("refuses a file without a timetable", async () => {
    expect(await sheet([texts("Kính gửi", "Ban Giám đốc")])).toMatchObject({
      value: [],
      problems: [{ severity: "refuse" }],
    });
  });
});

describe("words for time", () => {
  it.each([
    ["18:00 - 20:00", "18:00"],
    ["7h30", "07:30"],
    ["08 giờ 00", "08:00"],
    ["14h", "14:00"],
    ["Sáng (08:00)", "08:00"],
    ["15/01/2026", null],
    ["25:00", null],
  ])("clock of %s", (text, clock) => expect(firstClock(text)).toBe(clock));
  it.each([
    ["Thứ Hai", 1],
    ["thứ 7", 6],
    ["T2", 1],
    ["CN", 7],
    ["Chủ nhật", 7],
    ["Tuần 2", null],
  ])("weekday of %s", (text, weekday) => expect(weekdayNamed(text)).toBe(weekday));
  it.each([
    ["Sáng", ["morning"]],
    ["CHIỀU", ["afternoon"]],
    ["S", ["morning"]],
    ["Sáng, chiều", ["morning", "afternoon"]],
    ["Buổi 1", []],
  ])("shift of %s", (text, shifts) => expect(shiftsNamed(text)).toEqual(shifts));
});
