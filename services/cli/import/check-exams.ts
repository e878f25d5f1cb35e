import type { CourseSetup } from "../../../workers/imports/confirm-decision.ts";
import type { DecisionFile } from "../../../workers/imports/read-files.ts";
import { examsOfCourse, type Exam } from "../../../db/queries/reports.ts";
import { problem } from "../../intake/problems.ts";
import type { ReadingProblem } from "../../types.ts";
import type { CourseView } from "./course-view.ts";
import { parseInstant, type ImportOptions } from "./options.ts";

export function examsOf({ midExam = [], finalExam }: ImportOptions, zone: string): CourseSetup["exams"] {
  const mid = midExam.map((text) => ({
    kind: "mid" as const,
    startsAt: parseInstant("--mid-exam", text, zone),
  }));
  const final = finalExam
    ? [{ kind: "final" as const, startsAt: parseInstant("--final-exam", finalExam, zone) }]
    : [];
  return [...mid, ...final];
}

export async function knownExams({ db, course }: CourseView): Promise<Exam[]> {
  return db && course ? examsOfCourse(db, course.id) : [];
}

/** Every mid-course exam is before the end-course one. */
export function disorderedExams(exams: CourseSetup["exams"], file: DecisionFile): ReadingProblem[] {
  const final = exams.find(({ kind }) => kind === "final");
  if (!final || !exams.some(({ kind, startsAt }) => kind === "mid" && startsAt >= final.startsAt)) return [];
  return [
    problem(
      "ask",
      file.fileName,
      {
        vi: "Giờ kiểm tra giữa khóa không trước giờ thi cuối khóa.",
        en: "The mid-course exam is not before the end-course one.",
      },
      { vi: "Sửa --mid-exam hoặc --final-exam.", en: "Correct --mid-exam or --final-exam." },
    ),
  ];
}

export function noExams(file: DecisionFile): ReadingProblem {
  return problem(
    "note",
    file.fileName,
    {
      vi: "Chưa có giờ thi, nên chưa lên lịch được báo cáo giữa khóa và cuối khóa (N Đ7.1).",
      en: "No exam is known, so no report is scheduled (N Đ7.1).",
    },
    {
      vi: "Thêm --mid-exam và --final-exam khi biết.",
      en: "Add --mid-exam and --final-exam once they are known.",
    },
  );
}
