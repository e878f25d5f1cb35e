import type { FaceId } from "../../services/types.ts";
import type { SeatDifference } from "../../services/ports.ts";
import { addAnalysis } from "../../db/queries/analyses.ts";
import type { Snapshot } from "../../db/queries/captures.ts";
import type { Context } from "../context.ts";
import type { RoomCamera } from "./room-views.ts";

/** Finds the faces of one archived picture and compares its seats with the empty room; written whole or not at all. */
export async function analysePicture(
  ctx: Context,
  snapshot: Snapshot,
  camera: RoomCamera,
  emptyRoom: Snapshot | null,
): Promise<void> {
  const picture = await ctx.archive.open(snapshot.object);
  const { faces } = await ctx.faces.analyse(picture);
  const seatDifferences = await compareSeats(ctx, picture, camera, emptyRoom);
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

async function compareSeats(
  ctx: Context,
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

export function vectorOf(bytes: Uint8Array): Float32Array {
  // A Buffer may be a window on a larger pool, and its own `slice` would not copy.
  return new Float32Array(new Uint8Array(bytes).buffer);
}
