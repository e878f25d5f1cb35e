import { readConfig } from "../../../config/read-config.ts";
import { thisMachine } from "../../../config/this-machine.ts";
import type { Db } from "../../../db/client.ts";
import { courseByCode, listCourses } from "../../../db/queries/courses.ts";
import { idsStartingWith, sessionMarkOwner, type FoundId } from "../../../db/queries/explain.ts";
import { refusedPortraits } from "../../../db/queries/people.ts";
import { sessionsOfCourse } from "../../../db/queries/sessions.ts";
import { SisoError } from "../../errors.ts";
import type { MarkId, SessionId } from "../../types.ts";
import { openDatabaseIfAny } from "../open-database.ts";
import { findTrainee } from "./find-trainee.ts";
import { courseText, sessionText } from "./list-text.ts";
import { loadMark, loadSession, loadTraineeStory } from "./load-story.ts";
import { markText, traineeText } from "./mark-text.ts";

/** As typed. */
export interface ExplainOptions {
  session?: string;
  course?: string;
}

/** The explanation asked for. Throws `not-found` or `input-invalid` saying what to type instead. */
export async function explain(
  id: string | undefined,
  trainee: string | undefined,
  options: ExplainOptions,
  env: Record<string, string | undefined>,
): Promise<string> {
  const config = readConfig(env, thisMachine);
  const opened = await openDatabaseIfAny(config);
  if (opened === null) throw noDatabase(config.dataDir);
  try {
    return await answer(opened.db, id, trainee, options);
  } finally {
    await opened.close();
  }
}

async function answer(
  db: Db,
  id: string | undefined,
  trainee: string | undefined,
  { session, course }: ExplainOptions,
): Promise<string> {
  if (session !== undefined) return listSession(db, await only(db, session, ["session"]));
  if (course !== undefined) return listCourse(db, course);
  if (id === undefined) throw nothingAsked(await codes(db));
  const found = await only(db, id, ["mark", "session-mark", "session"]);
  if (found.kind === "mark") return markText(await loadMark(db, found.id as MarkId));
  if (found.kind === "session-mark") {
    const owner = await sessionMarkOwner(db, found.id);
    if (owner) return traineeText(await loadTraineeStory(db, owner.sessionId, owner.traineeId));
  }
  if (trainee === undefined) throw traineeNeeded(id);
  const sessionId = found.id as SessionId;
  return traineeText(await loadTraineeStory(db, sessionId, await findTrainee(db, sessionId, trainee)));
}

async function listSession(db: Db, { id }: FoundId): Promise<string> {
  return sessionText(await loadSession(db, id as SessionId));
}

async function listCourse(db: Db, code: string): Promise<string> {
  const course = await courseByCode(db, code);
  if (course === null) throw unknownCourse(code, await codes(db));
  return courseText(course, await sessionsOfCourse(db, course.id), await refusedPortraits(db, course.id));
}

async function codes(db: Db): Promise<string[]> {
  return (await listCourses(db)).map(({ code }) => code);
}

/** The one thing an id's beginning means. */
async function only(db: Db, typed: string, kinds: FoundId["kind"][]): Promise<FoundId> {
  if (!/^[0-9a-f-]{4,36}$/i.test(typed)) throw notAnId(typed);
  const found = (await idsStartingWith(db, typed, 50)).filter(({ kind }) => kinds.includes(kind));
  const [first, ...others] = found;
  if (first === undefined) throw unknownId(typed);
  if (others.length > 0) throw ambiguous(typed, found);
  return first;
}

function noDatabase(folder: string): SisoError {
  return new SisoError("not-found", {
    vi: `Chưa có dữ liệu trong ${folder}. Dữ liệu ở nơi khác thì đặt SISO_DATA (hoặc SISO_DATABASE_URL).`,
    en: `There is no data in ${folder}. If it is elsewhere, set SISO_DATA (or SISO_DATABASE_URL).`,
  });
}

function nothingAsked(known: readonly string[]): SisoError {
  const list = known.join(", ") || "–";
  return new SisoError("input-invalid", {
    vi: `Cần mã của một kết quả hoặc buổi học. Xem mã buổi học bằng --course MÃ_KHÓA (có: ${list}), mã kết quả bằng --session MÃ_BUỔI.`,
    en: `The id of a mark or session is needed. --course CODE lists sessions (courses: ${list}), --session ID lists marks.`,
  });
}

function traineeNeeded(id: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `“${id}” là một buổi học. Ghi thêm STT hoặc họ tên học viên, hoặc dùng --session ${id} để xem cả buổi.`,
    en: `"${id}" is a session. Add a trainee's number or name, or use --session ${id} to see the whole of it.`,
  });
}

function unknownCourse(code: string, known: readonly string[]): SisoError {
  const list = known.join(", ") || "–";
  return new SisoError("not-found", {
    vi: `Không có khóa “${code}”. Có: ${list}.`,
    en: `There is no course "${code}". There are: ${list}.`,
  });
}

function notAnId(typed: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `“${typed}” không phải một mã (ít nhất 4 ký tự 0–9, a–f). Xem mã bằng --course MÃ_KHÓA rồi --session MÃ_BUỔI.`,
    en: `"${typed}" is not an id (at least 4 of 0–9, a–f). Find one with --course CODE, then --session ID.`,
  });
}

function unknownId(typed: string): SisoError {
  return new SisoError("not-found", {
    vi: `Không có kết quả hay buổi học nào có mã bắt đầu bằng “${typed}”.`,
    en: `No mark and no session has an id beginning with "${typed}".`,
  });
}

function ambiguous(typed: string, found: readonly FoundId[]): SisoError {
  const list = found
    .slice(0, 5)
    .map(({ id }) => id)
    .join(", ");
  return new SisoError("input-invalid", {
    vi: `“${typed}” chỉ đến ${found.length} mã: ${list}. Ghi thêm vài ký tự.`,
    en: `"${typed}" means ${found.length} ids: ${list}. Type a few characters more.`,
  });
}
