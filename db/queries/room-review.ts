import type { SeatDifference } from "../../services/ports.ts";
import type {
  CameraId,
  CourseId,
  PackId,
  RoomId,
  RoundId,
  SeatRef,
  SessionId,
  SnapshotId,
  TraineeId,
} from "../../services/types.ts";
import type { Db } from "../client.ts";
import { marksOfSession } from "./marks.ts";
import type { Due } from "./sessions.ts";

/** Closed sessions whose pictures were not yet compared with the room's views. */
export async function sessionsToReview(db: Db, until: Date): Promise<Due[]> {
  return db
    .selectFrom("session")
    .select(["id", "closedAt as dueAt"])
    .where("status", "=", "closed")
    .where("roomReviewedAt", "is", null)
    .where("closedAt", "<=", until)
    .orderBy("closedAt")
    .$narrowType<{ dueAt: Date }>()
    .execute();
}

/** False when somebody reviewed it already. */
export async function markReviewed(db: Db, id: SessionId, at: Date): Promise<boolean> {
  const result = await db
    .updateTable("session")
    .set({ roomReviewedAt: at })
    .where("id", "=", id)
    .where("roomReviewedAt", "is", null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export interface PictureSeen {
  id: SnapshotId;
  roundId: RoundId;
  courseId: CourseId;
  cameraId: CameraId;
  burstIndex: number;
  seatDifferences: SeatDifference[] | null;
  faces: { x: number; y: number; widthPx: number }[];
}

interface Lately {
  roomId: RoomId;
  courseId: CourseId;
  since: Date;
  /** The last so many of the room, and of the course in it. */
  rounds: number;
}

/** What a pack saw in the last rounds held in a room since an instant: boxes only, no embedding. */
export async function picturesSeen(db: Db, packId: PackId, lately: Lately): Promise<PictureSeen[]> {
  const recent = await recentRounds(db, lately);
  if (recent.length === 0) return [];
  const rows = await db
    .selectFrom("analysis")
    .innerJoin("snapshot", "snapshot.id", "analysis.snapshotId")
    .innerJoin("session", "session.id", "snapshot.sessionId")
    .leftJoin("face", (join) =>
      join.onRef("face.snapshotId", "=", "snapshot.id").onRef("face.packId", "=", "analysis.packId"),
    )
    .select([
      "snapshot.id",
      "snapshot.roundId",
      "courseId",
      "cameraId",
      "burstIndex",
      "seatDifferences",
      "x",
      "y",
      "width",
      "height",
    ])
    .where("analysis.packId", "=", packId)
    .where("snapshot.roundId", "in", recent)
    .orderBy("snapshot.takenAt")
    .$narrowType<{ roundId: RoundId }>()
    .execute();
  const pictures = new Map<string, PictureSeen>();
  for (const { x, y, width, height, ...row } of rows) {
    const picture = pictures.get(row.id) ?? { ...row, faces: [] };
    if (x !== null && y !== null && width !== null && height !== null) {
      picture.faces.push({ x: x + width / 2, y: y + height / 2, widthPx: width });
    }
    pictures.set(row.id, picture);
  }
  return [...pictures.values()];
}

async function recentRounds(db: Db, { roomId, courseId, since, rounds }: Lately): Promise<RoundId[]> {
  const held = db
    .selectFrom("round")
    .innerJoin("session", "session.id", "round.sessionId")
    .select("round.id")
    .where("session.roomId", "=", roomId)
    .where("session.status", "=", "closed")
    .where("round.status", "=", "recognised")
    .where("round.capturedAt", ">=", since)
    .orderBy("round.capturedAt", "desc")
    .limit(rounds);
  const ids = [...(await held.execute()), ...(await held.where("courseId", "=", courseId).execute())];
  return [...new Set(ids.map(({ id }) => id))];
}

export interface SeenTrainee {
  traineeId: TraineeId;
  observedSeat: SeatRef;
  confidence: number;
}

/** Where the trainees of a session who were recognised sat, by the newest mark of each round; the surest of several rounds. */
export async function traineesSeen(db: Db, sessionId: SessionId): Promise<SeenTrainee[]> {
  const surest = new Map<TraineeId, SeenTrainee>();
  for (const { traineeId, outcome, observedSeat, confidence } of await marksOfSession(db, sessionId)) {
    if (outcome !== "present" || observedSeat === null) continue;
    const known = surest.get(traineeId);
    if (known === undefined || confidence > known.confidence) {
      surest.set(traineeId, { traineeId, observedSeat, confidence });
    }
  }
  return [...surest.values()];
}
