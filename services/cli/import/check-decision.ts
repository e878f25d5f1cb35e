import { closest, distance } from "fastest-levenshtein";
import type { CourseSetup } from "../../../workers/imports/confirm-decision.ts";
import type { DecisionFile } from "../../../workers/imports/read-files.ts";
import { campusOf, officerName, unitCode } from "../../../db/queries/campus.ts";
import { problem } from "../../intake/problems.ts";
import type { Bilingual, DecisionField, ReadingProblem } from "../../types.ts";
import { examChanges } from "../../report/exam-changes.ts";
import { disorderedExams, examsOf, knownExams, noExams } from "./check-exams.ts";
import type { CourseView } from "./course-view.ts";
import { difference } from "./difference-words.ts";
import type { ImportOptions, Setup } from "./options.ts";

export interface DecisionCheck {
  /** Null when something needed is missing; then `unsettled` says what. */
  setup: CourseSetup | null;
  unsettled: ReadingProblem[];
  problems: ReadingProblem[];
  difference: Bilingual[];
  changesNothing: boolean;
}

/** Whether the decision, with what was typed beside it, can open or correct the course. */
export async function checkDecision(
  view: CourseView,
  { file, typedFields = [] }: { file: DecisionFile; typedFields?: DecisionField[] },
  options: ImportOptions,
): Promise<DecisionCheck> {
  const stored = await storedSetup(view);
  const wanted = { ...stored, ...typedSetup(options) };
  const unsettled = [...missing(wanted, file), ...unknownCodes(view, wanted, file)];
  // Without a campus nothing is stored yet, but a mistyped time is said all the same.
  const zone = view.campus?.timeZone ?? "Asia/Ho_Chi_Minh";
  const exams = examsOf(options, zone);
  unsettled.push(...disorderedExams(exams, file));
  const known = await knownExams(view);
  const lines = [
    ...difference.decision(view.course, file.reading.value),
    ...(view.course === null ? [] : difference.setup(stored, wanted)),
    ...difference.exams(examChanges(known, exams, view.clock.now()), zone),
  ];
  const { campusCode, unitCode: unit, dutyOfficer, classManager } = wanted;
  const complete = campusCode && unit && dutyOfficer && classManager && unsettled.length === 0;
  return {
    setup: complete
      ? { code: view.code, campusCode, unitCode: unit, dutyOfficer, classManager, exams, typedFields }
      : null,
    unsettled,
    problems: exams.length + known.length === 0 ? [noExams(file)] : [],
    difference: lines,
    changesNothing: lines.length + unsettled.length === 0,
  };
}

/** A course nobody opened, and no decision among the files. */
export function courseUnknown(view: CourseView): ReadingProblem {
  const near = view.otherCodes.length > 0 ? closest(view.code, view.otherCodes) : null;
  const meant = near !== null && distance(near, view.code) <= 3;
  return problem(
    "ask",
    `--course ${view.code}`,
    { vi: `Chưa có khóa “${view.code}”.`, en: `There is no course "${view.code}".` },
    meant
      ? {
          vi: `Có phải ${near}? Nếu là khóa mới, gửi kèm quyết định mở lớp.`,
          en: `Did you mean ${near}? For a new course, send its class-opening decision too.`,
        }
      : {
          vi: "Gửi kèm quyết định mở lớp của khóa này.",
          en: "Send the course's class-opening decision too.",
        },
  );
}

async function storedSetup({ db, course }: CourseView): Promise<Setup> {
  if (db === null || course === null) return {};
  const { dutyOfficerId, classManagerId } = course;
  return {
    campusCode: (await campusOf(db, course.campusId)).code,
    unitCode: await unitCode(db, course.unitId),
    ...(dutyOfficerId ? { dutyOfficer: await officerName(db, dutyOfficerId) } : {}),
    ...(classManagerId ? { classManager: await officerName(db, classManagerId) } : {}),
  };
}

function typedSetup({ campus, unit, dutyOfficer, classManager }: ImportOptions): Setup {
  return {
    ...(campus ? { campusCode: campus } : {}),
    ...(unit ? { unitCode: unit } : {}),
    ...(dutyOfficer?.trim() ? { dutyOfficer: dutyOfficer.trim() } : {}),
    ...(classManager?.trim() ? { classManager: classManager.trim() } : {}),
  };
}

const asked = [
  ["campusCode", "--campus", "cơ sở tổ chức lớp", "the campus"],
  ["unitCode", "--unit", "đơn vị quản lý bồi dưỡng", "the training unit"],
  ["dutyOfficer", "--duty-officer", "cán bộ phụ trách điểm danh (N Đ4.2)", "the duty officer (N Đ4.2)"],
  ["classManager", "--class-manager", "cán bộ quản lý lớp", "the class manager"],
] as const;

function missing(setup: Setup, file: DecisionFile): ReadingProblem[] {
  return asked
    .filter(([key]) => setup[key] === undefined)
    .map(([, flag, vi, en]) =>
      problem(
        "ask",
        file.fileName,
        { vi: `Quyết định không nói ${vi}.`, en: `The decision does not give ${en}.` },
        { vi: `Thêm ${flag}.`, en: `Add ${flag}.` },
      ),
    );
}

function unknownCodes(view: CourseView, setup: Setup, file: DecisionFile): ReadingProblem[] {
  const { campuses, units } = view.institution;
  return [
    ...unknownCode("--campus", setup.campusCode, campuses, file),
    ...unknownCode("--unit", setup.unitCode, units, file),
  ];
}

function unknownCode(
  flag: string,
  code: string | undefined,
  known: readonly { code: string; name: string }[],
  file: DecisionFile,
): ReadingProblem[] {
  if (code === undefined || known.some((each) => each.code === code)) return [];
  const list = known.map((each) => `${each.code} (${each.name})`).join(", ");
  return [
    problem(
      "ask",
      file.fileName,
      { vi: `${flag}: không có mã “${code}”.`, en: `${flag}: there is no code "${code}".` },
      { vi: `Chọn một trong: ${list}.`, en: `Choose one of: ${list}.` },
    ),
  ];
}
