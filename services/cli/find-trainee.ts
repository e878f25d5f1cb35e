import type { Db } from "../../db/client.ts";
import { everyTraineeUntil } from "../../db/queries/courses.ts";
import { sessionById } from "../../db/queries/sessions.ts";
import { SisoError } from "../errors.ts";
import { foldAccents } from "../intake/match-key.ts";
import type { CourseId, SessionId, TraineeId } from "../types.ts";

/** The one trainee of the session's course whom a number or (part of) a name means; accents may be left out. */
export async function findTrainee(db: Db, sessionId: SessionId, typed: string): Promise<TraineeId> {
  const session = await sessionById(db, sessionId);
  return findTraineeOf(db, session.courseId, session.frame.endsAt, typed);
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
    ({ ordinal, fullName }) => String(ordinal) === wanted || foldAccents(fullName) === wanted,
  );
  const found =
    exact.length > 0 ? exact : everybody.filter(({ fullName }) => foldAccents(fullName).includes(wanted));
  const [first, ...others] = found;
  if (first && others.length === 0) return first.id;
  const list = (found.length > 0 ? found : everybody).map(
    ({ ordinal, fullName }) => `${ordinal} ${fullName}`,
  );
  throw first ? several(typed, list) : nobody(typed, everybody.length);
}

function several(typed: string, list: readonly string[]): SisoError {
  const names = list.slice(0, 10).join("; ");
  return new SisoError("input-invalid", {
    vi: `“${typed}” chỉ đến ${list.length} học viên: ${names}. Dùng STT, hoặc cả họ tên nếu STT trùng.`,
    en: `"${typed}" means ${list.length} trainees: ${names}. Use the number, or the whole name where numbers are the same.`,
  });
}

function nobody(typed: string, count: number): SisoError {
  return new SisoError("not-found", {
    vi: `Không có học viên “${typed}” trong danh sách của khóa (${count} người). Ghi STT hoặc họ tên.`,
    en: `There is no trainee "${typed}" on the course's roster (${count} people). Give a number or a name.`,
  });
}
