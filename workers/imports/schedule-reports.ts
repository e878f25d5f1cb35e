import { milestones, milestoneStatus, type IssuedReport } from "../../services/report/milestones.ts";
import type { ReportId, Rules } from "../../services/types.ts";
import type { Course } from "../../db/queries/courses.ts";
import {
  examsOfCourse,
  reportsOfCourse,
  rescheduleReport,
  scheduleReport,
  type ReportRow,
} from "../../db/queries/reports.ts";
import type { Trx } from "../../db/client.ts";
import type { Context } from "../context.ts";

/**
 * Milestone reports are due backwards from the exams (N18). A report not yet built follows its exam; one that was built for
 * another date stays on file and gets a successor when its data is older than the new date asks. Call under the course's lock.
 */
export async function scheduleReports(
  ctx: Pick<Context, "clock" | "random">,
  trx: Trx,
  course: Course,
  zone: string,
  rules: Rules,
): Promise<void> {
  const exams = await examsOfCourse(trx, course.id);
  const reports = await reportsOfCourse(trx, course.id);
  for (const milestone of milestones({ exams, rules, zone })) {
    const own = reports.filter(({ examId }) => examId === milestone.examId);
    const open = own.find(({ status }) => status === "due");
    if (open) {
      await rescheduleReport(trx, open.id, milestone.dueAt);
      continue;
    }
    const made = own.flatMap(issued);
    const { state } = milestoneStatus(milestone, made, ctx.clock.now());
    // A late report is late; only another exam date asks for another one.
    const sameDate = made.some(({ examStartsAt }) => +examStartsAt === +milestone.examStartsAt);
    if (state === "issued" || sameDate) continue;
    await scheduleReport(trx, {
      id: ctx.random.uuid() as ReportId,
      courseId: course.id,
      examId: milestone.examId,
      kind: milestone.kind,
      version: Math.max(0, ...own.map(({ version }) => version)) + 1,
      dueAt: milestone.dueAt,
    });
  }
}

function issued({ id, examId, examStartsAt, builtAt }: ReportRow): IssuedReport[] {
  if (examStartsAt === null || builtAt === null) return [];
  return [{ reportId: id, examId, examStartsAt, issuedAt: builtAt }];
}
