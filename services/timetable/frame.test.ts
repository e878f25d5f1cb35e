import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SisoError } from "../errors.ts";
import type { LocalDate, Rules } from "../types.ts";
import { frameOf, localDayOf, preflightAt } from "./frame.ts";
import type { FrameRequest } from "./frame.ts";

const rules: Rules = {
  periodMinutes: 45,
  periodsPerSession: 4,
  breakMinutes: 20,
  shiftStarts: { morning: "08:00", afternoon: "14:00", evening: "19:30" },
  roundsPerSession: 2,
  minRoundSpacingMinutes: 20,
  edgeMarginMinutes: 5,
  breakMarginMinutes: 3,
  preflightMinutesBefore: 30,
  burst: { pictures: 3, spacingSeconds: 3 },
  minSightings: 1,
  retentionYears: 5,
  reportDaysBeforeExam: 3,
};
const day = (text: string) => text as LocalDate;
const frame = (request: Partial<FrameRequest> = {}) =>
  frameOf({
    day: day("2026-11-23"),
    shift: "morning",
    startsAtLocal: null,
    zone: "Asia/Ho_Chi_Minh",
    rules,
    ...request,
  });
const iso = (instant: Date | undefined) => instant?.toISOString();
const codeOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return error instanceof SisoError ? error.code : error;
  }
  return "nothing thrown";
};

describe("session frame", () => {
  it("L1, L3: a morning session is 4 × 45 minutes and a break from 08:00 +07:00", () => {
    const { startsAt, endsAt, periods, break: pause } = frame();
    expect([startsAt, endsAt].map(iso)).toEqual(["2026-11-23T01:00:00.000Z", "2026-11-23T04:20:00.000Z"]);
    expect(periods.map(({ startsAt }) => iso(startsAt)?.slice(11, 16))).toEqual([
      "01:00",
      "01:45",
      "02:50",
      "03:35",
    ]);
    expect(
      periods.every(({ startsAt, endsAt }) => endsAt.getTime() - startsAt.getTime() === 45 * 60_000),
    ).toBe(true);
    expect([iso(pause?.startsAt), iso(pause?.endsAt)]).toEqual([
      "2026-11-23T02:30:00.000Z",
      "2026-11-23T02:50:00.000Z",
    ]);
  });

  it.each([
    ["afternoon", "2026-11-23T07:00:00.000Z"],
    ["evening", "2026-11-23T12:30:00.000Z"],
  ] as const)("L3: the %s shift has its own start", (shift, start) => {
    expect(iso(frame({ shift }).startsAt)).toBe(start);
  });

  it("L2: refuses a 25-minute break and says which rule", () => {
    expect(codeOf(() => frame({ rules: { ...rules, breakMinutes: 25 } }))).toBe("input-invalid");
    expect(() => frame({ rules: { ...rules, breakMinutes: 25 } })).toThrow(/breakMinutes.*25 phút/);
    expect(frame({ rules: { ...rules, breakMinutes: 0 } }).break).toBeNull();
  });

  it("puts the break of a 3-period session after its second period", () => {
    const { periods, break: pause } = frame({ rules: { ...rules, periodsPerSession: 3 } });
    expect(periods[1]?.endsAt).toEqual(pause?.startsAt);
    expect(periods).toHaveLength(3);
  });

  it("keeps the campus's day where it differs from the UTC day", () => {
    const early = frame({ startsAtLocal: "00:00" });
    expect(iso(early.startsAt)).toBe("2026-11-22T17:00:00.000Z");
    expect(localDayOf(early.startsAt, "Asia/Ho_Chi_Minh")).toBe("2026-11-23");
    expect(iso(frame({ startsAtLocal: "06:59" }).startsAt)).toBe("2026-11-22T23:59:00.000Z");
    expect(iso(frame({ startsAtLocal: "07:00" }).startsAt)).toBe("2026-11-23T00:00:00.000Z");
    const late = frame({ startsAtLocal: "23:00" });
    expect(localDayOf(late.startsAt, "Asia/Ho_Chi_Minh")).toBe("2026-11-23");
    expect(localDayOf(late.endsAt, "Asia/Ho_Chi_Minh")).toBe("2026-11-24");
  });

  it("starts on the wall clock for every minute of any day, in zones with and without clock changes", () => {
    const minute = fc.integer({ min: 0, max: 24 * 60 - 1 });
    const zones = fc.constantFrom(
      "Asia/Ho_Chi_Minh",
      "Europe/Paris",
      "America/St_Johns",
      "Pacific/Kiritimati",
    );
    fc.assert(
      fc.property(minute, fc.integer({ min: 0, max: 4000 }), zones, (minute, offset, zone) => {
        const date = day(new Date(Date.UTC(2024, 0, 1 + offset)).toISOString().slice(0, 10));
        const clock = `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
        const code = codeOf(() => frame({ day: date, startsAtLocal: clock, zone }));
        const skips = zone === "Europe/Paris" || zone === "America/St_Johns";
        const found = code === "input-invalid" ? null : frame({ day: date, startsAtLocal: clock, zone });
        expect(found === null ? skips : localDayOf(found.startsAt, zone) === date).toBe(true);
      }),
      { numRuns: 2000, seed: 7 },
    );
  });

  it("counts elapsed time when the clock changes during a session", () => {
    const spring = frame({ day: day("2026-03-29"), startsAtLocal: "01:30", zone: "Europe/Paris" });
    expect(spring.endsAt.getTime() - spring.startsAt.getTime()).toBe(200 * 60_000);
    expect(
      codeOf(() => frame({ day: day("2026-03-29"), startsAtLocal: "02:30", zone: "Europe/Paris" })),
    ).toBe("input-invalid");
    const autumn = frame({ day: day("2026-10-25"), startsAtLocal: "02:30", zone: "Europe/Paris" });
    expect(iso(autumn.startsAt)).toBe("2026-10-25T00:30:00.000Z");
  });

  it.each([
    [{ startsAtLocal: "8:00" }],
    [{ startsAtLocal: "24:00" }],
    [{ day: day("2026-02-30") }],
    [{ day: day("23/11/2026") }],
    [{ zone: "Asia/Hanoi" }],
    [{ rules: { ...rules, periodMinutes: 0 } }],
    [{ rules: { ...rules, breakMinutes: -1 } }],
    [{ rules: { ...rules, periodsPerSession: 2.5 } }],
  ])("refuses %j", (request) => {
    expect(codeOf(() => frame(request))).toBe("input-invalid");
  });

  it("L4: pre-flight is 30 minutes before", () => {
    expect(iso(preflightAt(frame(), rules))).toBe("2026-11-23T00:30:00.000Z");
  });
});
