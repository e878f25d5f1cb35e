import type { Db } from "../../../db/client.ts";
import { courseById, type Course } from "../../../db/queries/courses.ts";
import { peopleById } from "../../../db/queries/explain.ts";
import { reportsHolding, type BuiltReport } from "../../../db/queries/reports.ts";
import { roundsOfSession } from "../../../db/queries/rounds.ts";
import { rulesOfSession } from "../../../db/queries/rules.ts";
import { sessionById, type Session } from "../../../db/queries/sessions.ts";
import { notClosed, type OutcomeCorrection } from "../../../workers/imports/correct-outcome.ts";
import { sessionRecord } from "../../../workers/jobs/settle-session.ts";
import {
  attendSession,
  type SessionRecord,
  type TraineeAttendance,
} from "../../attendance/attend-session.ts";
import type { Correction } from "../../attendance/correction.ts";
import { SisoError } from "../../errors.ts";
import type { MarkOutcome, RoundId, SessionId, SessionOutcome, TraineeId } from "../../types.ts";
import type { Person } from "../explain/load-story.ts";

/** What a person typed of a correction. */
export interface TypedCorrection extends Pick<OutcomeCorrection, "by" | "why"> {
  /** Null to undo the last correction. */
  outcome: OutcomeCorrection["outcome"] | null;
  round: string | null;
}

/** A correction with all a person should see before confirming it. */
export interface CorrectionCase {
  course: Course;
  session: Session;
  trainee: Person;
  correction: OutcomeCorrection;
  /** The one round it is about: its place in the session and its mark now; null for the whole session. */
  round: { ordinal: number; now: MarkOutcome } | null;
  now: TraineeAttendance;
  after: TraineeAttendance;
  /** What people said before, oldest first. */
  earlier: Correction[];
  reports: BuiltReport[];
}

/** Throws `input-invalid` when there is nothing yet, or nothing of that kind, to correct. */
export async function loadCase(
  db: Db,
  sessionId: SessionId,
  traineeId: TraineeId,
  typed: TypedCorrection,
): Promise<CorrectionCase> {
  const session = await sessionById(db, sessionId);
  if (session.status !== "closed") throw notClosed();
  const record = await sessionRecord(db, session, await rulesOfSession(db, session));
  if (!record.trainees.includes(traineeId)) throw notOnRoster();
  const round = await roundOf(db, sessionId, typed.round);
  const earlier = record.corrections.filter((one) => one.traineeId === traineeId);
  const about = earlier.filter((one) => one.roundId === (round?.id ?? null));
  const now = attended(record, traineeId);
  const mark = record.rounds
    .find(({ roundId }) => roundId === round?.id)
    ?.marks.find((one) => one.traineeId === traineeId);
  const machine = round === null ? now.machineOutcome : (mark?.outcome ?? "not-observable");
  const outcome = typed.outcome ?? undone(about, machine);
  const { by, why } = typed;
  const correction = { traineeId, roundId: round?.id ?? null, outcome, by, why };
  const said = { ...correction, at: new Date(8.64e15) } as Correction;
  return {
    course: await courseById(db, session.courseId),
    session,
    trainee: (await peopleById(db, [traineeId])).get(traineeId) ?? { fullName: "?", ordinal: null },
    correction,
    round:
      round === null
        ? null
        : { ordinal: round.ordinal, now: (about.at(-1)?.outcome ?? machine) as MarkOutcome },
    now,
    after: attended({ ...record, corrections: [...record.corrections, said] }, traineeId),
    earlier,
    reports: await reportsHolding(db, session.courseId, session.frame.endsAt),
  };
}

function attended(record: SessionRecord, traineeId: TraineeId): TraineeAttendance {
  const found = attendSession(record).trainees.find((one) => one.traineeId === traineeId);
  if (found === undefined) throw notOnRoster();
  return found;
}

/** What stood before the last correction: the one before it, or the machine's. */
function undone(about: readonly Correction[], machine: SessionOutcome): SessionOutcome {
  if (about.length === 0) throw nothingToUndo();
  return about.at(-2)?.outcome ?? machine;
}

async function roundOf(
  db: Db,
  sessionId: SessionId,
  typed: string | null,
): Promise<{ id: RoundId; ordinal: number } | null> {
  if (typed === null) return null;
  const rounds = (await roundsOfSession(db, sessionId)).filter(({ status }) => status !== "withdrawn");
  const found = rounds[Number(typed) - 1];
  if (found === undefined) throw unknownRound(typed, rounds.length);
  return { id: found.id, ordinal: Number(typed) };
}

function notOnRoster(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Học viên này không có trong danh sách có hiệu lực khi buổi học bắt đầu, nên không có kết quả để sửa.",
    en: "This trainee was not on the roster in force when the session began, so there is no outcome to correct.",
  });
}

function nothingToUndo(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Không có lần sửa nào để hủy. Dùng --outcome để sửa.",
    en: "There is no correction to undo. Use --outcome to make one.",
  });
}

function unknownRound(typed: string, count: number): SisoError {
  return new SisoError("input-invalid", {
    vi: `--round ${typed}: buổi học có ${count} lượt, đánh số từ 1 như ./siso explain --session liệt kê.`,
    en: `--round ${typed}: the session has ${count} round(s), numbered from 1 as ./siso explain --session lists them.`,
  });
}
