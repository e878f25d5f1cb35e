import { describe, expect, it } from "vitest";
import type { ReportId } from "../types.ts";
import { milestoneChanges, milestones, milestoneStatus } from "./milestones.ts";
import type { Exam, IssuedReport, Milestone } from "./milestones.ts";

const zone = "Asia/Ho_Chi_Minh";
const rules = { reportDaysBeforeExam: 3 };
const at = (text: string) => new Date(`${text}+07:00`);
const mid: Exam = { id: "gk1", kind: "mid", startsAt: at("2026-12-07T08:00:00") };
const mid2: Exam = { id: "gk2", kind: "mid", startsAt: at("2026-12-14T08:00:00") };
const final: Exam = { id: "ck", kind: "final", startsAt: at("2026-12-21T14:00:00") };
const plan = (exams: Exam[]) => milestones({ exams, rules, zone });
const only = (exam: Exam): Milestone => {
  const [milestone] = plan([exam]);
  if (!milestone) throw new Error("one milestone expected");
  return milestone;
};
const report = (over: Partial<IssuedReport> = {}): IssuedReport => ({
  reportId: "bc-1" as ReportId,
  examId: "gk1",
  examStartsAt: mid.startsAt,
  issuedAt: at("2026-12-04T16:00:00"),
  ...over,
});

const stateWithoutReport = (now: string) => milestoneStatus(only(mid), [], at(now)).state;

describe("N18 milestones", () => {
  it("are due backwards from the exams, several mid-course ones included", () => {
    expect(
      plan([final, mid2, mid]).map(({ examId, ordinal, of, dueAt }) => [examId, ordinal, of, dueAt]),
    ).toEqual([
      ["gk1", 1, 2, at("2026-12-04T08:00:00")],
      ["gk2", 2, 2, at("2026-12-11T08:00:00")],
      ["ck", 1, 1, at("2026-12-18T14:00:00")],
    ]);
  });

  it("count calendar days on the campus's wall clock", () => {
    const exam = { ...mid, startsAt: new Date("2026-03-30T06:00:00Z") };
    const [paris] = milestones({ exams: [exam], rules, zone: "Europe/Paris" });
    expect(paris?.dueAt.toISOString()).toBe("2026-03-27T07:00:00.000Z"); // 08:00 before and after the clock change
    const early = only({ ...mid, startsAt: at("2026-12-07T00:30:00") });
    expect(early.dueAt).toEqual(at("2026-12-04T00:30:00"));
  });

  it("move with their exam", () => {
    const moved = { ...mid, startsAt: at("2026-12-09T08:00:00") };
    const changes = milestoneChanges(plan([mid, final]), plan([moved, final, mid2]));
    expect(changes.map(({ examId, from, to }) => [examId, from?.dueAt, to?.dueAt])).toEqual([
      ["gk1", at("2026-12-04T08:00:00"), at("2026-12-06T08:00:00")],
      ["gk2", undefined, at("2026-12-11T08:00:00")],
    ]);
    expect(milestoneChanges(plan([mid, final]), plan([final]))[0]?.to).toBeNull();
  });

  it("pass from scheduled to due to overdue at the exam", () => {
    expect(stateWithoutReport("2026-12-04T07:59:59")).toBe("scheduled");
    expect(stateWithoutReport("2026-12-04T08:00:00")).toBe("due");
    expect(stateWithoutReport("2026-12-07T07:59:59")).toBe("due");
    expect(stateWithoutReport("2026-12-07T08:00:00")).toBe("overdue");
  });

  it("are fulfilled by a report issued before the exam, not by a late or foreign one", () => {
    const now = at("2026-12-20T00:00:00");
    const status = (one: IssuedReport) => milestoneStatus(only(mid), [one], now).state;
    expect(status(report())).toBe("issued");
    expect(status(report({ issuedAt: at("2026-12-07T08:00:00") }))).toBe("overdue");
    expect(status(report({ examId: "gk2" }))).toBe("overdue");
    expect(milestoneStatus(only(mid), [report()], at("2026-12-04T09:00:00")).state).toBe("due");
  });

  it("ask for a superseding report when the exam moved later", () => {
    const moved = only({ ...mid, startsAt: at("2026-12-16T08:00:00") });
    expect(milestoneStatus(moved, [report()], at("2026-12-08T00:00:00"))).toEqual({
      state: "scheduled",
      report: null,
      supersedes: "bc-1",
    });
    const slightly = only({ ...mid, startsAt: at("2026-12-07T14:00:00") });
    expect(milestoneStatus(slightly, [report()], at("2026-12-08T00:00:00")).state).toBe("issued");
  });

  it("refuse a fraction of a day", () => {
    expect(() => milestones({ exams: [mid], rules: { reportDaysBeforeExam: 1.5 }, zone })).toThrow(
      /reportDaysBeforeExam/,
    );
    expect(() => milestones({ exams: [mid], rules, zone: "Asia/Hanoi" })).toThrow(/gk1/);
  });
});
