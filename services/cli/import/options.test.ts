import { describe, expect, it } from "vitest";
import { flagsFor, parseDay, parseInstant } from "./options.ts";

const zone = "Asia/Ho_Chi_Minh";

describe("parseInstant", () => {
  it.each([
    ["2026-09-14 14:00", "2026-09-14T07:00:00.000Z"],
    ["2026-09-14T14:00", "2026-09-14T07:00:00.000Z"],
    ["14/09/2026 06:30", "2026-09-13T23:30:00.000Z"],
    ["2026-09-14T14:00:00Z", "2026-09-14T14:00:00.000Z"],
    ["2026-09-14T14:00+09:00", "2026-09-14T05:00:00.000Z"],
  ])("takes %s by the campus's clock or its own offset", (text, instant) => {
    expect(parseInstant("--mid-exam", text, zone).toISOString()).toBe(instant);
  });

  it.each(["", "2026-09-14", "14/9 lúc 2h", "2026-02-30 08:00", "2026-09-14 25:00"])(
    "refuses %j naming the option",
    (text) => {
      expect(() => parseInstant("--mid-exam", text, zone)).toThrow("--mid-exam");
    },
  );
});

describe("parseDay", () => {
  it("takes a day as written in either order", () => {
    expect([parseDay("--starts-on", "2026-09-07"), parseDay("--starts-on", "07/09/2026")]).toEqual([
      "2026-09-07",
      "2026-09-07",
    ]);
  });

  it.each(["07-09", "2026-13-01", "hôm nay"])("refuses %j naming the option", (text) => {
    expect(() => parseDay("--starts-on", text)).toThrow("--starts-on");
  });
});

describe("flagsFor", () => {
  it("names what was typed about a decision or about a chart", () => {
    const typed = { campus: "HN", front: "top", course: "CVC-K12" } as const;
    expect([flagsFor("decision", typed), flagsFor("chart", typed)]).toEqual([["--campus"], ["--front"]]);
  });
});
