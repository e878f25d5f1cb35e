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
import { correctedMark, standing, type Correction, type PersonsWord } from "../../attendance/correction.ts";
import { SisoError } from "../../errors.ts";
import type { MarkOutcome, RoundId, SessionId, TraineeId } from "../../types.ts";
import type { Person } from "../explain/load-story.ts";

/** What a person typed of a correction. */
export interface TypedCorrection extends Pick<OutcomeCorrection, "by" | "why"> {
  /** Null to withdraw the newest correction that stands. */
  outcome: MarkOutcome | null;
  round: string | null;
}

/** A correction with all a person should see before confirming it. */
export interface CorrectionCase {
  course: Course;
  session: Session;
  trainee: Person;
  correction: OutcomeCorrection;
  /** The one round it is about: its place in the session, its mark now and after; null for the whole session. */
  round: { ordinal: number; now: MarkOutcome; after: MarkOutcome } | null;
  now: TraineeAttendance;
  after: TraineeAttendance;
  /** The decision it takes back, if any. */
  withdrawn: Correction | null;
  /** What people said before, oldest first. */
  earlier: PersonsWord[];
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
  const roundId = round?.id ?? null;
  const about = standing(earlier.filter((one) => one.roundId === roundId));
  const withdrawn = typed.outcome === null ? newestOf(about) : null;
  const decided =
    withdrawn === null
      ? { outcome: typed.outcome, withdraws: null }
      : { outcome: null, withdraws: withdrawn.id };
  const correction = { traineeId, roundId, ...decided, by: typed.by, why: typed.why } as OutcomeCorrection;
  const said = { ...correction, id: "", at: new Date(0) } as PersonsWord;
  const corrections = [...record.corrections, said];
  return {
    course: await courseById(db, session.courseId),
    session,
    trainee: (await peopleById(db, [traineeId])).get(traineeId) ?? { fullName: "?", ordinal: null },
    correction,
    round:
      round === null
        ? null
        : {
            ordinal: round.ordinal,
            now: roundMark(record, round.id, traineeId),
            after: roundMark({ ...record, corrections }, round.id, traineeId),
          },
    now: attended(record, traineeId),
    after: attended({ ...record, corrections }, traineeId),
    withdrawn,
    earlier,
    reports: await reportsHolding(db, session.courseId, session.frame.endsAt),
  };
}

function attended(record: SessionRecord, traineeId: TraineeId): TraineeAttendance {
  const found = attendSession(record).trainees.find((one) => one.traineeId === traineeId);
  if (found === undefined) throw notOnRoster();
  return found;
}

/** A person's standing word on the round's mark, else the machine's. */
function roundMark(record: SessionRecord, roundId: RoundId, traineeId: TraineeId): MarkOutcome {
  const words = record.corrections.filter((one) => one.traineeId === traineeId);
  const marks = record.rounds.find((round) => round.roundId === roundId)?.marks ?? [];
  const machine = marks.find((mark) => mark.traineeId === traineeId)?.outcome ?? "not-observable";
  return correctedMark(words, roundId) ?? machine;
}

function newestOf(about: readonly Correction[]): Correction {
  const found = about.at(-1);
  if (found === undefined) throw nothingToUndo();
  return found;
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
    vi: "Không còn lần sửa nào để rút lại ở đây (của cả buổi, hoặc của lượt ghi ở --round). Dùng --outcome để sửa.",
    en: "No correction stands here to be withdrawn (of the session, or of the round in --round). Use --outcome to make one.",
  });
}

function unknownRound(typed: string, count: number): SisoError {
  return new SisoError("input-invalid", {
    vi: `--round ${typed}: buổi học có ${count} lượt, đánh số từ 1 như ./siso explain --session liệt kê.`,
    en: `--round ${typed}: the session has ${count} round(s), numbered from 1 as ./siso explain --session lists them.`,
  });
}
