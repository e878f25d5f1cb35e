import type { Context } from "../../../workers/context.ts";
import { confirmChart } from "../../../workers/imports/confirm-chart.ts";
import { confirmDecision } from "../../../workers/imports/confirm-decision.ts";
import { confirmMeeting } from "../../../workers/imports/confirm-meeting.ts";
import { confirmRoster } from "../../../workers/imports/confirm-roster.ts";
import { confirmTimetable } from "../../../workers/imports/confirm-timetable.ts";
import type { Confirmation } from "../../../workers/imports/keep-original.ts";
import { campusOf, findRoom, unitName } from "../../../db/queries/campus.ts";
import { courseByCode, type Course } from "../../../db/queries/courses.ts";
import { SisoError } from "../../errors.ts";
import type { CoursePreview } from "./against-course.ts";
import { answersOf } from "./chart-answers.ts";
import { roomOfChart } from "./check-chart.ts";
import { identityAnswers, type ImportOptions } from "./options.ts";
import { ofKind } from "./preview.ts";

/**
 * Takes the files in: decision, roster, chart, timetable, attendance files, each in a transaction of its own. Call only when nothing stands in
 * the way. Stopped midway, the same call again goes on where it stopped. Returns the files whose content was stored.
 */
export async function storeFiles(
  ctx: Context,
  code: string,
  preview: CoursePreview,
  options: ImportOptions,
  confirmedBy: string,
): Promise<string[]> {
  const { files, effectiveAt } = preview;
  const stored: string[] = [];
  const by = { confirmedBy, effectiveAt, receivedFrom: "" };
  const decision = ofKind(files, "decision")[0];
  if (decision && !decision.known && preview.setup) {
    const unit = ctx.institution.units.find((each) => each.code === preview.setup?.unitCode);
    await confirmDecision(ctx, decision.file, preview.setup, { ...by, receivedFrom: unit?.name ?? "" });
    stored.push(decision.path);
  }
  const course = await courseByCode(ctx.db, code);
  if (course === null) return stored;
  const { timeZone: zone } = await campusOf(ctx.db, course.campusId);
  const confirmation = { ...by, receivedFrom: await unitName(ctx.db, course.unitId) };
  for (const { path, file, known } of ofKind(files, "roster")) {
    if (known) continue;
    const answers = identityAnswers(options);
    if (await confirmRoster(ctx, course, zone, file, confirmation, answers)) stored.push(path);
  }
  stored.push(...(await storeCharts(ctx, course, zone, preview, options, confirmation)));
  for (const { path, file, known } of ofKind(files, "timetable")) {
    if (!known && (await confirmTimetable(ctx, course, zone, file, confirmation))) stored.push(path);
  }
  for (const { path, file, known } of ofKind(files, "online-attendance")) {
    const sheet = preview.sheets.get(path);
    if (known || sheet === undefined) continue;
    if (await confirmMeeting(ctx, course, zone, file, sheet, confirmation)) stored.push(path);
  }
  return stored;
}

async function storeCharts(
  ctx: Context,
  course: Course,
  zone: string,
  { files }: CoursePreview,
  options: ImportOptions,
  confirmation: Confirmation,
): Promise<string[]> {
  const stored: string[] = [];
  for (const { path, file, known } of ofKind(files, "chart")) {
    if (known) continue;
    const answers = answersOf(file.reading.value, options);
    const roomId = await findRoom(ctx.db, course.campusId, roomOfChart(file, options) ?? "");
    if (answers === null || roomId === null) throw unanswered(file.fileName);
    if (await confirmChart(ctx, course, zone, file, { roomId, answers }, confirmation)) stored.push(path);
  }
  return stored;
}

function unanswered(fileName: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `${fileName}: sơ đồ còn thiếu phòng hoặc hướng nhìn.`,
    en: `${fileName}: the chart's room or viewpoint is still open.`,
  });
}
