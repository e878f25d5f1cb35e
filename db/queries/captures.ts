import type {
  CameraId,
  GapReason,
  RoundId,
  RuleVersionId,
  SessionId,
  SnapshotId,
  SnapshotRoute,
} from "../../services/types.ts";
import type { SealedObject } from "../../services/ports.ts";
import type { Db } from "../client.ts";
import { appendLog } from "./log.ts";

export interface NewSnapshot {
  id: SnapshotId;
  sessionId: SessionId;
  roundId: RoundId | null;
  cameraId: CameraId;
  burstIndex: number;
  plainSha256: string;
  takenAt: Date;
  widthPx: number;
  heightPx: number;
  route: SnapshotRoute;
  clockSkewMs: number | null;
  officerId: string | null;
  ruleVersionId: RuleVersionId;
}

export interface Gap {
  id: string;
  sessionId: SessionId;
  roundId: RoundId | null;
  cameraId: CameraId;
  burstIndex: number;
  reason: GapReason;
  detail: string;
  noticedAt: Date;
}

export interface Snapshot {
  id: SnapshotId;
  sessionId: SessionId;
  roundId: RoundId | null;
  cameraId: CameraId;
  burstIndex: number;
  takenAt: Date;
  widthPx: number;
  heightPx: number;
  route: SnapshotRoute;
  object: SealedObject;
}

/** The row of bytes already durable in the archive. */
export async function addArchiveObject(
  db: Db,
  object: SealedObject,
  retainUntil: Date,
  at: Date,
): Promise<void> {
  await db
    .insertInto("archiveObject")
    .values({
      ...object,
      wrappedKey: Buffer.from(object.wrappedKey),
      commitmentSalt: Buffer.from(object.commitmentSalt),
      retainUntil,
      storedAt: at,
    })
    .execute();
}

/** Records one sealed picture; call in a transaction. The bytes are durable before this is called. */
export async function addSnapshot(
  db: Db,
  snapshot: NewSnapshot,
  object: SealedObject,
  retainUntil: Date,
  at: Date,
): Promise<void> {
  await addArchiveObject(db, object, retainUntil, at);
  await db
    .insertInto("snapshot")
    .values({ ...snapshot, objectId: object.objectId })
    .execute();
  await appendLog(db, at, {
    event: "snapshot",
    snapshot: snapshot.id,
    session: snapshot.sessionId,
    round: snapshot.roundId,
    camera: snapshot.cameraId,
    object: object.objectId,
    sha256: object.sha256,
    commitment: object.commitment,
    burst: snapshot.burstIndex,
    takenAt: snapshot.takenAt.toISOString(),
    route: snapshot.route,
    officer: snapshot.officerId,
    rules: snapshot.ruleVersionId,
    retainUntil: retainUntil.toISOString(),
  });
}

export async function addGap(db: Db, gap: Gap): Promise<void> {
  const result = await db
    .insertInto("gap")
    .values(gap)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  if (result.numInsertedOrUpdatedRows !== 1n) return;
  await appendLog(db, gap.noticedAt, {
    event: "gap",
    gap: gap.id,
    session: gap.sessionId,
    round: gap.roundId,
    camera: gap.cameraId,
    burst: gap.burstIndex,
    reason: gap.reason,
  });
}

function snapshots(db: Db) {
  return db
    .selectFrom("snapshot")
    .innerJoin("archiveObject", "archiveObject.objectId", "snapshot.objectId")
    .select([
      "snapshot.id",
      "sessionId",
      "roundId",
      "cameraId",
      "burstIndex",
      "takenAt",
      "widthPx",
      "heightPx",
      "route",
      "archiveObject.objectId",
      "sha256",
      "bytes",
      "wrappedKey",
      "commitment",
      "commitmentSalt",
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof snapshots>["executeTakeFirstOrThrow"]>>;

function toSnapshot(row: Row): Snapshot {
  const { objectId, sha256, bytes, wrappedKey, commitment, commitmentSalt, ...rest } = row;
  return {
    ...rest,
    object: { objectId, sha256, bytes: Number(bytes), wrappedKey, commitment, commitmentSalt },
  };
}

export async function snapshotsOfRound(db: Db, roundId: RoundId): Promise<Snapshot[]> {
  const rows = await snapshots(db)
    .where("roundId", "=", roundId)
    .orderBy("cameraId")
    .orderBy("burstIndex")
    .execute();
  return rows.map(toSnapshot);
}

export async function gapsOfRound(db: Db, roundId: RoundId): Promise<Gap[]> {
  return db
    .selectFrom("gap")
    .selectAll()
    .where("roundId", "=", roundId)
    .orderBy("cameraId")
    .orderBy("burstIndex")
    .execute();
}

export async function gapsOfSession(db: Db, sessionId: SessionId): Promise<Gap[]> {
  return db.selectFrom("gap").selectAll().where("sessionId", "=", sessionId).orderBy("noticedAt").execute();
}

/** Cameras whose part of a round (or pre-flight) is already recorded, picture or gap. */
export async function camerasRecorded(
  db: Db,
  sessionId: SessionId,
  roundId: RoundId | null,
): Promise<CameraId[]> {
  const taken = db
    .selectFrom("snapshot")
    .select("cameraId")
    .where("sessionId", "=", sessionId)
    .where("roundId", roundId === null ? "is" : "=", roundId);
  const missing = db
    .selectFrom("gap")
    .select("cameraId")
    .where("sessionId", "=", sessionId)
    .where("roundId", roundId === null ? "is" : "=", roundId);
  const rows = await taken.union(missing).execute();
  return rows.map((r) => r.cameraId);
}

/** Hashes of the last pictures a camera gave, newest first, to notice a frozen one. */
export async function lastPictureHashes(db: Db, cameraId: CameraId, count: number): Promise<string[]> {
  const rows = await db
    .selectFrom("snapshot")
    .select("plainSha256")
    .where("cameraId", "=", cameraId)
    .orderBy("takenAt", "desc")
    .limit(count)
    .execute();
  return rows.map((r) => r.plainSha256);
}

/**
 * The newest pre-flight picture each camera of the session's room has up to a time: the empty room to compare with. Each camera is
 * asked for its one, because it may have taken tens of thousands of others.
 */
export async function emptyRoomPictures(db: Db, cameraIds: CameraId[], until: Date): Promise<Snapshot[]> {
  if (cameraIds.length === 0) return [];
  const rows = await snapshots(db)
    .where("snapshot.id", "in", (of) =>
      of
        .selectFrom("camera")
        .innerJoinLateral(
          (taken) =>
            taken
              .selectFrom("snapshot as taken")
              .select("taken.id")
              .whereRef("taken.cameraId", "=", "camera.id")
              .where("taken.roundId", "is", null)
              .where("taken.takenAt", "<=", until)
              .orderBy("taken.takenAt", "desc")
              .limit(1)
              .as("newest"),
          (join) => join.onTrue(),
        )
        .select("newest.id")
        .where("camera.id", "in", cameraIds),
    )
    .orderBy("cameraId")
    .execute();
  return rows.map(toSnapshot);
}

export async function snapshotIdsOfSession(
  db: Db,
  sessionId: SessionId,
): Promise<{ id: SnapshotId; roundId: RoundId | null }[]> {
  return db
    .selectFrom("snapshot")
    .select(["id", "roundId"])
    .where("sessionId", "=", sessionId)
    .orderBy("takenAt")
    .execute();
}

/** What is needed to open a sealed object. */
export async function archiveObject(db: Db, objectId: string): Promise<SealedObject> {
  const row = await db
    .selectFrom("archiveObject")
    .select(["objectId", "sha256", "bytes", "wrappedKey", "commitment", "commitmentSalt"])
    .where("objectId", "=", objectId)
    .executeTakeFirstOrThrow();
  return { ...row, bytes: Number(row.bytes) };
}

export async function snapshotObject(db: Db, id: SnapshotId): Promise<SealedObject> {
  return toSnapshot(await snapshots(db).where("snapshot.id", "=", id).executeTakeFirstOrThrow()).object;
}
