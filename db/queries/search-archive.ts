import { sql } from "kysely";
import type { CourseId, LocalDate, SessionId, SnapshotId } from "../../services/types.ts";
import type { Db } from "../client.ts";

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

/** Newest first. A trainee's or mark's pictures are all those of the rounds that judged them: an absence shows in none. */
export async function searchPictures(db: Db, query: PictureQuery): Promise<FoundPicture[]> {
  let rows = db
    .selectFrom("snapshot")
    .innerJoin("session", "session.id", "snapshot.sessionId")
    .innerJoin("course", "course.id", "session.courseId")
    .innerJoin("room", "room.id", "session.roomId")
    .innerJoin("camera", "camera.id", "snapshot.cameraId")
    .innerJoin("archiveObject", "archiveObject.objectId", "snapshot.objectId")
    .select(["snapshot.id", "takenAt", "course.code as courseCode", "snapshot.sessionId", "day"])
    .select(["room.code as roomCode", "camera.code as cameraCode", "roundId", "sha256"]);
  const { courseCode, room, camera, sessionId, traineeId, markId, from, to, limit } = query;
  if (courseCode !== undefined) rows = rows.where("course.code", "=", courseCode);
  if (room !== undefined)
    rows = rows.where((e) => e.or([e("room.code", "=", room), e("room.name", "=", room)]));
  if (camera !== undefined) rows = rows.where("camera.code", "=", camera);
  if (sessionId !== undefined) rows = rows.where("snapshot.sessionId", "=", sessionId as SessionId);
  if (traineeId !== undefined) {
    rows = rows.where(sql<boolean>`round_id in (select round_id from mark where trainee_id = ${traineeId})`);
  }
  if (markId !== undefined) {
    rows = rows.where(sql<boolean>`round_id = (select round_id from mark where id = ${markId})`);
  }
  if (from !== undefined) rows = rows.where("day", ">=", from);
  if (to !== undefined) rows = rows.where("day", "<=", to);
  return rows.orderBy("takenAt", "desc").orderBy("snapshot.id").limit(limit).execute();
}

/** Pictures whose id begins so; two are enough to know that more has to be typed. */
export async function snapshotsStartingWith(
  db: Db,
  start: string,
): Promise<
  {
    id: SnapshotId;
    sessionId: SessionId;
    courseId: CourseId;
    objectId: string;
    widthPx: number;
    heightPx: number;
  }[]
> {
  return db
    .selectFrom("snapshot")
    .innerJoin("session", "session.id", "snapshot.sessionId")
    .select(["snapshot.id", "sessionId", "courseId", "objectId", "widthPx", "heightPx"])
    .where((e) => e(e.cast<string>("snapshot.id", "text"), "like", `${start.toLowerCase()}%`))
    .limit(2)
    .execute();
}
