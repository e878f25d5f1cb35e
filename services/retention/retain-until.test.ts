import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LocalDate } from "../types.ts";
import { hasExpired, retainUntil, retentionOf } from "./retain-until.ts";

const hanoi = "Asia/Ho_Chi_Minh";
const day = (text: string) => text as LocalDate;
const dayMs = 86_400_000;

describe("N16 retention", () => {
  it.each([
    ["2026-11-23", 5, "2031-11-23T17:00:00.000Z"],
    ["2024-02-29", 5, "2029-03-01T17:00:00.000Z"],
    ["2024-02-29", 4, "2028-02-29T17:00:00.000Z"],
    ["2023-02-28", 5, "2028-02-28T17:00:00.000Z"],
    ["2025-12-31", 5, "2030-12-31T17:00:00.000Z"],
    ["2026-01-01", 10, "2036-01-01T17:00:00.000Z"],
  ])(
    "a course that starts on %s is kept %i years, to the end of that day in Hà Nội",
    (start, years, until) => {
      expect(retainUntil(day(start), years, hanoi).toISOString()).toBe(until);
    },
  );

  it("is expired a day after, not a day before", () => {
    const until = retainUntil(day("2026-11-23"), 5, hanoi);
    expect(hasExpired(until, new Date(until.getTime() - dayMs))).toBe(false);
    expect(hasExpired(until, new Date(until.getTime() - 1))).toBe(false);
    expect(hasExpired(until, new Date(until.getTime() + dayMs))).toBe(true);
    expect(hasExpired("permanent", new Date(8e15))).toBe(false);
  });

  it("lasts the calendar years and their last day, whatever the start", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40_000 }), fc.integer({ min: 1, max: 100 }), (offset, years) => {
        const date = new Date(Date.UTC(2000, 0, 1 + offset));
        const until = retainUntil(day(date.toISOString().slice(0, 10)), years, "UTC");
        const anniversary = Date.UTC(date.getUTCFullYear() + years, date.getUTCMonth(), date.getUTCDate());
        const longer = until.getTime() - anniversary;
        expect(longer).toBe(dayMs); // Date.UTC turns 29 February into 1 March as well.
      }),
      { numRuns: 1000, seed: 2 },
    );
  });

  it.each([
    ["2026-02-29", 5, hanoi],
    ["29/02/2024", 5, hanoi],
    ["2026-01-01", 0, hanoi],
    ["2026-01-01", 2.5, hanoi],
    ["2026-01-01", 5, "Asia/Hanoi"],
  ])("refuses %s, %d years, %s", (start, years, zone) => {
    expect(() => retainUntil(day(start), years, zone)).toThrow(/thời hạn lưu trữ/);
  });
});

describe("X2 retention classes", () => {
  const five = { name: "hình ảnh điểm danh", years: 5 };
  const ten = { name: "hồ sơ khóa học", years: 10 };
  const request = { courseStart: day("2026-11-23"), zone: hanoi, current: null };

  it("lets the longest class win", () => {
    expect(retentionOf({ ...request, classes: [five, ten] })).toEqual({
      until: retainUntil(request.courseStart, 10, hanoi),
      decidedBy: ten.name,
    });
    const forever = { name: "vĩnh viễn", years: "permanent" as const };
    expect(retentionOf({ ...request, classes: [forever, ten] }).until).toBe("permanent");
  });

  it("only extends", () => {
    const current = retainUntil(request.courseStart, 10, hanoi);
    expect(retentionOf({ ...request, classes: [five], current })).toEqual({
      until: current,
      decidedBy: null,
    });
    expect(retentionOf({ ...request, classes: [ten], current: "permanent" }).until).toBe("permanent");
    const early = retainUntil(request.courseStart, 1, hanoi);
    expect(retentionOf({ ...request, classes: [five], current: early }).decidedBy).toBe(five.name);
  });

  it("refuses a course without a class", () => {
    expect(() => retentionOf({ ...request, classes: [] })).toThrow(/ít nhất một nhóm/);
  });
});
