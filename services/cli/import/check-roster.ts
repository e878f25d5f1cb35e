import type { RosterFile } from "../../../workers/imports/read-files.ts";
import { entryOf } from "../../../workers/imports/confirm-chart.ts";
import type { Db } from "../../../db/client.ts";
import { formerTrainees, rosterAt, type Course, type RosterTrainee } from "../../../db/queries/courses.ts";
import { refusedBiometrics } from "../../../db/queries/people.ts";
import { inCourseNumbers } from "../../intake/course-numbers.ts";
import { problem } from "../../intake/problems.ts";
import { changesNothing, matchRosterVersions, type VersionMatch } from "../../intake/roster-versions.ts";
import type { Bilingual, ReadingProblem, RosterEntry, TraineeId } from "../../types.ts";
import type { CourseView } from "./course-view.ts";
import { difference } from "./difference-words.ts";
import { identityAnswers, type ImportOptions } from "./options.ts";

/** Who a chart of the same call can seat. */
export interface Seatable {
  entries: RosterEntry[];
  /** Null for somebody new. */
  idOf(entry: RosterEntry): TraineeId | null;
}

export interface RosterCheck {
  seatable: Seatable;
  problems: ReadingProblem[];
  unsettled: ReadingProblem[];
  difference: Bilingual[];
  changesNothing: boolean;
}

/** The roster in force at an instant; null before the first. */
export async function rosterInForce({ db, course }: CourseView, at: Date): Promise<Seatable | null> {
  const roster = db && course ? await rosterAt(db, course.id, at) : null;
  if (roster === null) return null;
  const ids = new Map(roster.trainees.map((trainee) => [entryOf(trainee), trainee.id]));
  return { entries: [...ids.keys()], idOf: (entry) => ids.get(entry) ?? null };
}

/** What the list would change, and whether everybody keeps a number of their own. */
export async function checkRoster(
  view: CourseView,
  file: RosterFile,
  options: ImportOptions,
  at: Date,
): Promise<RosterCheck> {
  const { db, course } = view;
  const previous = db && course ? await rosterAt(db, course.id, at) : null;
  const former = db && course ? await formerTrainees(db, course.id, previous, at) : [];
  const entries = inCourseNumbers(file.reading.value);
  const known = { former, answers: identityAnswers(options) };
  const match = matchRosterVersions<RosterTrainee>(previous?.trainees ?? [], entries, known);
  const questions = match.asked.map(({ next, candidates }, i) =>
    withFlags(match.questions[i], next, candidates),
  );
  return {
    seatable: { entries, idOf: (entry) => match.identityOf(entry)?.id ?? null },
    problems: db && course ? await declined(db, course, match) : [],
    unsettled: [...match.misread, ...questions.flat(), ...numbersTwice(file, entries)],
    difference: difference.roster(match, previous?.version ?? null),
    changesNothing: previous !== null && changesNothing(match),
  };
}

/** Whoever declined is listed and attends, but no picture of theirs is kept (Law 91/2025/QH15): said, never silent. */
async function declined(
  db: Db,
  course: Course,
  { kept, returned }: VersionMatch<RosterTrainee>,
): Promise<ReadingProblem[]> {
  const refused = new Set(await refusedBiometrics(db, course.id));
  return [...kept, ...returned].flatMap(({ previous, next }) => {
    if (next.portrait === null || !refused.has(previous.id)) return [];
    const why = {
      vi: `Ảnh của ${next.fullName} không được nhận: học viên đã không đồng ý dùng sinh trắc học.`,
      en: `The portrait of ${next.fullName} is not taken: the trainee declined biometrics.`,
    };
    const fix = {
      vi: "Không cần làm gì; cán bộ xem ảnh để điểm danh người này.",
      en: "Nothing to do; an officer looks at the pictures for this person.",
    };
    return [problem("note", next.where, why, fix)];
  });
}

/** The question with the very words that answer it. */
function withFlags(
  question: ReadingProblem | undefined,
  { ordinal, fullName }: RosterEntry,
  candidates: readonly RosterTrainee[],
): ReadingProblem[] {
  if (question === undefined) return [];
  const who = `${ordinal ?? ""}. ${fullName}`;
  const same = candidates.map((one) => `--same "${who}=${one.ordinal}. ${one.fullName}"`);
  return [
    {
      ...question,
      fix: {
        vi: `Cùng một người: thêm ${same.join(" hoặc ")}. Người mới: thêm --new "${who}".`,
        en: `The same person: add ${same.join(" or ")}. Somebody new: add --new "${who}".`,
      },
    },
  ];
}

/** Each number belongs to one person. */
function numbersTwice(file: RosterFile, entries: RosterEntry[]): ReadingProblem[] {
  const numbers = entries.map(({ ordinal }) => ordinal);
  const twice = [...new Set(numbers.filter((number, index) => numbers.indexOf(number) !== index))];
  if (twice.length === 0) return [];
  const list = twice.join(", ");
  return [
    problem(
      "ask",
      file.fileName,
      {
        vi: `STT ${list} thuộc về nhiều người; mỗi học viên cần một số riêng.`,
        en: `Number(s) ${list} belong to several people; each trainee needs one of their own.`,
      },
      { vi: "Đánh lại STT rồi gửi lại.", en: "Number the list again and send it again." },
    ),
  ];
}
