import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import type { CampusId, CourseId, RoomId, SessionId, TraineeId } from "../../services/types.ts";
import type { Db } from "../client.ts";
import { appendLog, detailHash } from "./log.ts";

/** Links, shared devices and accounts of sessions held online (L14, L15). */

// ---- the course's link ------------------------------------------------------------------------------------------

export interface OnlineLink {
  id: string;
  courseId: CourseId;
  version: number;
  /** Null when the link was taken away. */
  url: string | null;
  why: string | null;
  setBy: string;
  setAt: Date;
}

/** Oldest first; the last one is in force. */
export async function linksOfCourse(db: Db, courseId: CourseId): Promise<OnlineLink[]> {
  return db
    .selectFrom("onlineLink")
    .select(["id", "courseId", "version", "url", "why", "setBy", "setAt"])
    .where("courseId", "=", courseId)
    .orderBy("version")
    .execute();
}

/** Call under the lock on the course's row. */
export async function addLink(db: Db, link: OnlineLink): Promise<void> {
  const salt = randomBytes(16);
  await db
    .insertInto("onlineLink")
    .values({ ...link, salt })
    .execute();
  const { id, courseId, version, setAt, ...said } = link;
  await appendLog(db, setAt, {
    event: "online-link",
    link: id,
    course: courseId,
    version,
    detail: detailHash({ link: id, ...said, salt: salt.toString("hex") }),
  });
}

// ---- which sessions are online ----------------------------------------------------------------------------------

/** The campus's place that is no room; sessions of a timetable that says "trực tuyến" are held there. */
export async function onlineRoom(
  db: Db,
  room: { id: RoomId; campusId: CampusId; name: string },
): Promise<RoomId> {
  const known = await db
    .selectFrom("room")
    .select("id")
    .where("campusId", "=", room.campusId)
    .where("online", "=", true)
    .executeTakeFirst();
  if (known) return known.id;
  await db
    .insertInto("room")
    .values({ ...room, code: "TRUC-TUYEN", online: true })
    .onConflict((c) => c.columns(["campusId", "code"]).doUpdateSet({ online: true }))
    .execute();
  return onlineRoom(db, room);
}

/** A person's word on how a session is held; it goes before the timetable's. */
export async function sayOnline(
  db: Db,
  said: { id: string; sessionId: SessionId; online: boolean; why: string; saidBy: string; saidAt: Date },
): Promise<void> {
  const salt = randomBytes(16);
  await db
    .insertInto("onlineSession")
    .values({ ...said, salt })
    .execute();
  const { id, sessionId, online, why, saidBy, saidAt } = said;
  await appendLog(db, saidAt, {
    event: "online-session",
    session: sessionId,
    online,
    detail: detailHash({ id, why, saidBy, salt: salt.toString("hex") }),
  });
}

/** For queries over `session` joined with `room`. */
export const heldOnline = sql<boolean>`coalesce((select said.online from online_session said
  where said.session_id = session.id order by said.seq desc limit 1), room.online)`;

/** The same for queries over `session` alone. */
export const sessionOnline = sql<boolean>`coalesce((select said.online from online_session said
  where said.session_id = session.id order by said.seq desc limit 1),
  (select room.online from room where room.id = session.room_id))`;

// ---- shared devices ---------------------------------------------------------------------------------------------

export interface StoredShare {
  id: string;
  courseId: CourseId;
  oneId: TraineeId;
  otherId: TraineeId;
  fromAt: Date;
  untilAt: Date | null;
  declaredBy: string;
  declaredAt: Date;
  endedBy: string | null;
}

export async function sharesOfCourse(db: Db, courseId: CourseId): Promise<StoredShare[]> {
  return db
    .selectFrom("deviceShare")
    .select([
      "id",
      "courseId",
      "oneId",
      "otherId",
      "fromAt",
      "untilAt",
      "declaredBy",
      "declaredAt",
      "endedBy",
    ])
    .where("courseId", "=", courseId)
    .orderBy("declaredAt")
    .execute();
}

/** Call under the lock on the course's row. */
export async function addShare(db: Db, share: Omit<StoredShare, "untilAt" | "endedBy">): Promise<void> {
  const salt = randomBytes(16);
  await db
    .insertInto("deviceShare")
    .values({ ...share, salt })
    .execute();
  await appendLog(db, share.declaredAt, {
    event: "device-share",
    share: share.id,
    course: share.courseId,
    from: share.fromAt.toISOString(),
    detail: detailHash({ ...share, salt: salt.toString("hex") }),
  });
}

export async function endShare(
  db: Db,
  share: StoredShare,
  untilAt: Date,
  endedBy: string,
  at: Date,
): Promise<void> {
  await db
    .updateTable("deviceShare")
    .set({ untilAt, endedBy })
    .where("id", "=", share.id)
    .where("untilAt", "is", null)
    .execute();
  await appendLog(db, at, {
    event: "device-share-ended",
    share: share.id,
    course: share.courseId,
    until: untilAt.toISOString(),
  });
}

// ---- accounts ---------------------------------------------------------------------------------------------------

export interface OnlineAccount {
  /** Lower case. */
  account: string;
  traineeId: TraineeId;
}

export async function accountsOfCourse(db: Db, courseId: CourseId): Promise<Map<string, TraineeId>> {
  const rows = await db
    .selectFrom("onlineAccount")
    .select(["account", "traineeId"])
    .where("courseId", "=", courseId)
    .execute();
  return new Map(rows.map(({ account, traineeId }) => [account, traineeId]));
}

/** A roster never changes what a person said of an account. */
export async function saveAccounts(
  db: Db,
  courseId: CourseId,
  accounts: readonly OnlineAccount[],
  said: { source: "roster" | "person"; saidBy: string; saidAt: Date },
): Promise<void> {
  const unique = [...new Map(accounts.map((one) => [one.account, one])).values()];
  for (const { account, traineeId } of unique) {
    await db
      .insertInto("onlineAccount")
      .values({ courseId, account, traineeId, ...said })
      .onConflict((c) =>
        c
          .columns(["courseId", "account"])
          .doUpdateSet({ traineeId, ...said })
          .where("onlineAccount.source", "in", said.source === "person" ? ["roster", "person"] : ["roster"]),
      )
      .execute();
  }
}
