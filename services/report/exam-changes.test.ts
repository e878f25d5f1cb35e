import { describe, expect, it } from "vitest";
import { examChanges } from "./exam-changes.ts";

const at = (day: string) => new Date(`2026-${day}T07:00:00Z`);
const known = [
  { id: "one", kind: "mid" as const, startsAt: at("09-14") },
  { id: "two", kind: "mid" as const, startsAt: at("09-21") },
  { id: "end", kind: "final" as const, startsAt: at("10-02") },
];
const mid = (day: string) => ({ kind: "mid" as const, startsAt: at(day) });

/** Exam id → new day, and the days added. */
function told(typed: Parameters<typeof examChanges>[1], now = at("09-07")) {
  const { moved, added } = examChanges(known, typed, now);
  return {
    moved: moved.map(({ exam, startsAt }) => [exam.id, startsAt]),
    added: added.map(({ startsAt }) => startsAt),
  };
}

describe("examChanges", () => {
  it("changes nothing for the times that are known, in any order, or for none", () => {
    expect(told([])).toEqual({ moved: [], added: [] });
    expect(told([mid("09-21"), mid("09-14")])).toEqual({ moved: [], added: [] });
  });

  it("moves the exam of the same kind, and of several the one whose time is no longer typed", () => {
    expect(told([{ kind: "final", startsAt: at("10-05") }])).toEqual({
      moved: [["end", at("10-05")]],
      added: [],
    });
    expect(told([mid("09-14"), mid("09-23")])).toEqual({ moved: [["two", at("09-23")]], added: [] });
  });

  it("never moves a mid-course exam that has begun, and has one final whatever the hour", () => {
    const postponed = { kind: "final" as const, startsAt: at("10-05") };
    expect(told([postponed], at("10-03"))).toEqual({ moved: [["end", at("10-05")]], added: [] });
    expect(told([mid("09-28")], at("09-15"))).toEqual({ moved: [["two", at("09-28")]], added: [] });
    expect(told([mid("09-28")], at("09-22"))).toEqual({ moved: [], added: [at("09-28")] });
  });

  it("adds what nothing known is left for", () => {
    expect(told([mid("09-14"), mid("09-21"), mid("09-28")])).toEqual({ moved: [], added: [at("09-28")] });
  });
});
