import { createHash } from "node:crypto";
import { v7 as timeOrderedId } from "uuid";
import type { BurstRequest, CameraTarget, CapturedPicture, CaptureOutcome } from "../../services/ports.ts";
import type { RoundId, RuleVersionId, SnapshotId } from "../../services/types.ts";
import { SisoError } from "../../services/errors.ts";
import { retainUntil } from "../../services/retention/retain-until.ts";
import { closeAlarm, openAlarm } from "../../db/queries/alarms.ts";
import { camerasOfRoom, type CameraRow } from "../../db/queries/campus.ts";
import { addGap, addSnapshot, camerasRecorded, lastPictureHashes } from "../../db/queries/captures.ts";
import { ruleVersion } from "../../db/queries/rules.ts";
import type { Session } from "../../db/queries/sessions.ts";
import type { Context } from "../context.ts";

export interface Occasion {
  session: Session;
  /** Null for the pre-flight. */
  roundId: RoundId | null;
  ruleVersionId: RuleVersionId;
  burst: Omit<BurstRequest, "previousSha256">;
}

/** Every camera of the room takes its burst; each picture is durable before its row, each missing one is a gap. */
export async function takePictures(ctx: Context, occasion: Occasion): Promise<void> {
  const cameras = await camerasLeft(ctx, occasion);
  await Promise.all(cameras.map((camera) => takeBurst(ctx, occasion, camera)));
}

/** It is too late for the cameras that have not had their turn: what they did not take is a gap. */
export async function leaveOutRest(ctx: Context, occasion: Occasion): Promise<void> {
  const detail = "the service was not running when this camera's turn came";
  const missing = Array.from({ length: occasion.burst.pictures }, (): Kept => {
    return { ok: false, reason: "service-down", detail };
  });
  for (const camera of await camerasLeft(ctx, occasion)) await record(ctx, occasion, camera, missing);
}

async function camerasLeft(ctx: Context, { session, roundId }: Occasion): Promise<CameraRow[]> {
  const recorded = new Set(await camerasRecorded(ctx.db, session.id, roundId));
  return (await camerasOfRoom(ctx.db, session.roomId)).filter((camera) => !recorded.has(camera.id));
}

async function takeBurst(ctx: Context, occasion: Occasion, camera: CameraRow): Promise<void> {
  const previousSha256 = await lastPictureHashes(ctx.db, camera.id, occasion.burst.pictures);
  const outcomes = await ctx.cameras.burst(cameraTarget(ctx, camera), { ...occasion.burst, previousSha256 });
  const kept = await Promise.all(outcomes.map((outcome) => sealPicture(ctx, outcome)));
  await record(ctx, occasion, camera, kept);
  await noteHealth(ctx, camera, outcomes, ctx.clock.now());
}

/** One camera's part of a round: all of it, once. */
async function record(ctx: Context, occasion: Occasion, camera: CameraRow, kept: Kept[]): Promise<void> {
  const { rules } = await ruleVersion(ctx.db, occasion.ruleVersionId);
  const keepUntil = retainUntil(
    occasion.session.courseStartsOn,
    rules.retentionYears,
    occasion.session.timeZone,
  );
  const now = ctx.clock.now();
  await ctx.db.transaction().execute(async (trx) => {
    // A job running twice at once: the second waits here, then finds the camera recorded.
    await trx.selectFrom("camera").select("id").where("id", "=", camera.id).forUpdate().execute();
    const { session, roundId, ruleVersionId } = occasion;
    if ((await camerasRecorded(trx, session.id, roundId)).includes(camera.id)) return;
    for (const [burstIndex, shot] of kept.entries()) {
      const place = { sessionId: session.id, roundId, cameraId: camera.id, burstIndex };
      if (!shot.ok) {
        const { reason, detail } = shot;
        await addGap(trx, { id: ctx.random.uuid(), ...place, reason, detail, noticedAt: now });
        continue;
      }
      const { picture, object, plainSha256 } = shot;
      const { takenAt, widthPx, heightPx, route, clockSkewMs } = picture;
      const about = {
        takenAt,
        widthPx,
        heightPx,
        route,
        clockSkewMs,
        officerId: session.dutyOfficerId,
        ruleVersionId,
      };
      // In order of time, as the objects' ids are: an index of millions then grows at its end.
      const id = timeOrderedId({ msecs: takenAt.getTime(), random: ctx.random.bytes(16) }) as SnapshotId;
      await addSnapshot(trx, { id, ...place, plainSha256, ...about }, object, keepUntil, now);
    }
  });
}

type Kept =
  | {
      ok: true;
      picture: CapturedPicture;
      object: Awaited<ReturnType<Context["archive"]["seal"]>>;
      plainSha256: string;
    }
  | Extract<CaptureOutcome, { ok: false }>;

async function sealPicture(ctx: Context, outcome: CaptureOutcome): Promise<Kept> {
  if (!outcome.ok) return outcome;
  const { picture } = outcome;
  const plainSha256 = createHash("sha256").update(picture.jpeg).digest("hex");
  try {
    return { ok: true, picture, object: await ctx.archive.seal(picture.jpeg), plainSha256 };
  } catch (error) {
    if (error instanceof SisoError && error.code === "archive-full") {
      return { ok: false, reason: "archive-full", detail: error.message };
    }
    throw error;
  }
}

export function cameraTarget(ctx: Pick<Context, "vault">, camera: CameraRow): CameraTarget {
  const password = Buffer.from(
    ctx.vault.open(camera.passwordSealed, `camera-password ${camera.id}`),
  ).toString("utf8");
  const { id, host, port, secure, username, presetToken } = camera;
  return { id, host, port, secure, username, password, presetToken };
}

/** A camera that gave nothing is an alarm until it gives a picture again. */
async function noteHealth(
  ctx: Context,
  camera: CameraRow,
  outcomes: CaptureOutcome[],
  at: Date,
): Promise<void> {
  if (outcomes.some((outcome) => outcome.ok)) return closeAlarm(ctx.db, "camera-down", camera.id, at);
  const failure = outcomes.find((outcome) => !outcome.ok);
  await openAlarm(ctx.db, {
    id: ctx.random.uuid(),
    code: "camera-down",
    subject: camera.id,
    detail: { camera: camera.code, reason: failure?.reason ?? "unreachable" },
    at,
  });
}
