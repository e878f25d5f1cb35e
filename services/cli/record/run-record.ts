import { attendanceWords } from "../../attendance/attendance-words.ts";
import { leaveName } from "../../attendance/leave-name.ts";
import type { Reason } from "../../types.ts";
import { seenWords } from "../explain/mark-text.ts";
import { findCourse } from "../find-course.ts";
import { findTraineeOf } from "../find-trainee.ts";
import { farAhead } from "../leave/run-leave.ts";
import { withDatabase } from "../open-database.ts";
import { loadRecord, type TraineeRecord } from "./load-record.ts";
import { recordText, somebodyElse } from "./record-text.ts";

/** As typed. */
export interface RecordOptions {
  course: string;
  trainee: string;
  json?: boolean;
}

/** One trainee's own record. Throws what to type instead. */
export async function runRecord(
  options: RecordOptions,
  env: Record<string, string | undefined>,
): Promise<string> {
  return withDatabase(env, async (db) => {
    const course = await findCourse(db, options.course);
    const traineeId = await findTraineeOf(db, course.id, farAhead, options.trainee);
    const record = await loadRecord(db, course, traineeId);
    return options.json === true ? JSON.stringify(recordJson(record), null, 2) : recordText(record);
  });
}

function recordJson({ course, trainee, stored, consent, leaves, sessions }: TraineeRecord) {
  return {
    course: { code: course.code, name: course.name },
    trainee,
    stored,
    consentWithdrawn: consent.map(({ madeBy, madeAt, why }) => ({ by: madeBy, at: madeAt, why })),
    leaves: leaves.map((leave) => ({
      number: leaveName(leave),
      startsAt: leave.startsAt,
      endsAt: leave.endsAt,
      reason: leave.reason,
      approvedBy: leave.decidedBy,
      withdrawn: leave.withdrawn,
    })),
    sessions: sessions.map(({ session, outcome, marks, corrections }) => ({
      id: session.id,
      day: session.day,
      shift: session.shift,
      room: session.roomName,
      topic: session.topic,
      outcome: outcome?.outcome ?? null,
      machineOutcome: outcome?.machineOutcome ?? null,
      reasons: (outcome?.reasons ?? []).map(reasonJson),
      marks: marks.map(({ round, mark }) => ({
        id: mark.id,
        round,
        outcome: mark.outcome,
        seating: mark.seating,
        confidence: mark.confidence,
        reasons: mark.reasons.map(reasonJson),
        pictures: [...new Set(mark.evidence.map(({ snapshotId }) => snapshotId))],
      })),
      corrections: corrections.map(({ id, round, outcome: to, withdraws, madeBy, madeAt, why }) => {
        const said = { by: madeBy, at: madeAt, why };
        return { id, round, outcome: to, withdraws, ...said };
      }),
    })),
  };
}

/** In words only: a reason's parameters may hold somebody else's id. */
function reasonJson(reason: Reason) {
  const words = attendanceWords(reason) ?? seenWords(reason, () => somebodyElse);
  return { code: reason.code, ...words };
}
