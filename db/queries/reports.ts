import { sql } from "kysely";
import type { CourseId, ReportId } from "../../services/types.ts";
import type { Db } from "../client.ts";
import { appendLog, courseLineCounts } from "./log.ts";
import type { Due } from "./sessions.ts";

export interface Exam {
  id: string;
  courseId: CourseId;
  kind: "mid" | "final";
  startsAt: Date;
}

export interface DueReport {
  id: ReportId;
  courseId: CourseId;
  examId: string;
  kind: "mid" | "final";
  version: number;
  dueAt: Date;
  status: "due" | "draft" | "superseded";
}

const reportColumns = ["id", "courseId", "examId", "kind", "version", "dueAt", "status"] as const;

export async function addExam(db: Db, exam: Exam, at: Date): Promise<void> {
  await db.insertInto("exam").values(exam).execute();
  await logExam(db, exam, at);
}

/** The exam keeps its identity, and the reports made for it stay its reports. */
export async function moveExam(db: Db, exam: Exam, startsAt: Date, at: Date): Promise<void> {
  await db.updateTable("exam").set({ startsAt }).where("id", "=", exam.id).execute();
  await logExam(db, { ...exam, startsAt }, at);
}

async function logExam(db: Db, exam: Exam, at: Date): Promise<void> {
  const { id, courseId, kind, startsAt } = exam;
  await appendLog(db, at, {
    event: "exam",
    exam: id,
    course: courseId,
    kind,
    startsAt: startsAt.toISOString(),
  });
}

export async function examsOfCourse(db: Db, courseId: CourseId): Promise<Exam[]> {
  return db
    .selectFrom("exam")
    .select(["id", "courseId", "kind", "startsAt"])
    .where("courseId", "=", courseId)
    .orderBy("startsAt")
    .execute();
}

export interface ReportRow extends DueReport {
  /** The exam's start when the report was built; null before. */
  examStartsAt: Date | null;
  builtAt: Date | null;
}

export async function reportsOfCourse(db: Db, courseId: CourseId): Promise<ReportRow[]> {
  return db
    .selectFrom("report")
    .select([...reportColumns, "examStartsAt", "builtAt"])
    .where("courseId", "=", courseId)
    .orderBy("dueAt")
    .orderBy("version")
    .execute();
}

export async function scheduleReport(db: Db, report: Omit<DueReport, "status">): Promise<void> {
  await db
    .insertInto("report")
    .values({ ...report, status: "due" })
    .execute();
}

/** Only what was not built yet can move. */
export async function rescheduleReport(db: Db, id: ReportId, dueAt: Date): Promise<void> {
  await db.updateTable("report").set({ dueAt }).where("id", "=", id).where("status", "=", "due").execute();
}

export async function reportById(db: Db, id: ReportId): Promise<DueReport> {
  return db.selectFrom("report").select(reportColumns).where("id", "=", id).executeTakeFirstOrThrow();
}

/** Due, and no session that ended before the due time is still open: the data of a report does not move under it. */
export async function reportsToBuild(db: Db, now: Date): Promise<Due[]> {
  return db
    .selectFrom("report")
    .select(["report.id", "report.dueAt"])
    .where("report.status", "=", "due")
    .where("report.dueAt", "<=", now)
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom("session")
            .select("session.id")
            .whereRef("session.courseId", "=", "report.courseId")
            .where("session.status", "=", "scheduled")
            .whereRef("session.endsAt", "<=", "report.dueAt"),
        ),
      ),
    )
    .execute();
}

/** False when it was built already. An earlier report of the same exam is superseded and stays on file. */
export async function saveReport(
  db: Db,
  { id, examId, version }: Pick<DueReport, "id" | "examId" | "version">,
  built: { figures: unknown; dataCutAt: Date; examStartsAt: Date; at: Date },
  files: { format: "docx" | "xlsx"; objectId: string; sha256: string; fileName: string }[],
): Promise<boolean> {
  const result = await db
    .updateTable("report")
    .set({
      status: "draft",
      figures: sql`${JSON.stringify(built.figures)}::jsonb`,
      dataCutAt: built.dataCutAt,
      builtAt: built.at,
      examStartsAt: built.examStartsAt,
    })
    .where("id", "=", id)
    .where("status", "=", "due")
    .returning("courseId")
    .executeTakeFirst();
  if (result === undefined) return false;
  await db
    .updateTable("report")
    .set({ status: "superseded" })
    .where("examId", "=", examId)
    .where("version", "<", version)
    .where("status", "=", "draft")
    .execute();
  await db
    .insertInto("reportFile")
    .values(files.map((f) => ({ ...f, reportId: id })))
    .execute();
  const told = await courseLineCounts(db, result.courseId);
  for (const file of files) {
    const { format, sha256, objectId: object } = file;
    await appendLog(db, built.at, {
      event: "report",
      report: id,
      course: result.courseId,
      exam: examId,
      format,
      sha256,
      object,
      ...told,
    });
  }
  return true;
}

export interface BuiltReport {
  id: ReportId;
  kind: "mid" | "final";
  version: number;
  builtAt: Date;
}

/** Reports already built that hold a session that ended at an instant; what changes now is in none of them. */
export async function reportsHolding(db: Db, courseId: CourseId, endedAt: Date): Promise<BuiltReport[]> {
  return db
    .selectFrom("report")
    .select(["id", "kind", "version", "builtAt"])
    .where("courseId", "=", courseId)
    .where("builtAt", "is not", null)
    .where("dataCutAt", ">=", endedAt)
    .orderBy("builtAt")
    .$narrowType<{ builtAt: Date }>()
    .execute();
}

export interface ReportFile {
  reportId: ReportId;
  kind: "mid" | "final";
  version: number;
  format: "docx" | "xlsx";
  fileName: string;
  sha256: string;
  objectId: string;
}

export async function reportFilesOfCourse(db: Db, courseId: CourseId): Promise<ReportFile[]> {
  return db
    .selectFrom("reportFile")
    .innerJoin("report", "report.id", "reportFile.reportId")
    .select(["reportId", "kind", "version", "format", "fileName", "sha256", "objectId"])
    .where("courseId", "=", courseId)
    .orderBy("dueAt")
    .orderBy("format")
    .execute();
}
