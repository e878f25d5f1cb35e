import type { SeatDifference } from "../../services/ports.ts";
import type {
  Box,
  FaceId,
  FaceObservation,
  FaceQuality,
  PackId,
  Point,
  RoundId,
  SessionId,
  SnapshotId,
} from "../../services/types.ts";
import type { Db } from "../client.ts";
import { json } from "../stored.ts";
import { namePack } from "./model-packs.ts";

export interface NewFace {
  id: FaceId;
  face: FaceObservation;
  vectorSealed: Uint8Array;
}

/** What a pack saw in a picture, written whole; false when somebody wrote it first. Call in a transaction. */
export async function addAnalysis(
  db: Db,
  analysis: {
    snapshotId: SnapshotId;
    packId: PackId;
    seatDifferences: SeatDifference[] | null;
    analysedAt: Date;
  },
  sessionId: SessionId,
  faces: NewFace[],
): Promise<boolean> {
  await namePack(db, analysis.packId);
  const inserted = await db
    .insertInto("analysis")
    .values({ ...analysis, seatDifferences: json(analysis.seatDifferences) })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows !== 1n) return false;
  if (faces.length === 0) return true;
  const { snapshotId, packId } = analysis;
  await db
    .insertInto("face")
    .values(
      faces.map(({ id, face }) => ({
        id,
        snapshotId,
        packId,
        ...face.box,
        score: face.score,
        landmarks: json(face.landmarks),
        quality: json(face.quality),
      })),
    )
    .execute();
  await db
    .insertInto("probeEmbedding")
    .values(
      faces.map(({ id, vectorSealed }) => ({
        faceId: id,
        packId,
        sessionId,
        vectorSealed: Buffer.from(vectorSealed),
      })),
    )
    .execute();
  return true;
}

export interface AnalysedPicture {
  snapshotId: SnapshotId;
  seatDifferences: SeatDifference[] | null;
  faces: {
    id: FaceId;
    packId: PackId;
    box: Box;
    score: number;
    landmarks: Point[];
    quality: FaceQuality;
    vectorSealed: Uint8Array;
  }[];
}

/** Pictures of a round a pack has looked at, with the faces whose embeddings are still kept. */
export async function analysesOfRound(db: Db, roundId: RoundId, packId: PackId): Promise<AnalysedPicture[]> {
  const pictures = await db
    .selectFrom("analysis")
    .innerJoin("snapshot", "snapshot.id", "analysis.snapshotId")
    .select(["analysis.snapshotId", "seatDifferences"])
    .where("snapshot.roundId", "=", roundId)
    .where("packId", "=", packId)
    .orderBy("snapshot.cameraId")
    .orderBy("snapshot.burstIndex")
    .execute();
  const rows = await db
    .selectFrom("face")
    .innerJoin("probeEmbedding", (join) =>
      join.onRef("probeEmbedding.faceId", "=", "face.id").onRef("probeEmbedding.packId", "=", "face.packId"),
    )
    .innerJoin("snapshot", "snapshot.id", "face.snapshotId")
    .select([
      "face.id",
      "face.packId",
      "face.snapshotId",
      "x",
      "y",
      "width",
      "height",
      "score",
      "landmarks",
      "quality",
      "vectorSealed",
    ])
    .where("snapshot.roundId", "=", roundId)
    .where("face.packId", "=", packId)
    .execute();
  const byPicture = new Map<SnapshotId, AnalysedPicture["faces"]>();
  for (const { x, y, width, height, snapshotId, ...face } of rows) {
    const faces = byPicture.get(snapshotId) ?? [];
    faces.push({ ...face, box: { x, y, width, height } });
    byPicture.set(snapshotId, faces);
  }
  return pictures.map((picture) => ({ ...picture, faces: byPicture.get(picture.snapshotId) ?? [] }));
}

/** Pictures of a round that any pack could read when it was recognised. */
export async function picturesRead(db: Db, roundId: RoundId): Promise<Set<SnapshotId>> {
  const rows = await db
    .selectFrom("analysis")
    .innerJoin("snapshot", "snapshot.id", "analysis.snapshotId")
    .select("snapshotId")
    .where("snapshot.roundId", "=", roundId)
    .execute();
  return new Set(rows.map(({ snapshotId }) => snapshotId));
}

/** The session is decided: no embedding of it is kept. */
export async function dropEmbeddings(db: Db, sessionId: SessionId): Promise<void> {
  await db.deleteFrom("probeEmbedding").where("sessionId", "=", sessionId).execute();
}
