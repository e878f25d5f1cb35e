import { DateTime } from "luxon";
import { SisoError } from "../errors.ts";
import type { ReportId, Rules } from "../types.ts";

export interface Exam {
  id: string;
  /** N Đ7.1: several mid-course tests are possible ("mỗi kỳ kiểm tra giữa khóa"), one final. */
  kind: "mid" | "final";
  startsAt: Date;
}

/** A report that must exist before an exam. */
export interface Milestone {
  examId: string;
  kind: Exam["kind"];
  /** 1-based among the exams of its kind, and how many there are. */
  ordinal: number;
  of: number;
  examStartsAt: Date;
  /** Same wall-clock time as the exam, `reportDaysBeforeExam` days earlier; also the data cut. */
  dueAt: Date;
}

export interface MilestoneRequest {
  exams: readonly Exam[];
  rules: Pick<Rules, "reportDaysBeforeExam">;
  zone: string;
}

/** N18: reports scheduled backwards from the exam dates, in order of their exams. Throws `input-invalid`. */
export function milestones({ exams, rules, zone }: MilestoneRequest): Milestone[] {
  const days = rules.reportDaysBeforeExam;
  if (!Number.isInteger(days) || days < 0) throw invalidDays(days);
  const ordered = [...exams].sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
  return ordered.map((exam) => {
    const sameKind = ordered.filter((other) => other.kind === exam.kind);
    const due = DateTime.fromJSDate(exam.startsAt, { zone }).minus({ days });
    if (!due.isValid) throw invalidExam(exam, zone);
    return {
      examId: exam.id,
      kind: exam.kind,
      ordinal: sameKind.indexOf(exam) + 1,
      of: sameKind.length,
      examStartsAt: exam.startsAt,
      dueAt: due.toJSDate(),
    };
  });
}

export interface IssuedReport {
  reportId: ReportId;
  examId: string;
  /** When the exam was to start as the report was made. */
  examStartsAt: Date;
  issuedAt: Date;
}

export interface MilestoneStatus {
  /** `overdue`: the exam has begun and no valid report was issued before it. */
  state: "scheduled" | "due" | "issued" | "overdue";
  /** The report that fulfils it. */
  report: ReportId | null;
  /** An earlier report of an exam that was moved: the new one supersedes it and it stays on file. */
  supersedes: ReportId | null;
}

/**
 * Where a milestone stands. A report issued for another exam date still counts when its data is as fresh as the new due date asks;
 * otherwise it is to be superseded. One issued after the exam began does not undo being overdue.
 */
export function milestoneStatus(
  milestone: Milestone,
  reports: readonly IssuedReport[],
  now: Date,
): MilestoneStatus {
  const own = reports
    .filter((report) => report.examId === milestone.examId && report.issuedAt <= now)
    .sort((a, b) => b.issuedAt.getTime() - a.issuedAt.getTime());
  const fulfilling = own.find((report) => fulfils(report, milestone));
  if (fulfilling) return { state: "issued", report: fulfilling.reportId, supersedes: null };
  const supersedes = own[0]?.reportId ?? null;
  if (now >= milestone.examStartsAt) return { state: "overdue", report: null, supersedes };
  return { state: now >= milestone.dueAt ? "due" : "scheduled", report: null, supersedes };
}

function fulfils(report: IssuedReport, milestone: Milestone): boolean {
  const sameDate = report.examStartsAt.getTime() === milestone.examStartsAt.getTime();
  return report.issuedAt < milestone.examStartsAt && (sameDate || report.issuedAt >= milestone.dueAt);
}

export interface MilestoneChange {
  examId: string;
  /** Null when the exam is new; `to` is null when it was called off. */
  from: Milestone | null;
  to: Milestone | null;
}

/** What a changed exam list moves, adds or drops. */
export function milestoneChanges(
  previous: readonly Milestone[],
  next: readonly Milestone[],
): MilestoneChange[] {
  const before = new Map(previous.map((milestone) => [milestone.examId, milestone]));
  const after = new Map(next.map((milestone) => [milestone.examId, milestone]));
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((examId) => ({ examId, from: before.get(examId) ?? null, to: after.get(examId) ?? null }))
    .filter(({ from, to }) => from?.dueAt.getTime() !== to?.dueAt.getTime());
}

function invalidDays(days: number): SisoError {
  return new SisoError("input-invalid", {
    vi: `reportDaysBeforeExam: ${days} không hợp lệ, cần số nguyên từ 0 trở lên.`,
    en: `reportDaysBeforeExam: ${days} is not valid, expected a whole number of at least 0.`,
  });
}

function invalidExam(exam: Exam, zone: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `Kỳ kiểm tra “${exam.id}”: thời điểm hoặc múi giờ “${zone}” không hợp lệ.`,
    en: `Exam "${exam.id}": its start or the zone "${zone}" is not valid.`,
  });
}
