import type { Db } from "../../db/client.ts";
import { everyTraineeUntil, type RosterTrainee } from "../../db/queries/courses.ts";
import { traineesStartingWith } from "../../db/queries/evidence-export.ts";
import { sessionById } from "../../db/queries/sessions.ts";
import { SisoError } from "../errors.ts";
import { foldAccents } from "../intake/match-key.ts";
import { findCourse } from "./find-course.ts";
import type { CourseId, SessionId, TraineeId } from "../types.ts";

/** The one trainee of the session's course whom a number or (part of) a name means; accents may be left out. */
export async function findTrainee(db: Db, sessionId: SessionId, typed: string): Promise<TraineeId> {
  const session = await sessionById(db, sessionId);
  return findTraineeOf(db, session.courseId, session.frame.endsAt, typed);
}

/** Somebody ever on a course's roster, by number, name or id; by the beginning of the id alone where no course is given. */
export async function findTraineeAnywhere(
  db: Db,
  typed: string,
  courseCode: string | undefined,
): Promise<{ id: TraineeId; courseId: CourseId }> {
  const isId = /^[0-9a-f-]{8,36}$/i.test(typed);
  if (courseCode === undefined && !isId) throw courseNeeded(typed);
  const course = courseCode === undefined ? null : await findCourse(db, courseCode);
  const found = isId ? await traineesStartingWith(db, typed) : [];
  const own = found.filter(({ courseId }) => course === null || courseId === course.id);
  const [one, ...others] = own;
  if (one !== undefined && others.length === 0) return one;
  if (course === null) throw one === undefined ? unknownId(typed) : severalIds(typed);
  const id = await findTraineeOf(db, course.id, new Date(8.64e15), typed);
  return { id, courseId: course.id };
}

/** The same among everybody who was on the course's roster by an instant. */
export async function findTraineeOf(
  db: Db,
  courseId: CourseId,
  until: Date,
  typed: string,
): Promise<TraineeId> {
  const everybody = await everyTraineeUntil(db, courseId, until);
  const wanted = foldAccents(typed.trim());
  const exact = everybody.filter(
    ({ id, ordinal, fullName }) =>
      String(ordinal) === wanted || foldAccents(fullName) === wanted || isIdOf(id, wanted),
  );
  const found =
    exact.length > 0 ? exact : everybody.filter(({ fullName }) => foldAccents(fullName).includes(wanted));
  const [first, ...others] = found;
  if (first && others.length === 0) return first.id;
  const list = found.map((one) => told(one, found));
  throw first ? several(typed, list) : nobody(typed, everybody.length);
}

/** At least eight digits of the id: no list has so many people. */
function isIdOf(id: TraineeId, wanted: string): boolean {
  return /^[0-9a-f-]{8,36}$/i.test(wanted) && id.startsWith(wanted);
}

/** Two of one name are told apart by what else the list says of them, and by the id. */
function told(one: RosterTrainee, all: readonly RosterTrainee[]): string {
  const named = `${one.ordinal} ${one.fullName}`;
  const alike = all.filter(({ fullName }) => foldAccents(fullName) === foldAccents(one.fullName));
  if (alike.length < 2) return named;
  const born = one.birthDate ?? one.birthYear;
  const facts = [born === null ? null : String(born), one.workplace, `mã · id ${one.id.slice(0, 8)}`];
  return `${named} (${facts.filter((fact) => fact !== null).join(", ")})`;
}

function courseNeeded(typed: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `“${typed}” không phải mã học viên. Ghi thêm --course MÃ để tìm theo STT hoặc họ tên.`,
    en: `"${typed}" is not a trainee's id. Add --course CODE to find somebody by number or name.`,
  });
}

function unknownId(typed: string): SisoError {
  return new SisoError("not-found", {
    vi: `Không có học viên nào có mã bắt đầu bằng “${typed}”. Ghi --course MÃ và STT hoặc họ tên.`,
    en: `No trainee has an id beginning with "${typed}". Give --course CODE and a number or name.`,
  });
}

function severalIds(typed: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `Nhiều học viên có mã bắt đầu bằng “${typed}”. Ghi thêm vài ký tự, hoặc --course MÃ và STT.`,
    en: `Several trainees' ids begin with "${typed}". Type a few characters more, or --course CODE and a number.`,
  });
}

function several(typed: string, list: readonly string[]): SisoError {
  const names = list.slice(0, 10).join("; ");
  return new SisoError("input-invalid", {
    vi: `“${typed}” chỉ đến ${list.length} học viên: ${names}. Dùng STT; nếu STT trùng thì cả họ tên, hoặc mã học viên.`,
    en: `"${typed}" means ${list.length} trainees: ${names}. Use the number; where numbers are the same, the whole name or the id.`,
  });
}

function nobody(typed: string, count: number): SisoError {
  return new SisoError("not-found", {
    vi: `Không có học viên “${typed}” trong danh sách của khóa (${count} người). Ghi STT hoặc họ tên.`,
    en: `There is no trainee "${typed}" on the course's roster (${count} people). Give a number or a name.`,
  });
}
