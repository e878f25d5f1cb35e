import { placeOfMark, someAbsentee } from "../../../db/queries/evidence-export.ts";
import { sessionById } from "../../../db/queries/sessions.ts";
import type { Db } from "../../../db/client.ts";
import { SisoError } from "../../errors.ts";
import { findCourse } from "../find-course.ts";
import { findId } from "../find-id.ts";
import { findTraineeAnywhere } from "../find-trainee.ts";
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
    const sessionId = (await findId(db, session, ["session"])).id as SessionId;
    return { kind: "session", sessionId, courseId: (await sessionById(db, sessionId)).courseId };
  }
  if (trainee !== undefined) {
    const { id, courseId } = await findTraineeAnywhere(db, trainee, course);
    return { kind: "trainee", courseId, traineeId: id };
  }
  return { kind: "course", courseId: (await findCourse(db, course ?? "")).id };
}

async function markScope(db: Db, typed: string): Promise<EvidenceScope> {
  const markId = (await findId(db, typed, ["mark"])).id as MarkId;
  const place = await placeOfMark(db, markId);
  if (place === null) throw new Error(`mark ${markId} has no place`);
  return { kind: "mark", markId, ...place };
}

async function absentee(db: Db): Promise<EvidenceScope> {
  const found = await someAbsentee(db);
  if (found === null) throw nobodyAbsent();
  return { kind: "trainee", courseId: found.courseId, traineeId: found.id };
}

function oneNeeded(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Cần đúng một trong: --course MÃ, --session MÃ, --trainee MÃ (hoặc --course MÃ --trainee STT), --mark MÃ.",
    en: "Exactly one is needed of --course CODE, --session ID, --trainee ID (or --course CODE --trainee NUMBER), --mark ID.",
  });
}

function nobodyAbsent(): SisoError {
  return new SisoError("not-found", {
    vi: "Chưa ai bị ghi vắng, nên không có ai để lấy làm ví dụ. Ghi rõ --course, --session, --trainee hoặc --mark.",
    en: "Nobody was found absent, so there is nobody to take as an example. Name a --course, --session, --trainee or --mark.",
  });
}
