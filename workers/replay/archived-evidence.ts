import type { CameraRound } from "../../services/rollcall/round-input.ts";
import type { SisoError } from "../../services/errors.ts";
import type { Bilingual } from "../../services/types.ts";
import { picturesRead } from "../../db/queries/analyses.ts";
import { snapshotsOfRound, type Snapshot } from "../../db/queries/captures.ts";
import type { Round } from "../../db/queries/rounds.ts";
import type { Context } from "../context.ts";
import { emptyRoomsBefore, isUnusable, lookAt } from "../jobs/analyse-picture.ts";
import { camerasOf, type SeenPicture } from "../jobs/round-evidence.ts";
import type { SessionSetting } from "../jobs/room-views.ts";

/** A picture the old marks rest on that cannot be opened, or placed in its room, any more: deciding without it would be deciding on less. */
export class PictureGone extends Error {
  readonly words: Bilingual;

  constructor({ id }: Snapshot, words: Bilingual, cause?: SisoError) {
    super(`picture ${id} cannot be looked at`, { cause });
    this.words = words;
  }
}

/** What the archived pictures of valid rounds show the current pack; nothing is kept. Throws `PictureGone`. */
export async function archivedEvidence(
  ctx: Context,
  rounds: readonly Round[],
  setting: SessionSetting,
  onPicture: () => void,
): Promise<{ round: Round; cameras: CameraRound[] }[]> {
  const found = [];
  for (const round of rounds.filter(({ status }) => status === "recognised")) {
    const seen = await seenInRound(ctx, round, setting, onPicture);
    const cameras = await camerasOf(ctx.db, round.id, setting, seen);
    if (cameras.some(({ status }) => status.ok)) found.push({ round, cameras });
  }
  return found;
}

async function seenInRound(
  ctx: Context,
  { id }: Round,
  setting: SessionSetting,
  onPicture: () => void,
): Promise<SeenPicture[]> {
  const snapshots = await snapshotsOfRound(ctx.db, id);
  const readThen = await picturesRead(ctx.db, id);
  const emptyOf = await emptyRoomsBefore(ctx.db, snapshots, ctx.clock.now());
  const cameras = new Map(setting.cameras.map((camera) => [camera.id, camera]));
  const seen: SeenPicture[] = [];
  for (const snapshot of snapshots) {
    const camera = cameras.get(snapshot.cameraId);
    // What could not be read when the round was recognised was left out then as well.
    if (!readThen.has(snapshot.id)) continue;
    if (camera === undefined) throw new PictureGone(snapshot, cameraGone);
    const empty = emptyOf.get(snapshot.cameraId) ?? null;
    const looked = await lookAt(ctx, snapshot, camera, empty).catch((error: unknown) => {
      throw isUnusable(error) ? new PictureGone(snapshot, error.words, error) : error;
    });
    seen.push({ snapshotId: snapshot.id, ...looked });
    onPicture();
  }
  return seen;
}

const cameraGone: Bilingual = {
  vi: "máy ảnh đã chụp ảnh này không còn trong phòng, nên không biết ghế nào ở đâu trong ảnh",
  en: "the camera that took this picture is no longer of the room, so where its seats are is not known",
};
