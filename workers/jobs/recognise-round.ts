import { decideRound } from "../../services/rollcall/decide-round.ts";
import type { RoundId } from "../../services/types.ts";
import { openAlarm } from "../../db/queries/alarms.ts";
import { analysesOfRound } from "../../db/queries/analyses.ts";
import { snapshotsOfRound, type Snapshot } from "../../db/queries/captures.ts";
import { lockRound, moveRound, roundById } from "../../db/queries/rounds.ts";
import { rulesAt } from "../../db/queries/rules.ts";
import { sessionById } from "../../db/queries/sessions.ts";
import type { Context } from "../context.ts";
import { analysePicture, emptyRoomsBefore, isUnusable } from "./analyse-picture.ts";
import { sessionSetting, type SessionSetting } from "./room-views.ts";
import { decisionBasis, roundEvidence } from "./round-evidence.ts";
import { writeRun } from "./write-run.ts";

/** Faces of every picture of a round, then one mark for every trainee of the roster in force (N2, N11, N12). */
export async function recogniseRound(ctx: Context, id: RoundId): Promise<void> {
  const round = await roundById(ctx.db, id);
  if (round.status !== "captured") return;
  const session = await sessionById(ctx.db, round.sessionId);
  const setting = await sessionSetting(ctx.db, session);
  await analyseRound(ctx, id, setting);
  const basis = await decisionBasis(ctx, session, setting);
  const decision = decideRound({ ...basis, cameras: await roundEvidence(ctx, id, setting) });
  const rules = await rulesAt(ctx.db, session.frame.startsAt);
  const now = ctx.clock.now();
  await ctx.db.transaction().execute(async (trx) => {
    if ((await lockRound(trx, id)) !== "captured") return;
    await writeRun(ctx, trx, id, setting, rules, decision, now);
    await moveRound(trx, id, "captured", { status: "recognised", at: now });
  });
}

async function analyseRound(ctx: Context, id: RoundId, setting: SessionSetting): Promise<void> {
  const snapshots = await snapshotsOfRound(ctx.db, id);
  const done = new Set(
    (await analysesOfRound(ctx.db, id, ctx.faces.id)).map((picture) => picture.snapshotId),
  );
  const cameras = new Map(setting.cameras.map((camera) => [camera.id, camera]));
  const emptyOf = await emptyRoomsBefore(ctx.db, snapshots, ctx.clock.now());
  for (const snapshot of snapshots) {
    const camera = cameras.get(snapshot.cameraId);
    if (!camera || done.has(snapshot.id)) continue;
    const empty = emptyOf.get(snapshot.cameraId) ?? null;
    await analysePicture(ctx, snapshot, camera, empty).catch((error) => leaveOut(ctx, snapshot, error));
  }
}

/** A picture that can no longer be opened or read says nothing about anybody; the others decide, and somebody is told. */
async function leaveOut(ctx: Context, { id }: Snapshot, error: unknown): Promise<void> {
  if (!isUnusable(error)) throw error;
  ctx.log.error({ err: error, snapshot: id }, "a picture is left out of the roll call");
  const alarm = { code: "picture-unusable" as const, subject: id, detail: { reason: error.code } };
  await openAlarm(ctx.db, { id: ctx.random.uuid(), ...alarm, at: ctx.clock.now() });
}
