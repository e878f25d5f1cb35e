import { describe, expect, it } from "vitest";
import { findDays, parseDate, weekdayOf } from "./dates.ts";
import type { LocalDate } from "../types.ts";

describe("dates in cells", () => {
  it.each([
    ["15/01/2000", "2000-01-15"],
    ["15-1-2000", "2000-01-15"],
    ["5.9.1985", "1985-09-05"],
    ["05 / 09 / 1985", "1985-09-05"],
    ["2000-01-15", "2000-01-15"],
    ["2000-01-15T00:00:00", "2000-01-15"],
    ["ngày 05 tháng 9 năm 2026", "2026-09-05"],
    ["29/02/2024", "2024-02-29"],
  ])("reads %s", (text, day) => expect(parseDate(text)).toEqual({ day, year: Number(day.slice(0, 4)) }));

  it.each([
    ["1985", 1985],
    ["00/00/1985", 1985],
    ["9/1985", 1985],
    ["năm 1985", 1985],
  ])("reads the year of %s", (text, year) => expect(parseDate(text)).toEqual({ day: null, year }));

  it.each(["31/02/2000", "29/02/2023", "01/13/2000", "15/01/00", "", "x", "12", "1000"])(
    "does not guess %s",
    (text) => expect(parseDate(text)).toEqual({ day: null, year: null }),
  );
});

describe("days in running text", () => {
  it.each([
    ["từ ngày 07/09/2026 đến hết ngày 18/09/2026", ["2026-09-07", "2026-09-18"]],
    ["từ ngày 05 đến ngày 16 tháng 9 năm 2026", ["2026-09-05", "2026-09-16"]],
    ["từ ngày 28 tháng 12 năm 2026 đến ngày 05 tháng 01 năm 2027", ["2026-12-28", "2027-01-05"]],
    ["21/08 - 03/12/23", ["2023-08-21", "2023-12-03"]],
  ])("finds them in %s", (text, days) => expect(findDays(text)).toEqual(days));

  it("takes the document's year when none is written", () =>
    expect(findDays("Thứ Hai, 7/9", 2026)).toEqual(["2026-09-07"]));
  it("finds nothing without a year", () => expect(findDays("7/9")).toEqual([]));
});

it("counts Monday as 1 and Sunday as 7", () =>
  expect(["2026-09-07", "2026-09-13"].map((day) => weekdayOf(day as LocalDate))).toEqual([1, 7]));
