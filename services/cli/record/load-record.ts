import type { Db } from "../../../db/client.ts";
import type { Course } from "../../../db/queries/courses.ts";
import { peopleById } from "../../../db/queries/explain.ts";
import { leavesOfTrainee, type LeaveRecord } from "../../../db/queries/leaves.ts";
import {
  correctionsOfSession,
  marksOfSession,
  sessionMarksOf,
  type Correction,
  type Mark,
  type SessionMark,
} from "../../../db/queries/marks.ts";
import { consentWithdrawals, type ConsentWithdrawal } from "../../../db/queries/consent.ts";
import { roundsOfSession } from "../../../db/queries/rounds.ts";
import { sessionsOfCourse, type Session } from "../../../db/queries/sessions.ts";
import { storedAbout, type StoredAbout } from "../../../db/queries/trainee-record.ts";
import type { TraineeId } from "../../types.ts";
import type { Person } from "../explain/load-story.ts";

export interface RecordedSession {
  session: Session;
  /** Null while it is not closed. */
  outcome: SessionMark | null;
  /** `round` counts the session's rounds from 1. */
  marks: { round: number; mark: Mark }[];
  /** In the order they were made; those taken back too. */
  corrections: (Correction & { round: number | null })[];
}

/** Everything of one trainee and nothing of anybody else (L Đ9.4: a trainee sees the own results and may contest them). */
export interface TraineeRecord {
  course: Course;
  trainee: Person & { id: TraineeId };
  stored: StoredAbout;
  consent: ConsentWithdrawal[];
  leaves: LeaveRecord[];
  sessions: RecordedSession[];
}

export async function loadRecord(db: Db, course: Course, traineeId: TraineeId): Promise<TraineeRecord> {
  const person = (await peopleById(db, [traineeId])).get(traineeId) ?? { fullName: "?", ordinal: null };
  const sessions: RecordedSession[] = [];
  for (const session of await sessionsOfCourse(db, course.id)) {
    const found = await recorded(db, session, traineeId);
    if (found !== null) sessions.push(found);
  }
  return {
    course,
    trainee: { ...person, id: traineeId },
    stored: await storedAbout(db, traineeId),
    consent: await consentWithdrawals(db, traineeId),
    leaves: await leavesOfTrainee(db, traineeId),
    sessions,
  };
}

async function recorded(db: Db, session: Session, traineeId: TraineeId): Promise<RecordedSession | null> {
  const own = (one: { traineeId: TraineeId }) => one.traineeId === traineeId;
  const outcome = (await sessionMarksOf(db, session.id)).find(own) ?? null;
  const marks = (await marksOfSession(db, session.id)).filter(own);
  const corrections = (await correctionsOfSession(db, session.id)).filter(own);
  if (outcome === null && marks.length === 0 && corrections.length === 0) return null;
  const rounds = (await roundsOfSession(db, session.id)).filter(({ status }) => status !== "withdrawn");
  const placeOf = (id: string | null) => rounds.findIndex((round) => round.id === id) + 1;
  return {
    session,
    outcome,
    marks: marks
      .map((mark) => ({ round: placeOf(mark.roundId), mark }))
      .toSorted((a, b) => a.round - b.round),
    corrections: corrections.map((one) => ({
      ...one,
      round: one.roundId === null ? null : placeOf(one.roundId),
    })),
  };
}
