import type { Db } from "../../../db/client.ts";
import { cameraCodes } from "../../../db/queries/campus.ts";
import { gapsOfRound, type Gap } from "../../../db/queries/captures.ts";
import { courseById, everyTraineeUntil, type Course } from "../../../db/queries/courses.ts";
import { logProof, type LogProof } from "../../../db/queries/log-audit.ts";
import {
  markRecord,
  peopleById,
  picturesOf,
  type EvidencePicture,
  type MarkRecord,
} from "../../../db/queries/explain.ts";
import {
  correctionsOfSession,
  marksOfSession,
  sessionMarksOf,
  strangersOfRound,
  type Correction,
  type Mark,
  type SessionMark,
} from "../../../db/queries/marks.ts";
import { cameraViewsAt } from "../../../db/queries/views.ts";
import { sessionsUnseen } from "../../seating/seat-sights.ts";
import { roundsOfSession, type Round } from "../../../db/queries/rounds.ts";
import { sessionById, type Session } from "../../../db/queries/sessions.ts";
import { SisoError } from "../../errors.ts";
import type { CameraId, MarkId, RoundId, SessionId, StrangerVerdict, TraineeId } from "../../types.ts";

export interface Person {
  fullName: string;
  ordinal: number | null;
}

/** One mark with everything a person needs to follow it. */
export interface MarkStory {
  course: Course;
  session: Session;
  trainee: Person;
  mark: MarkRecord;
  pictures: (EvidencePicture & { proof: LogProof | null })[];
  /** Where the mark itself stands in the log. */
  proof: LogProof | null;
  gaps: (Gap & { cameraCode: string })[];
  /** Cameras of the room that have, up to now, never shown anybody in the trainee's seat. */
  neverSeen: { cameraCode: string; sessions: number }[];
  people: Map<TraineeId, Person>;
}

/** One trainee in one session: the outcome and the marks behind it. */
export interface TraineeStory {
  course: Course;
  session: Session;
  trainee: Person;
  /** Null while the session is not closed. */
  outcome: SessionMark | null;
  corrections: Correction[];
  marks: MarkStory[];
  people: Map<TraineeId, Person>;
}

export interface SessionStory {
  course: Course;
  session: Session;
  rounds: Round[];
  /** Faces nobody of the roster claims, by round. */
  strangers: { roundId: RoundId; face: StrangerVerdict }[];
  people: Map<TraineeId, Person>;
  rows: { trainee: Person & { id: TraineeId }; outcome: SessionMark | null; marks: Mark[] }[];
}

export async function loadMark(db: Db, id: MarkId): Promise<MarkStory> {
  const mark = await markRecord(db, id);
  if (mark === null) throw gone(id);
  const session = await sessionById(db, mark.sessionId);
  const cameras = await cameraCodes(db);
  const others = mark.alternatives.flatMap(({ traineeId }) => traineeId ?? []);
  const named = mark.reasons.flatMap(({ params }) => (params["other"] as TraineeId | undefined) ?? []);
  const people = await peopleById(db, [mark.traineeId, ...others, ...named]);
  return {
    course: await courseById(db, session.courseId),
    session,
    trainee: people.get(mark.traineeId) ?? { fullName: "?", ordinal: null },
    mark,
    pictures: await Promise.all(
      (await picturesOf(db, mark.evidence)).map(async (picture) => ({
        ...picture,
        proof: await logProof(db, mark.sessionId, "snapshot", picture.snapshotId),
      })),
    ),
    proof: await logProof(db, mark.sessionId, "mark", mark.id),
    gaps: (await gapsOfRound(db, mark.roundId)).map((gap) => ({
      ...gap,
      cameraCode: cameras.get(gap.cameraId) ?? "?",
    })),
    neverSeen: await neverSeenBy(db, session, mark, cameras),
    people,
  };
}

async function neverSeenBy(
  db: Db,
  { roomId, courseId }: Session,
  { chart }: MarkRecord,
  cameras: ReadonlyMap<CameraId, string>,
): Promise<MarkStory["neverSeen"]> {
  const seat = chart?.ownSeat;
  if (!seat) return [];
  const views = await cameraViewsAt(db, roomId, new Date());
  return views.flatMap(({ cameraId, seatSights }) => {
    const sessions = sessionsUnseen(seat, seatSights, courseId);
    return sessions === null ? [] : [{ cameraCode: cameras.get(cameraId) ?? "?", sessions }];
  });
}

export async function loadTraineeStory(
  db: Db,
  sessionId: SessionId,
  traineeId: TraineeId,
): Promise<TraineeStory> {
  const session = await sessionById(db, sessionId);
  const own = (await marksOfSession(db, sessionId)).filter((mark) => mark.traineeId === traineeId);
  const marks: MarkStory[] = [];
  for (const { id } of own) marks.push(await loadMark(db, id));
  marks.sort((a, b) => a.mark.dueAt.getTime() - b.mark.dueAt.getTime());
  const outcome = (await sessionMarksOf(db, sessionId)).find((one) => one.traineeId === traineeId) ?? null;
  const partners =
    outcome?.reasons.flatMap(({ params }) => (params["with"] as TraineeId | undefined) ?? []) ?? [];
  const people = await peopleById(db, [traineeId, ...partners]);
  const corrections = await correctionsOfSession(db, sessionId);
  return {
    course: await courseById(db, session.courseId),
    session,
    trainee: people.get(traineeId) ?? { fullName: "?", ordinal: null },
    outcome,
    corrections: corrections.filter((one) => one.traineeId === traineeId),
    marks,
    people,
  };
}

export async function loadSession(db: Db, sessionId: SessionId): Promise<SessionStory> {
  const session = await sessionById(db, sessionId);
  const marks = await marksOfSession(db, sessionId);
  const outcomes = await sessionMarksOf(db, sessionId);
  const everybody = await everyTraineeUntil(db, session.courseId, session.frame.endsAt);
  const rounds = (await roundsOfSession(db, sessionId)).filter(({ status }) => status !== "withdrawn");
  const strangers: SessionStory["strangers"] = [];
  for (const { id } of rounds) {
    for (const face of await strangersOfRound(db, id)) strangers.push({ roundId: id, face });
  }
  const known = strangers.flatMap(({ face }) => [face.identity?.traineeId ?? [], face.proxyFor ?? []].flat());
  const judged = new Set([...marks, ...outcomes].map(({ traineeId }) => traineeId));
  return {
    course: await courseById(db, session.courseId),
    session,
    rounds,
    strangers,
    people: await peopleById(db, known),
    rows: everybody
      .filter(({ id }) => judged.has(id))
      .map(({ id, fullName, ordinal }) => ({
        trainee: { id, fullName, ordinal },
        outcome: outcomes.find(({ traineeId }) => traineeId === id) ?? null,
        marks: marks.filter(({ traineeId }) => traineeId === id),
      })),
  };
}

function gone(id: MarkId): SisoError {
  return new SisoError("not-found", { vi: `Không có kết quả ${id}.`, en: `There is no mark ${id}.` });
}
