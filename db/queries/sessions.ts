import { sql } from "kysely";
import type {
  CampusId,
  CourseId,
  Interval,
  LocalDate,
  RoomId,
  SessionFrame,
  SessionId,
  Shift,
} from "../../services/types.ts";
import type { Db } from "../client.ts";
import { appendLog } from "./log.ts";
import { heldOnline, sessionOnline } from "./online.ts";
import { json, type StoredFrame, type StoredInterval } from "../stored.ts";
import type { Session as SessionTable } from "../tables.ts";

export interface Session {
  id: SessionId;
  courseId: CourseId;
  campusId: CampusId;
  roomId: RoomId;
  roomName: string;
  /** Held over the course's link: no camera looks, attendance comes from files. */
  online: boolean;
  timeZone: string;
  day: LocalDate;
  shift: Shift;
  topic: string;
  lecturer: string | null;
  frame: SessionFrame;
  status: SessionTable["status"];
  preflightAt: Date;
  preflightDoneAt: Date | null;
  closedAt: Date | null;
  dutyOfficerId: string | null;
  dutyOfficer: string | null;
  courseStartsOn: LocalDate;
}

const storeInterval = (i: Interval): StoredInterval => ({
  startsAt: i.startsAt.toISOString(),
  endsAt: i.endsAt.toISOString(),
});

const readInterval = (i: StoredInterval): Interval => ({
  startsAt: new Date(i.startsAt),
  endsAt: new Date(i.endsAt),
});

export function storeFrame(frame: SessionFrame): StoredFrame {
  return {
    ...storeInterval(frame),
    periods: frame.periods.map(storeInterval),
    break: frame.break && storeInterval(frame.break),
  };
}

export function readFrame(frame: StoredFrame): SessionFrame {
  return {
    ...readInterval(frame),
    periods: frame.periods.map(readInterval),
    break: frame.break && readInterval(frame.break),
  };
}

function sessions(db: Db) {
  return db
    .selectFrom("session")
    .innerJoin("course", "course.id", "session.courseId")
    .innerJoin("room", "room.id", "session.roomId")
    .innerJoin("campus", "campus.id", "room.campusId")
    .leftJoin("officer", "officer.id", "course.dutyOfficerId")
    .select([
      "session.id",
      "session.courseId",
      "room.campusId",
      "session.roomId",
      "room.name as roomName",
      heldOnline.as("online"),
      "campus.timeZone",
      "session.day",
      "session.shift",
      "session.topic",
      "session.lecturer",
      "session.frame",
      "session.status",
      "session.preflightAt",
      "session.preflightDoneAt",
      "session.closedAt",
      "course.dutyOfficerId",
      "officer.fullName as dutyOfficer",
      "course.startsOn as courseStartsOn",
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof sessions>["executeTakeFirstOrThrow"]>>;
const toSession = (row: Row): Session => ({ ...row, frame: readFrame(row.frame) });

export async function sessionById(db: Db, id: SessionId): Promise<Session> {
  return toSession(await sessions(db).where("session.id", "=", id).executeTakeFirstOrThrow());
}

/** Holds the session for this transaction: its plans are drawn one after the other, for the time it has then. */
export async function lockSession(db: Db, id: SessionId): Promise<Session> {
  await db.selectFrom("session").select("id").where("id", "=", id).forUpdate().execute();
  return sessionById(db, id);
}

export async function findSession(db: Db, id: SessionId): Promise<Session | null> {
  const row = await sessions(db).where("session.id", "=", id).executeTakeFirst();
  return row ? toSession(row) : null;
}

export async function sessionsOfCourse(db: Db, courseId: CourseId): Promise<Session[]> {
  const rows = await sessions(db)
    .where("session.courseId", "=", courseId)
    .where("session.status", "<>", "cancelled")
    .orderBy("session.startsAt")
    .execute();
  return rows.map(toSession);
}

/** Sessions of other courses whose teaching time overlaps: where a trainee in the wrong room may belong (N11). */
export async function concurrentCourses(db: Db, session: Session): Promise<CourseId[]> {
  const rows = await db
    .selectFrom("session")
    .select("courseId")
    .distinct()
    .where("courseId", "<>", session.courseId)
    .where("status", "<>", "cancelled")
    .where("startsAt", "<", session.frame.endsAt)
    .where("endsAt", ">", session.frame.startsAt)
    .execute();
  return rows.map((r) => r.courseId);
}

export interface NewSession {
  id: SessionId;
  courseId: CourseId;
  timetableVersionId: string;
  roomId: RoomId;
  day: LocalDate;
  shift: Shift;
  topic: string;
  lecturer: string | null;
  frame: SessionFrame;
  preflightAt: Date;
}

export async function addSession(db: Db, session: NewSession, at: Date): Promise<void> {
  await db
    .insertInto("session")
    .values({
      ...session,
      frame: json(storeFrame(session.frame)),
      startsAt: session.frame.startsAt,
      endsAt: session.frame.endsAt,
      status: "scheduled",
    })
    .execute();
  await appendLog(db, at, {
    event: "session",
    session: session.id,
    course: session.courseId,
    ...slotLine(session),
  });
}

function slotLine({
  timetableVersionId,
  roomId,
  day,
  frame,
}: Pick<NewSession, "timetableVersionId" | "roomId" | "day" | "frame">) {
  return {
    status: "scheduled",
    timetable: timetableVersionId,
    room: roomId,
    day,
    startsAt: frame.startsAt.toISOString(),
    endsAt: frame.endsAt.toISOString(),
  };
}

/** Moves a session that has not been held; its plan must be withdrawn by the caller in the same transaction. */
export async function rescheduleSession(
  db: Db,
  id: SessionId,
  change: Pick<
    NewSession,
    "day" | "shift" | "timetableVersionId" | "roomId" | "topic" | "lecturer" | "frame" | "preflightAt"
  >,
  at: Date,
): Promise<void> {
  const moved = await db
    .updateTable("session")
    .set({
      ...change,
      frame: json(storeFrame(change.frame)),
      startsAt: change.frame.startsAt,
      endsAt: change.frame.endsAt,
      preflightDoneAt: null,
    })
    .where("id", "=", id)
    .where("status", "=", "scheduled")
    .executeTakeFirst();
  if (moved.numUpdatedRows === 1n)
    await appendLog(db, at, { event: "session", session: id, ...slotLine(change) });
}

export async function cancelSession(db: Db, id: SessionId, at: Date): Promise<void> {
  const cancelled = await db
    .updateTable("session")
    .set({ status: "cancelled" })
    .where("id", "=", id)
    .where("status", "=", "scheduled")
    .executeTakeFirst();
  if (cancelled.numUpdatedRows === 1n)
    await appendLog(db, at, { event: "session", session: id, status: "cancelled" });
}

export async function markPreflightDone(db: Db, id: SessionId, at: Date): Promise<void> {
  await db
    .updateTable("session")
    .set({ preflightDoneAt: at })
    .where("id", "=", id)
    .where("preflightDoneAt", "is", null)
    .execute();
}

/** Locks the session row; false when somebody closed it already. */
export async function closeSession(db: Db, id: SessionId, at: Date): Promise<boolean> {
  const result = await db
    .updateTable("session")
    .set({ status: "closed", closedAt: at })
    .where("id", "=", id)
    .where("status", "=", "scheduled")
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** A row whose work is due at an instant. */
export interface Due {
  id: string;
  dueAt: Date;
}

/** Scheduled sessions in a room that still have teaching time and no plan in force. */
export async function sessionsToPlan(db: Db, now: Date): Promise<Due[]> {
  return db
    .selectFrom("session")
    .select(["id", sql<Date>`${now}::timestamptz`.as("dueAt")])
    .where("status", "=", "scheduled")
    .where("endsAt", ">", now)
    .where(sql<boolean>`not ${sessionOnline}`)
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom("capturePlan")
            .select("id")
            .whereRef("capturePlan.sessionId", "=", "session.id")
            .where("supersededAt", "is", null)
            .where("replacesRoundId", "is", null),
        ),
      ),
    )
    .orderBy("startsAt")
    .execute();
}

/** Sessions whose cameras are to be checked by `until`; once teaching has begun it is too late for an empty room. */
export async function sessionsToPreflight(db: Db, now: Date, until: Date): Promise<Due[]> {
  return db
    .selectFrom("session")
    .select(["id", "preflightAt as dueAt"])
    .where("status", "=", "scheduled")
    .where("preflightDoneAt", "is", null)
    .where("preflightAt", "<=", until)
    .where("startsAt", ">", now)
    .where(sql<boolean>`not ${sessionOnline}`)
    .execute();
}

/** Over by `until`, and every round of it has come to an end. */
export async function sessionsToClose(db: Db, until: Date): Promise<Due[]> {
  return db
    .selectFrom("session")
    .select(["id", "endsAt as dueAt"])
    .where("status", "=", "scheduled")
    .where("endsAt", "<=", until)
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom("round")
            .select("round.id")
            .whereRef("round.sessionId", "=", "session.id")
            .where("round.status", "in", ["due", "captured"]),
        ),
      ),
    )
    .execute();
}
