import { sql, type RawBuilder } from "kysely";
import type { CourseId, LocalDate, SessionId, SnapshotId } from "../../services/types.ts";
import type { Db } from "../client.ts";
import { idsBeginning } from "./id-range.ts";

/** What pictures to find; everything given must hold. Ids are whole. */
export interface PictureQuery {
  courseCode?: string;
  room?: string;
  camera?: string;
  sessionId?: string;
  traineeId?: string;
  markId?: string;
  /** Campus-local days, both included. */
  from?: LocalDate;
  to?: LocalDate;
  limit: number;
}

export interface FoundPicture {
  id: SnapshotId;
  takenAt: Date;
  courseCode: string;
  sessionId: SessionId;
  day: LocalDate;
  roomCode: string;
  cameraCode: string;
  roundId: string | null;
  sha256: string;
}

/**
 * Newest first. A trainee's or mark's pictures are all those of the rounds that judged them: an absence shows in none. The most
 * telling thing asked for says where to look, one index each, and only what is shown is looked up: the time a search takes does
 * not grow with the archive.
 */
export async function searchPictures(db: Db, query: PictureQuery): Promise<FoundPicture[]> {
  const { rows } = await sql<FoundPicture>`
    with found as materialized (${picturesFound(query)})
    select found.id, found.taken_at, course.code as course_code, session_id, day, room.code as room_code,
      camera.code as camera_code, round_id, sha256
    from found join snapshot on snapshot.id = found.id join session on session.id = session_id
      join course on course.id = session.course_id join camera on camera.id = camera_id
      join room on room.id = camera.room_id join archive_object on archive_object.object_id = snapshot.object_id
    order by found.taken_at desc, found.id`.execute(db);
  return rows;
}

type Sql = RawBuilder<unknown>;

/** Ids and times. */
function picturesFound(query: PictureQuery): Sql {
  const { sessionId, traineeId, markId, courseCode, room, camera } = query;
  if (traineeId !== undefined || markId !== undefined)
    return newestOfEach(judgedRounds(query), "round_id", query);
  if (sessionId !== undefined) return newestOfEach(sessionsOf(sql`id = ${sessionId}`), "session_id", query);
  if (courseCode !== undefined)
    return newestOfEach(sessionsOf(sql`course_id = ${courseOf(courseCode)}`), "session_id", query);
  if (room === undefined && camera === undefined) return newest(query, sql`true`);
  const { room: _, camera: __, ...rest } = query;
  const cameras = sql`select id as key, null::timestamptz as at from (${camerasOf(query)}) cameras`;
  return newestOfEach(cameras, "camera_id", rest);
}

/**
 * Each key gives its own newest, so that nobody reads all that hang on them. Keys that follow one another in time (`at`) are gone
 * through from the last one back until there are enough; of cameras, which have none, each is asked.
 */
function newestOfEach(keys: Sql, column: "round_id" | "session_id" | "camera_id", query: PictureQuery): Sql {
  const hangs = sql`${sql.ref(`snapshot.${column}`)} = wanted.key`;
  return sql`select each.* from (select * from (${keys}) keys order by at desc) wanted
    cross join lateral (${newest(query, hangs)}) each order by at desc, taken_at desc, id limit ${query.limit}`;
}

function newest(query: PictureQuery, where: Sql): Sql {
  const { sessionId, courseCode, room, camera, from, to, limit } = query;
  const conditions = [where];
  if (sessionId !== undefined) conditions.push(sql`session_id = ${sessionId}`);
  if (room !== undefined || camera !== undefined) conditions.push(sql`camera_id in (${camerasOf(query)})`);
  // As a question about each picture in turn: joined, sessions would be gone through for the newest few of millions.
  if (courseCode !== undefined || from !== undefined || to !== undefined)
    conditions.push(sql`(select ${heldIn(query)} from session where session.id = session_id)`);
  if (from !== undefined) conditions.push(sql`taken_at >= ${midnight("min", from, -1)}`);
  if (to !== undefined) conditions.push(sql`taken_at < ${midnight("max", to, 25)}`);
  return sql`select snapshot.id, taken_at from snapshot where ${sql.join(conditions, sql` and `)}
    order by taken_at desc, snapshot.id limit ${limit}`;
}

function judgedRounds({ traineeId, markId }: PictureQuery): Sql {
  const trainee = traineeId === undefined ? sql`true` : sql`trainee_id = ${traineeId}`;
  const mark = markId === undefined ? sql`true` : sql`mark.id = ${markId}`;
  return sql`select distinct round.id as key, due_at as at from mark join round on round.id = round_id where ${trainee} and ${mark}`;
}

function sessionsOf(which: Sql): Sql {
  return sql`select id as key, starts_at as at from session where ${which}`;
}

function courseOf(code: string): Sql {
  return sql`(select id from course where code = ${code})`;
}

/** A picture's room is that of its camera. */
function camerasOf({ room, camera }: PictureQuery): Sql {
  const inRoom = room === undefined ? sql`true` : sql`(room.code = ${room} or room.name = ${room})`;
  const named = camera === undefined ? sql`true` : sql`camera.code = ${camera}`;
  return sql`select camera.id from camera join room on room.id = camera.room_id where ${inRoom} and ${named}`;
}

function heldIn({ courseCode, from, to }: PictureQuery): Sql {
  const conditions = [sql`true`];
  if (courseCode !== undefined) conditions.push(sql`course_id = ${courseOf(courseCode)}`);
  if (from !== undefined) conditions.push(sql`day >= ${from}`);
  if (to !== undefined) conditions.push(sql`day <= ${to}`);
  return sql.join(conditions, sql` and `);
}

/** So many hours after a day began, where it begins first or last; the session's own day then decides. */
function midnight(first: "min" | "max", day: LocalDate, hours: number): Sql {
  return sql`(select ${sql.raw(first)}(${day}::date::timestamp at time zone time_zone) from campus) + ${hours} * interval '1 hour'`;
}

export interface KnownPicture {
  id: SnapshotId;
  sessionId: SessionId;
  courseId: CourseId;
  objectId: string;
  widthPx: number;
  heightPx: number;
  cameraCode: string;
  takenAt: Date;
}

/** The first few pictures whose id begins so; more than one means that more has to be typed. */
export async function snapshotsStartingWith(db: Db, start: string): Promise<KnownPicture[]> {
  const range = idsBeginning(start);
  if (range === null) return [];
  return db
    .selectFrom("snapshot")
    .innerJoin("session", "session.id", "snapshot.sessionId")
    .innerJoin("camera", "camera.id", "snapshot.cameraId")
    .select(["snapshot.id", "sessionId", "courseId", "objectId", "widthPx", "heightPx"])
    .select(["camera.code as cameraCode", "takenAt"])
    .where("snapshot.id", ">=", range.from as SnapshotId)
    .where("snapshot.id", "<=", range.to as SnapshotId)
    .orderBy("snapshot.id")
    .limit(6)
    .execute();
}
