import { attendSession, type Leave, type SessionRecord } from "../../services/attendance/attend-session.ts";
import type { PersonsWord } from "../../services/attendance/correction.ts";
import { leaveName } from "../../services/attendance/leave-name.ts";
import { sameOutcome } from "../../services/attendance/same-outcome.ts";
import type { SessionAttendance } from "../../services/attendance/attend-session.ts";
import { onlineRecord } from "./online-record.ts";
import { rosterAt } from "../../db/queries/courses.ts";
import { approvedLeaves, type ApprovedLeave } from "../../db/queries/leaves.ts";
import {
  addSessionMarks,
  correctionsOfSession,
  marksOfSession,
  nextSessionRun,
  sessionMarksOf,
  type Correction,
} from "../../db/queries/marks.ts";
import { roundsOfSession } from "../../db/queries/rounds.ts";
import type { RuleVersion } from "../../db/queries/rules.ts";
import type { Session } from "../../db/queries/sessions.ts";
import type { Db, Trx } from "../../db/client.ts";
import type { Context } from "../context.ts";

/** All that is known of a session, as the attendance policy takes it: stored rows alone, so that anybody can recount it. */
export async function sessionRecord(db: Db, session: Session, rules: RuleVersion): Promise<SessionRecord> {
  const roster = await rosterAt(db, session.courseId, session.frame.startsAt);
  const rounds = await roundsOfSession(db, session.id);
  const marks = await marksOfSession(db, session.id);
  const leaves = await approvedLeaves(db, session.courseId);
  return {
    session: session.frame,
    rounds: rounds.map((round) => ({
      roundId: round.id,
      valid: round.status === "recognised",
      marks: marks.filter((mark) => mark.roundId === round.id).map((mark) => ({ ...mark, markId: mark.id })),
    })),
    corrections: (await correctionsOfSession(db, session.id)).map(personsWord),
    leaves: leaves.map(leaveOf),
    trainees: roster?.trainees.map((trainee) => trainee.id) ?? [],
    rules: rules.rules,
    ...(session.online ? { online: await onlineRecord(db, session) } : {}),
  };
}

export function personsWord({ madeBy, madeAt, ...said }: Correction): PersonsWord {
  return { ...said, by: madeBy, at: madeAt } as PersonsWord;
}

export function leaveOf(leave: ApprovedLeave): Leave {
  const { traineeId, startsAt, endsAt } = leave;
  return { leaveId: leaveName(leave), traineeId, startsAt, endsAt, approved: true };
}

/**
 * Counts a session from its rows and writes the outcomes that differ from those written last. Call in the transaction that
 * changed its marks, corrections or leaves, with the session's row held.
 */
export async function settleSession(
  ctx: Pick<Context, "random">,
  trx: Trx,
  session: Session,
  rules: RuleVersion,
  at: Date,
): Promise<SessionAttendance> {
  const attendance = attendSession(await sessionRecord(trx, session, rules));
  const written = new Map((await sessionMarksOf(trx, session.id)).map((row) => [row.traineeId, row]));
  const changed = attendance.trainees.filter((trainee) => {
    const row = written.get(trainee.traineeId);
    return row === undefined || !sameOutcome(row, trainee);
  });
  const marks = changed.map((trainee) => ({
    id: ctx.random.uuid(),
    sessionId: session.id,
    traineeId: trainee.traineeId,
    outcome: trainee.outcome,
    machineOutcome: trainee.machineOutcome,
    seating: trainee.seating,
    reasons: trainee.reasons,
    markIds: trainee.evidence,
  }));
  await addSessionMarks(trx, await nextSessionRun(trx, session.id), rules.id, marks, at);
  return attendance;
}
