import { occupancyOf } from "../../services/rollcall/occupancy.ts";
import type { CameraRound, RoundInput } from "../../services/rollcall/round-input.ts";
import { defaultDecision } from "../../services/rollcall/settings.ts";
import type { SeatDifference } from "../../services/ports.ts";
import type { CameraId, FaceObservation, GapReason, RoundId, SnapshotId } from "../../services/types.ts";
import type { Db } from "../../db/client.ts";
import { analysesOfRound, type AnalysedPicture } from "../../db/queries/analyses.ts";
import { gapsOfRound, snapshotsOfRound, type Gap, type Snapshot } from "../../db/queries/captures.ts";
import type { Round } from "../../db/queries/rounds.ts";
import { refusedBiometrics } from "../../db/queries/people.ts";
import { concurrentCourses, type Session } from "../../db/queries/sessions.ts";
import type { Context } from "../context.ts";
import { embeddingOf } from "./analyse-picture.ts";
import type { RoomCamera, SessionSetting } from "./room-views.ts";
import { openGalleries } from "./templates.ts";

/** Everything a decision needs but the pictures: people as enrolled by `enrolledUntil`, seats, calibration. */
export async function decisionBasis(
  ctx: Context,
  session: Session,
  setting: SessionSetting,
  enrolledUntil: Date = ctx.clock.now(),
): Promise<Omit<RoundInput, "cameras">> {
  const others = await concurrentCourses(ctx.db, session);
  const [own, ...galleries] = await openGalleries(ctx, [session.courseId, ...others], enrolledUntil);
  const declined = new Set(await refusedBiometrics(ctx.db, session.courseId, enrolledUntil));
  const seats = new Map((setting.chart?.seats ?? []).map((seat) => [seat.traineeId, seat]));
  const roster = (setting.roster?.trainees ?? []).map(({ id }) => {
    const seat = seats.get(id);
    return {
      traineeId: id,
      seat: seat ? { row: seat.row, column: seat.column } : null,
      templates: own?.templates.get(id) ?? [],
      declined: declined.has(id),
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
    calibration: ctx.calibration,
    settings: defaultDecision,
  };
}

/** What a pack saw in one picture. */
export interface SeenPicture {
  snapshotId: SnapshotId;
  faces: FaceObservation[];
  /** Null without a picture of the empty room. */
  seatDifferences: SeatDifference[] | null;
}

/** What each camera of the room showed in one round, from the rows the analysis left. */
export async function roundEvidence(
  ctx: Context,
  roundId: RoundId,
  setting: SessionSetting,
): Promise<CameraRound[]> {
  const analysed = await analysesOfRound(ctx.db, roundId, ctx.faces.id);
  const seen = analysed.map(({ faces, ...picture }) => ({
    ...picture,
    faces: faces.map((face) => observation(ctx, face)),
  }));
  return camerasOf(ctx.db, roundId, setting, seen);
}

/** Valid rounds whose faces are still kept. A round looked at with another pack has none, and cannot be decided anew here. */
export async function keptEvidence(
  ctx: Context,
  rounds: readonly Round[],
  setting: SessionSetting,
): Promise<{ round: Round; cameras: CameraRound[] }[]> {
  const kept = [];
  for (const round of rounds.filter(({ status }) => status === "recognised")) {
    const cameras = await roundEvidence(ctx, round.id, setting);
    if (cameras.some(({ status }) => status.ok)) kept.push({ round, cameras });
  }
  return kept;
}

/** The same from pictures however they were looked at. */
export async function camerasOf(
  db: Db,
  roundId: RoundId,
  setting: SessionSetting,
  seen: readonly SeenPicture[],
): Promise<CameraRound[]> {
  const gaps = await gapsOfRound(db, roundId);
  const snapshots = new Map((await snapshotsOfRound(db, roundId)).map((snapshot) => [snapshot.id, snapshot]));
  return setting.cameras.map((camera) => {
    const pictures = seen.filter(({ snapshotId }) => snapshots.get(snapshotId)?.cameraId === camera.id);
    return cameraRound(camera, pictures, gapOf(camera.id, gaps), snapshots);
  });
}

function gapOf(cameraId: CameraId, gaps: readonly Gap[]): GapReason {
  return gaps.find((gap) => gap.cameraId === cameraId)?.reason ?? "unreachable";
}

function cameraRound(
  camera: RoomCamera,
  pictures: readonly SeenPicture[],
  gap: GapReason,
  snapshots: ReadonlyMap<SnapshotId, Snapshot>,
): CameraRound {
  return {
    cameraId: camera.id,
    status: pictures.length > 0 ? { ok: true } : { ok: false, reason: gap },
    seats: camera.seats,
    frontZone: camera.frontZone,
    pictures: pictures.map(({ snapshotId, faces }) => ({
      snapshotId,
      widthPx: snapshots.get(snapshotId)?.widthPx ?? 0,
      heightPx: snapshots.get(snapshotId)?.heightPx ?? 0,
      faces,
    })),
    // A seat hidden from this camera always looks empty to it.
    occupancy: occupancyOf(pictures.map(({ seatDifferences }) => seatDifferences ?? [])).filter((taken) =>
      camera.seats.some(({ row, column }) => row === taken.row && column === taken.column),
    ),
  };
}

function observation(ctx: Context, face: AnalysedPicture["faces"][number]): FaceObservation {
  const { id, packId, vectorSealed, ...seen } = face;
  return { ...seen, embedding: embeddingOf(packId, ctx.vault.open(vectorSealed, `probe-embedding ${id}`)) };
}
