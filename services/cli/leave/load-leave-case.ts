import type { Db } from "../../../db/client.ts";
import { rosterAt, type Course } from "../../../db/queries/courses.ts";
import { peopleById } from "../../../db/queries/explain.ts";
import { reportsHolding, type BuiltReport } from "../../../db/queries/reports.ts";
import { rulesOfSession } from "../../../db/queries/rules.ts";
import { sessionsOfCourse, type Session } from "../../../db/queries/sessions.ts";
import type { LeaveApproval } from "../../../workers/imports/approve-leave.ts";
import { sessionRecord } from "../../../workers/jobs/settle-session.ts";
import { attendSession, type TraineeAttendance } from "../../attendance/attend-session.ts";
import { SisoError } from "../../errors.ts";
import type { Person } from "../explain/load-story.ts";

/** A leave with the sessions it covers. */
export interface LeaveCase {
  course: Course;
  trainee: Person;
  leave: LeaveApproval;
  sessions: {
    session: Session;
    /** Null while it is not closed: the leave counts when it is. */
    change: { now: TraineeAttendance; after: TraineeAttendance } | null;
    reports: BuiltReport[];
  }[];
}

/** Throws `input-invalid` when no session of the course lies in the leave. */
export async function loadLeaveCase(db: Db, course: Course, leave: LeaveApproval): Promise<LeaveCase> {
  const { traineeId } = leave;
  const covered = (await sessionsOfCourse(db, course.id)).filter(({ frame }) =>
    leave.intervals.some((one) => one.startsAt < frame.endsAt && frame.startsAt < one.endsAt),
  );
  if (covered.length === 0) throw noSession(course.code);
  const sessions: LeaveCase["sessions"] = [];
  for (const session of covered) {
    const change = session.status === "closed" ? await changeOf(db, session, leave) : null;
    const changes = change !== null && change.now.outcome !== change.after.outcome;
    const reports = changes ? await reportsHolding(db, course.id, session.frame.endsAt) : [];
    sessions.push({ session, change, reports });
  }
  const trainee = (await peopleById(db, [traineeId])).get(traineeId) ?? { fullName: "?", ordinal: null };
  return { course, trainee, leave, sessions };
}

async function changeOf(
  db: Db,
  session: Session,
  { traineeId, intervals, number }: LeaveApproval,
): Promise<{ now: TraineeAttendance; after: TraineeAttendance } | null> {
  const roster = await rosterAt(db, session.courseId, session.frame.startsAt);
  if (!roster?.trainees.some(({ id }) => id === traineeId)) return null;
  const record = await sessionRecord(db, session, await rulesOfSession(db, session));
  const leaves = intervals.map((one) => ({ ...one, leaveId: number, traineeId, approved: true }));
  const of = (attendance: TraineeAttendance[]) => attendance.find((one) => one.traineeId === traineeId);
  const now = of(attendSession(record).trainees);
  const after = of(attendSession({ ...record, leaves: [...record.leaves, ...leaves] }).trainees);
  return now && after ? { now, after } : null;
}

function noSession(code: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `Khóa ${code} không có buổi học nào trong thời gian nghỉ này. Xem lịch bằng ./siso explain --course ${code}.`,
    en: `Course ${code} has no session in this leave. See its sessions with ./siso explain --course ${code}.`,
  });
}
