import { everyTraineeUntil } from "../../../db/queries/courses.ts";
import { placeOfMark, someAbsentee, traineesStartingWith } from "../../../db/queries/evidence-export.ts";
import { idsStartingWith } from "../../../db/queries/explain.ts";
import { sessionById } from "../../../db/queries/sessions.ts";
import type { Db } from "../../../db/client.ts";
import { SisoError } from "../../errors.ts";
import { findCourse } from "../find-course.ts";
import { foldAccents } from "../../intake/match-key.ts";
import type { CourseId, MarkId, RoundId, SessionId, TraineeId } from "../../types.ts";

/** What a bundle is about. */
export type EvidenceScope =
  | { kind: "course"; courseId: CourseId }
  | { kind: "session"; courseId: CourseId; sessionId: SessionId }
  | { kind: "trainee"; courseId: CourseId; traineeId: TraineeId }
  | {
      kind: "mark";
      courseId: CourseId;
      sessionId: SessionId;
      traineeId: TraineeId;
      markId: MarkId;
      roundId: RoundId;
    };

/** As typed: exactly one, but a trainee may be named within a course. */
export interface ScopeOptions {
  course?: string;
  session?: string;
  trainee?: string;
  mark?: string;
  /** An absentee, for the demo. */
  someAbsentee?: boolean;
}

/** Throws `input-invalid` or `not-found` saying what to type instead. */
export async function findScope(db: Db, typed: ScopeOptions): Promise<EvidenceScope> {
  const { course, session, trainee, mark } = typed;
  if (typed.someAbsentee) return absentee(db);
  const given = [course !== undefined && trainee === undefined, session, trainee, mark].filter(Boolean);
  if (given.length !== 1) throw oneNeeded();
  if (mark !== undefined) return markScope(db, mark);
  if (session !== undefined) {
    const sessionId = (await onlyId(db, session, "session")) as SessionId;
    return { kind: "session", sessionId, courseId: (await sessionById(db, sessionId)).courseId };
  }
  if (trainee !== undefined) return traineeScope(db, trainee, course);
  return { kind: "course", courseId: (await findCourse(db, course ?? "")).id };
}

async function markScope(db: Db, typed: string): Promise<EvidenceScope> {
  const markId = (await onlyId(db, typed, "mark")) as MarkId;
  const place = await placeOfMark(db, markId);
  if (place === null) throw unknown(typed);
  return { kind: "mark", markId, ...place };
}

async function traineeScope(db: Db, typed: string, code: string | undefined): Promise<EvidenceScope> {
  if (code !== undefined) {
    const { id } = await findCourse(db, code);
    const wanted = foldAccents(typed.trim());
    const everybody = await everyTraineeUntil(db, id, new Date(8.64e15));
    const found = everybody.filter(
      (one) => String(one.ordinal) === wanted || foldAccents(one.fullName) === wanted || one.id === typed,
    );
    const [first] = found;
    if (first === undefined || found.length > 1) throw unknown(typed);
    return { kind: "trainee", courseId: id, traineeId: first.id };
  }
  if (!/^[0-9a-f-]{8,36}$/i.test(typed)) throw courseNeeded(typed);
  const [first, second] = await traineesStartingWith(db, typed);
  if (first === undefined || second !== undefined) throw unknown(typed);
  return { kind: "trainee", courseId: first.courseId, traineeId: first.id };
}

async function absentee(db: Db): Promise<EvidenceScope> {
  const found = await someAbsentee(db);
  if (found === null) throw unknown("demo");
  return { kind: "trainee", courseId: found.courseId, traineeId: found.id };
}

async function onlyId(db: Db, typed: string, kind: "session" | "mark"): Promise<string> {
  if (!/^[0-9a-f-]{4,36}$/i.test(typed)) throw unknown(typed);
  const found = (await idsStartingWith(db, typed, 50)).filter((one) => one.kind === kind);
  const [first] = found;
  if (first === undefined || found.length > 1) throw unknown(typed);
  return first.id;
}

function oneNeeded(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Cần đúng một trong: --course MÃ, --session MÃ, --trainee MÃ (hoặc --course MÃ --trainee STT), --mark MÃ.",
    en: "Exactly one is needed of --course CODE, --session ID, --trainee ID (or --course CODE --trainee NUMBER), --mark ID.",
  });
}

function courseNeeded(typed: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `“${typed}” không phải mã học viên. Ghi thêm --course MÃ để tìm theo STT hoặc họ tên.`,
    en: `"${typed}" is not a trainee's id. Add --course CODE to find somebody by number or name.`,
  });
}

function unknown(typed: string): SisoError {
  return new SisoError("not-found", {
    vi: `“${typed}” không chỉ đến đúng một mục. Xem mã bằng ./siso explain --course MÃ_KHÓA hoặc ./siso archive search.`,
    en: `"${typed}" does not mean exactly one thing. ./siso explain --course CODE and ./siso archive search show ids.`,
  });
}
