import { readConfig } from "../../../config/read-config.ts";
import { thisMachine } from "../../../config/this-machine.ts";
import type { Db } from "../../../db/client.ts";
import { sessionMarkOwner, type FoundId } from "../../../db/queries/explain.ts";
import { refusedPortraits } from "../../../db/queries/people.ts";
import { sessionsOfCourse } from "../../../db/queries/sessions.ts";
import { SisoError } from "../../errors.ts";
import type { MarkId, SessionId } from "../../types.ts";
import { purposeOf } from "../archive/run-export.ts";
import { confirmedBy } from "../confirmed-by.ts";
import { findCourse, courseCodes } from "../find-course.ts";
import { findId } from "../find-id.ts";
import { findTrainee } from "../find-trainee.ts";
import { openDatabase } from "../open-database.ts";
import { courseText, sessionText } from "./list-text.ts";
import { loadMark, loadSession, loadTraineeStory } from "./load-story.ts";
import { markText, traineeText } from "./mark-text.ts";

/** As typed. */
export interface ExplainOptions {
  session?: string;
  course?: string;
  picture?: string;
  purpose?: string;
  by?: string;
}

/** The explanation asked for. Throws `not-found` or `input-invalid` saying what to type instead. */
export async function explain(
  id: string | undefined,
  trainee: string | undefined,
  options: ExplainOptions,
  env: Record<string, string | undefined>,
): Promise<string> {
  if (options.picture !== undefined) {
    const { explainPicture } = await import("./explain-picture.ts");
    const { picture: out, purpose = "", by } = options;
    return explainPicture(id ?? "", { out, purpose: purposeOf(purpose), madeBy: confirmedBy(by) }, env);
  }
  const opened = await openDatabase(readConfig(env, thisMachine));
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
  if (session !== undefined) return listSession(db, await findId(db, session, ["session"]));
  if (course !== undefined) return listCourse(db, course);
  if (id === undefined) throw nothingAsked(await courseCodes(db));
  const found = await findId(db, id, ["mark", "session-mark", "session"]);
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
  const course = await findCourse(db, code);
  return courseText(course, await sessionsOfCourse(db, course.id), await refusedPortraits(db, course.id));
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
