import { examChanges } from "../../services/report/exam-changes.ts";
import { SisoError } from "../../services/errors.ts";
import type { CourseId, DecisionField, DocumentId } from "../../services/types.ts";
import { campusByCode, unitByCode, upsertOfficer } from "../../db/queries/campus.ts";
import { courseByCode, upsertCourse, type Course } from "../../db/queries/courses.ts";
import { appendLog } from "../../db/queries/log.ts";
import { addExam, examsOfCourse, moveExam } from "../../db/queries/reports.ts";
import { rulesAt } from "../../db/queries/rules.ts";
import type { Trx } from "../../db/client.ts";
import type { Context } from "../context.ts";
import { addOriginal, sealOriginal, type Confirmation } from "./keep-original.ts";
import type { DecisionFile } from "./read-files.ts";
import { scheduleReports } from "./schedule-reports.ts";

/** What a decision does not say and a person adds. */
export interface CourseSetup {
  code: string;
  campusCode: string;
  unitCode: string;
  /** N Đ4.2, Đ6: the officer every automatic picture is attributed to. */
  dutyOfficer: string;
  classManager: string;
  exams: { kind: "mid" | "final"; startsAt: Date }[];
  /** Fields of the decision that were typed, because its paper does not give them (N Đ3.2: any format, scans too). */
  typedFields?: DecisionField[];
}

/** A confirmed class-opening decision opens the course, or corrects the fields and exam times of one that is known. */
export async function confirmDecision(
  ctx: Context,
  file: DecisionFile,
  setup: CourseSetup,
  confirmation: Confirmation,
): Promise<Course> {
  const { campus, unitId } = await placeOf(ctx, setup);
  const known = await courseByCode(ctx.db, setup.code);
  const typed = typedFields(setup, known, confirmation);
  const fields = { ...(await officers(ctx, setup)), ...courseFields(file), ...typed };
  const course: Course = {
    id: known?.id ?? (ctx.random.uuid() as CourseId),
    code: setup.code,
    campusId: campus.id,
    unitId,
    ...fields,
  };
  const original = await sealOriginal(ctx, course, campus.timeZone, "decision", file);
  const { rules } = await rulesAt(ctx.db, confirmation.effectiveAt);
  return ctx.db.transaction().execute(async (trx) => {
    const id = await upsertCourse(trx, course);
    const paper = await addOriginal(ctx, trx, id, "decision", original, confirmation.receivedFrom);
    const now = ctx.clock.now();
    await logTyped(trx, now, id, paper.documentId, typed.typedFields);
    const { added, moved } = examChanges(await examsOfCourse(trx, id), setup.exams, now);
    for (const exam of added) await addExam(trx, { id: ctx.random.uuid(), courseId: id, ...exam }, now);
    for (const { exam, startsAt } of moved) await moveExam(trx, exam, startsAt, now);
    const opened = { ...course, id };
    await scheduleReports(ctx, trx, opened, campus.timeZone, rules);
    return opened;
  });
}

/** Whose word they are: who confirms now, unless they stay as they were typed before. */
function typedFields(
  { typedFields: fields = [] }: CourseSetup,
  known: Course | null,
  { confirmedBy }: Confirmation,
): Pick<Course, "typedFields" | "typedBy"> {
  const same = known !== null && known.typedFields.join() === fields.join();
  return { typedFields: fields, typedBy: fields.length === 0 ? null : same ? known.typedBy : confirmedBy };
}

async function logTyped(
  trx: Trx,
  at: Date,
  course: CourseId,
  document: DocumentId,
  fields: readonly DecisionField[],
): Promise<void> {
  if (fields.length === 0) return;
  await appendLog(trx, at, { event: "decision-typed", course, document, fields: fields.join(",") });
}

async function placeOf(ctx: Context, setup: CourseSetup) {
  const campus = await campusByCode(ctx.db, setup.campusCode);
  if (campus === null) throw unknown("cơ sở", "campus", setup.campusCode);
  const unitId = await unitByCode(ctx.db, setup.unitCode);
  if (unitId === null) throw unknown("đơn vị quản lý bồi dưỡng", "training unit", setup.unitCode);
  return { campus, unitId };
}

async function officers(ctx: Context, setup: CourseSetup) {
  const add = (fullName: string, role: "it-officer" | "class-manager") =>
    upsertOfficer(ctx.db, { id: ctx.random.uuid(), fullName, role, email: null });
  return {
    dutyOfficerId: await add(setup.dutyOfficer, "it-officer"),
    classManagerId: await add(setup.classManager, "class-manager"),
  };
}

function courseFields({ fileName, reading }: DecisionFile) {
  const { number, date, courseName, startsOn, endsOn, place } = reading.value;
  if (courseName === null || startsOn === null || endsOn === null) {
    throw new SisoError("input-invalid", {
      vi: `${fileName}: quyết định chưa cho biết tên lớp, ngày khai giảng hoặc ngày bế giảng. Nhập tay các mục này.`,
      en: `${fileName}: the decision does not give the course's name, first or last day. Type these fields in.`,
    });
  }
  return { name: courseName, decisionNumber: number, decisionDate: date, startsOn, endsOn, place };
}

function unknown(vi: string, en: string, code: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `Không có ${vi} mang mã “${code}”. Xem mã trong tệp SISO_INSTITUTION_FILE.`,
    en: `There is no ${en} with code "${code}". See the codes in SISO_INSTITUTION_FILE.`,
  });
}
