import type {
  CameraId,
  Embedding,
  FaceId,
  FaceObservation,
  PackId,
  PackVector,
} from "../../services/types.ts";
import { SisoError } from "../../services/errors.ts";
import type { SeatDifference } from "../../services/ports.ts";
import { addAnalysis } from "../../db/queries/analyses.ts";
import { emptyRoomPictures, type Snapshot } from "../../db/queries/captures.ts";
import type { Db } from "../../db/client.ts";
import type { Context } from "../context.ts";
import type { RoomCamera } from "./room-views.ts";

/** What one archived picture shows: its faces, and its seats compared with the empty room. */
export async function lookAt(
  ctx: Pick<Context, "archive" | "faces" | "seatWatch">,
  snapshot: Snapshot,
  camera: RoomCamera,
  emptyRoom: Snapshot | null,
): Promise<{ faces: FaceObservation[]; seatDifferences: SeatDifference[] | null }> {
  const picture = await ctx.archive.open(snapshot.object);
  const { faces } = await ctx.faces.analyse(picture);
  return { faces, seatDifferences: await compareSeats(ctx, picture, camera, emptyRoom) };
}

/** Looks at one picture and keeps what it shows; written whole or not at all. */
export async function analysePicture(
  ctx: Context,
  snapshot: Snapshot,
  camera: RoomCamera,
  emptyRoom: Snapshot | null,
): Promise<void> {
  const { faces, seatDifferences } = await lookAt(ctx, snapshot, camera, emptyRoom);
  const rows = faces.map((face) => {
    const id = ctx.random.uuid() as FaceId;
    return {
      id,
      face,
      vectorSealed: ctx.vault.seal(vectorBytes(face.embedding.vector), `probe-embedding ${id}`),
    };
  });
  const analysis = {
    snapshotId: snapshot.id,
    packId: ctx.faces.id,
    seatDifferences,
    analysedAt: ctx.clock.now(),
  };
  await ctx.db.transaction().execute((trx) => addAnalysis(trx, analysis, snapshot.sessionId, rows));
}

/** The newest picture of the empty room each camera took before these, by camera. */
export async function emptyRoomsBefore(
  db: Db,
  snapshots: readonly Snapshot[],
  fallback: Date,
): Promise<Map<CameraId, Snapshot>> {
  const cameras = [...new Set(snapshots.map(({ cameraId }) => cameraId))];
  const empty = await emptyRoomPictures(db, cameras, snapshots[0]?.takenAt ?? fallback);
  return new Map(empty.map((snapshot) => [snapshot.cameraId, snapshot]));
}

/** The picture itself cannot be opened or read any more; trying again would not help. */
export function isUnusable(error: unknown): error is SisoError {
  return error instanceof SisoError && (error.code === "archive-corrupt" || error.code === "file-unreadable");
}

async function compareSeats(
  ctx: Pick<Context, "archive" | "seatWatch">,
  picture: Uint8Array,
  camera: RoomCamera,
  emptyRoom: Snapshot | null,
): Promise<SeatDifference[] | null> {
  if (emptyRoom === null || camera.placed.length === 0) return null;
  const reference = await ctx.archive.open(emptyRoom.object);
  return ctx.seatWatch.compare(picture, reference, camera.placed);
}

/** Little-endian 32-bit floats. */
export function vectorBytes(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength).slice();
}

/** What a row keeps of a face: `pack` is the row's own word for whose numbers these are. */
export function embeddingOf(pack: PackId, bytes: Uint8Array): Embedding {
  // A Buffer may be a window on a larger pool, and its own `slice` would not copy.
  return { pack, vector: new Float32Array(new Uint8Array(bytes).buffer) as PackVector };
}
