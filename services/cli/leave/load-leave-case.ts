import type { Db } from "../../../db/client.ts";
import { rosterAt, type Course } from "../../../db/queries/courses.ts";
import { peopleById } from "../../../db/queries/explain.ts";
import { approvedLeaves, type ApprovedLeave } from "../../../db/queries/leaves.ts";
import { reportsHolding, type BuiltReport } from "../../../db/queries/reports.ts";
import { rulesOfSession } from "../../../db/queries/rules.ts";
import { sessionsOfCourse, type Session } from "../../../db/queries/sessions.ts";
import type { LeaveApproval } from "../../../workers/imports/approve-leave.ts";
import { leaveOf, sessionRecord } from "../../../workers/jobs/settle-session.ts";
import { attendSession, type Leave, type TraineeAttendance } from "../../attendance/attend-session.ts";
import { SisoError } from "../../errors.ts";
import type { Interval, TraineeId } from "../../types.ts";
import type { Person } from "../explain/load-story.ts";

/** A session a leave covers, and what its coming or going makes of it. */
export interface CoveredSession {
  session: Session;
  /** Null while it is not closed: leaves count when it is. */
  change: { now: TraineeAttendance; after: TraineeAttendance } | null;
  reports: BuiltReport[];
}

/** A leave with the sessions it covers. */
export interface LeaveCase {
  course: Course;
  trainee: Person;
  leave: LeaveApproval;
  sessions: CoveredSession[];
}

/** Throws `input-invalid` when no session of the course lies in the leave. */
export async function loadLeaveCase(db: Db, course: Course, leave: LeaveApproval): Promise<LeaveCase> {
  const { traineeId, intervals, number } = leave;
  const added = intervals.map((one) => ({ ...one, leaveId: number, traineeId, approved: true }));
  const leaves = [...(await approvedLeaves(db, course.id)).map(leaveOf), ...added];
  const sessions = await coveredSessions(db, course, traineeId, intervals, leaves);
  if (sessions.length === 0) throw noSession(course.code);
  return { course, trainee: await personOf(db, traineeId), leave, sessions };
}

export interface WithdrawalCase {
  course: Course;
  trainee: Person;
  /** The leaves taken back. */
  leaves: readonly ApprovedLeave[];
  sessions: CoveredSession[];
}

export async function loadWithdrawalCase(
  db: Db,
  course: Course,
  traineeId: TraineeId,
  taken: readonly ApprovedLeave[],
): Promise<WithdrawalCase> {
  const ids = new Set(taken.map(({ id }) => id));
  const left = (await approvedLeaves(db, course.id)).filter(({ id }) => !ids.has(id)).map(leaveOf);
  const sessions = await coveredSessions(db, course, traineeId, taken, left);
  return { course, trainee: await personOf(db, traineeId), leaves: taken, sessions };
}

async function personOf(db: Db, traineeId: TraineeId): Promise<Person> {
  return (await peopleById(db, [traineeId])).get(traineeId) ?? { fullName: "?", ordinal: null };
}

/** `leaves`: those there would be afterwards. */
async function coveredSessions(
  db: Db,
  course: Course,
  traineeId: TraineeId,
  intervals: readonly Interval[],
  leaves: readonly Leave[],
): Promise<CoveredSession[]> {
  const covered = (await sessionsOfCourse(db, course.id)).filter(({ frame }) =>
    intervals.some((one) => one.startsAt < frame.endsAt && frame.startsAt < one.endsAt),
  );
  const sessions: CoveredSession[] = [];
  for (const session of covered) {
    const change = session.status === "closed" ? await changeOf(db, session, traineeId, leaves) : null;
    const changes = change !== null && change.now.outcome !== change.after.outcome;
    const reports = changes ? await reportsHolding(db, course.id, session.frame.endsAt) : [];
    sessions.push({ session, change, reports });
  }
  return sessions;
}

async function changeOf(
  db: Db,
  session: Session,
  traineeId: TraineeId,
  leaves: readonly Leave[],
): Promise<CoveredSession["change"]> {
  const roster = await rosterAt(db, session.courseId, session.frame.startsAt);
  if (!roster?.trainees.some(({ id }) => id === traineeId)) return null;
  const record = await sessionRecord(db, session, await rulesOfSession(db, session));
  const of = (attendance: TraineeAttendance[]) => attendance.find((one) => one.traineeId === traineeId);
  const now = of(attendSession(record).trainees);
  const after = of(attendSession({ ...record, leaves }).trainees);
  return now && after ? { now, after } : null;
}

function noSession(code: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `Khóa ${code} không có buổi học nào trong thời gian nghỉ này. Xem lịch bằng ./siso explain --course ${code}.`,
    en: `Course ${code} has no session in this leave. See its sessions with ./siso explain --course ${code}.`,
  });
}
