import { calibrationOf } from "../../services/rollcall/packs.ts";
import { occupancyOf } from "../../services/rollcall/occupancy.ts";
import type { CameraRound, RoundInput } from "../../services/rollcall/round-input.ts";
import { defaultDecision } from "../../services/rollcall/settings.ts";
import type { CameraId, FaceObservation, RoundId } from "../../services/types.ts";
import { analysesOfRound, type AnalysedPicture } from "../../db/queries/analyses.ts";
import { gapsOfRound, snapshotsOfRound } from "../../db/queries/captures.ts";
import { concurrentCourses, type Session } from "../../db/queries/sessions.ts";
import type { Context } from "../context.ts";
import { vectorOf } from "./analyse-picture.ts";
import type { RoomCamera, SessionSetting } from "./room-views.ts";
import { openGalleries } from "./templates.ts";

/** Everything a decision needs but the pictures: people, seats, calibration. */
export async function decisionBasis(
  ctx: Context,
  session: Session,
  setting: SessionSetting,
): Promise<Omit<RoundInput, "cameras">> {
  const others = await concurrentCourses(ctx.db, session);
  const [own, ...galleries] = await openGalleries(ctx, [session.courseId, ...others]);
  const seats = new Map((setting.chart?.seats ?? []).map((seat) => [seat.traineeId, seat]));
  const roster = (setting.roster?.trainees ?? []).map(({ id }) => {
    const seat = seats.get(id);
    return {
      traineeId: id,
      seat: seat ? { row: seat.row, column: seat.column } : null,
      templates: own?.templates.get(id) ?? [],
    };
  });
  const otherCourses = galleries.map(({ courseId, templates }) => ({
    courseId,
    trainees: [...templates].map(([traineeId, list]) => ({ traineeId, templates: list })),
  }));
  return {
    pack: ctx.faces.id,
    roster,
    otherCourses,
    calibration: calibrationOf(ctx.faces.id),
    settings: defaultDecision,
  };
}

/** What each camera of the room showed in one round, from the rows the analysis left. */
export async function roundEvidence(
  ctx: Context,
  roundId: RoundId,
  setting: SessionSetting,
): Promise<CameraRound[]> {
  const snapshots = await snapshotsOfRound(ctx.db, roundId);
  const gaps = await gapsOfRound(ctx.db, roundId);
  const analysed = await analysesOfRound(ctx.db, roundId, ctx.faces.id);
  const cameraOf = new Map(snapshots.map((snapshot) => [snapshot.id, snapshot]));
  return setting.cameras.map((camera) => {
    const pictures = analysed.filter(({ snapshotId }) => cameraOf.get(snapshotId)?.cameraId === camera.id);
    return cameraRound(ctx, camera, pictures, gapOf(camera.id, gaps), (picture) =>
      cameraOf.get(picture.snapshotId),
    );
  });
}

function gapOf(cameraId: CameraId, gaps: Awaited<ReturnType<typeof gapsOfRound>>) {
  return gaps.find((gap) => gap.cameraId === cameraId)?.reason ?? "unreachable";
}

function cameraRound(
  ctx: Context,
  camera: RoomCamera,
  pictures: AnalysedPicture[],
  gap: ReturnType<typeof gapOf>,
  sizeOf: (picture: AnalysedPicture) => { widthPx: number; heightPx: number } | undefined,
): CameraRound {
  return {
    cameraId: camera.id,
    status: pictures.length > 0 ? { ok: true } : { ok: false, reason: gap },
    seats: camera.seats,
    frontZone: camera.frontZone,
    pictures: pictures.map((picture) => ({
      snapshotId: picture.snapshotId,
      widthPx: sizeOf(picture)?.widthPx ?? 0,
      heightPx: sizeOf(picture)?.heightPx ?? 0,
      faces: picture.faces.map((face) => observation(ctx, face)),
    })),
    // A seat hidden from this camera always looks empty to it.
    occupancy: occupancyOf(pictures.map(({ seatDifferences }) => seatDifferences ?? [])).filter((taken) =>
      camera.seats.some(({ row, column }) => row === taken.row && column === taken.column),
    ),
  };
}

function observation(ctx: Context, face: AnalysedPicture["faces"][number]): FaceObservation {
  const { id, vectorSealed, ...seen } = face;
  const vector = vectorOf(ctx.vault.open(vectorSealed, `probe-embedding ${id}`));
  return { ...seen, embedding: { pack: ctx.faces.id, vector } };
}
