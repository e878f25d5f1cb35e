import { createHash } from "node:crypto";
import { buildFigures } from "../../services/report/figures.ts";
import type { ReportModel } from "../../services/report/model.ts";
import { recount } from "../../services/report/recount.ts";
import { renderDocx } from "../../services/report/render-docx.ts";
import { renderXlsx } from "../../services/report/render-xlsx.ts";
import { retainUntil } from "../../services/retention/retain-until.ts";
import { SisoError } from "../../services/errors.ts";
import type { ReportId } from "../../services/types.ts";
import { campusOf, unitName } from "../../db/queries/campus.ts";
import { addArchiveObject } from "../../db/queries/captures.ts";
import { courseById, everyTraineeUntil, type Course } from "../../db/queries/courses.ts";
import { examsOfCourse, reportById, saveReport, type DueReport } from "../../db/queries/reports.ts";
import { rulesAt } from "../../db/queries/rules.ts";
import { checkpointLog } from "../archive-log/checkpoint-log.ts";
import type { Context } from "../context.ts";
import { reportSources } from "./report-sources.ts";

/** A milestone report from a frozen data cut: figures recounted, .docx and .xlsx kept as issued bytes (N17, N18). */
export async function buildReport(ctx: Context, id: ReportId): Promise<void> {
  const report = await reportById(ctx.db, id);
  if (report.status !== "due" || ctx.clock.now() < report.dueAt) return;
  const course = await courseById(ctx.db, report.courseId);
  const { size, root, madeAt, verifierKey } = await checkpointLog(ctx, "report");
  const archive = { size, rootHash: root.toString("hex"), at: madeAt, key: verifierKey };
  const occasion = await occasionOf(ctx, report);
  const model = { ...(await reportModel(ctx, report, course, occasion)), archive };
  const now = ctx.clock.now();
  const files = [
    { format: "docx" as const, bytes: await renderDocx(model) },
    { format: "xlsx" as const, bytes: await renderXlsx(model) },
  ];
  const { rules } = await rulesAt(ctx.db, now);
  const keepUntil = retainUntil(course.startsOn, rules.retentionYears, model.zone);
  const kept = await Promise.all(
    files.map(async ({ format, bytes }) => {
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      const fileName = `${course.code}-${report.kind === "mid" ? "giua-khoa" : "cuoi-khoa"}-v${report.version}.${format}`;
      return { format, sha256, fileName, object: await ctx.archive.seal(bytes) };
    }),
  );
  await ctx.db.transaction().execute(async (trx) => {
    await trx.selectFrom("report").select("id").where("id", "=", id).forUpdate().execute();
    const current = await reportById(trx, id);
    // Built already, or its exam moved meanwhile: then the sweep builds it when it is due.
    if (current.status !== "due" || current.dueAt.getTime() !== report.dueAt.getTime()) return;
    for (const { object } of kept) await addArchiveObject(trx, object, keepUntil, now);
    const rows = kept.map(({ object, ...file }) => ({ ...file, objectId: object.objectId }));
    const { figures } = model;
    const { examStartsAt } = occasion;
    const built = { figures, dataCutAt: figures.dataCutAt, examStartsAt, at: now };
    await saveReport(trx, report, built, rows);
  });
}

async function reportModel(
  ctx: Context,
  report: DueReport,
  course: Course,
  occasion: ReportModel["occasion"],
): Promise<ReportModel> {
  const dataCutAt = report.dueAt;
  const campus = await campusOf(ctx.db, course.campusId);
  const { sessions, neverSeen, raw } = await reportSources(ctx, course.id, dataCutAt);
  const trainees = (await everyTraineeUntil(ctx.db, course.id, dataCutAt)).map((trainee) => ({
    traineeId: trainee.id,
    fullName: trainee.fullName,
    workplace: trainee.workplace,
  }));
  const figures = buildFigures({ trainees, sessions, dataCutAt, neverSeen });
  const differences = recount(figures, raw);
  if (differences.length > 0) throw notRecountable(course, differences);
  const { letterhead } = ctx.institution;
  const place = ctx.institution.campuses.find(({ code }) => code === campus.code)?.place ?? campus.name;
  return {
    occasion,
    letterhead: { ...letterhead, place },
    issued: null,
    addressees: [letterhead.addressee],
    legalBases: letterhead.legalBases,
    course: {
      name: course.name,
      decision: decisionOf(course),
      startsOn: course.startsOn,
      endsOn: course.endsOn,
      place: campus.name,
      unitName: await unitName(ctx.db, course.unitId),
    },
    zone: campus.timeZone,
    figures,
    signer: { titles: letterhead.signerTitles[0] ?? [], name: null },
    recipients: letterhead.recipients,
    recount: { at: ctx.clock.now(), differences: 0 },
  };
}

async function occasionOf(
  ctx: Context,
  report: DueReport,
): Promise<Extract<ReportModel["occasion"], { kind: DueReport["kind"] }>> {
  const exams = (await examsOfCourse(ctx.db, report.courseId)).filter(({ kind }) => kind === report.kind);
  const index = exams.findIndex(({ id }) => id === report.examId);
  const examStartsAt = exams[index]?.startsAt ?? report.dueAt;
  return { kind: report.kind, ordinal: index + 1, of: exams.length, examStartsAt };
}

function decisionOf({ decisionNumber: number, decisionDate: date }: Course) {
  return number !== null && date !== null ? { number, date } : null;
}

/** A report whose totals cannot be recounted does not come into being. */
function notRecountable(course: Course, differences: ReturnType<typeof recount>): SisoError {
  const [first] = differences;
  return new SisoError("input-invalid", {
    vi: `Báo cáo lớp ${course.code}: ${differences.length} con số không khớp khi đếm lại, trước hết ${first?.where.vi} (${first?.field}: ${first?.printed} ≠ ${first?.recounted}). Không lập báo cáo; hãy báo bộ phận kỹ thuật.`,
    en: `Report of ${course.code}: ${differences.length} figures do not recount, first ${first?.where.en} (${first?.field}: ${first?.printed} ≠ ${first?.recounted}). No report was made; tell the developers.`,
  });
}
