import type { Reason, RoundId } from "../../services/types.ts";
import { replanAfterFailure } from "../../services/timetable/plan-capture.ts";
import { openAlarm } from "../../db/queries/alarms.ts";
import { snapshotsOfRound } from "../../db/queries/captures.ts";
import { appendLog } from "../../db/queries/log.ts";
import { moveRound, roundById, roundsOfSession, type Round } from "../../db/queries/rounds.ts";
import { rulesAt } from "../../db/queries/rules.ts";
import { lockSession, sessionById, type Session } from "../../db/queries/sessions.ts";
import type { Context } from "../context.ts";
import { isKept, savePlan } from "./plan-session.ts";
import { leaveOutRest, takePictures } from "./take-pictures.ts";

/** A round this late was not at its drawn instant any more: it is missed and drawn anew, so nobody chose the time. */
const latestMinutes = 5;

/** A camera that answers at all answers well within this, on top of the burst's own spacing. */
const cameraDeadlineMs = 25_000;

/** The queue's clock may be a little ahead of ours; a round put off until the next sweep would be late. */
const earliestMs = 2_000;

/** Takes the round's pictures at its secret time; a round without one picture fails and is drawn anew (N13). */
export async function captureRound(ctx: Context, id: RoundId): Promise<void> {
  const round = await roundById(ctx.db, id);
  const earlyMs = round.dueAt.getTime() - ctx.clock.now().getTime();
  if (round.status !== "due" || earlyMs > earliestMs) return;
  if (earlyMs > 0) await ctx.clock.sleep(earlyMs);
  const session = await sessionById(ctx.db, round.sessionId);
  const late = isLate(round, session, ctx.clock.now());
  if (late && (await snapshotsOfRound(ctx.db, id)).length === 0) {
    return giveUp(ctx, session, round, "missed", { code: "round-missed", params: {} });
  }
  const rules = await rulesAt(ctx.db, session.frame.startsAt);
  const { pictures, spacingSeconds } = rules.rules.burst;
  const spacingMs = spacingSeconds * 1000;
  const burst = { pictures, spacingMs, deadlineMs: cameraDeadlineMs + pictures * spacingMs };
  const occasion = { session, roundId: id, ruleVersionId: rules.id, burst };
  // Cut off between two cameras: by now the other would show another moment, or a room where nobody is any more.
  await (late ? leaveOutRest(ctx, occasion) : takePictures(ctx, occasion));
  if ((await snapshotsOfRound(ctx.db, id)).length === 0) {
    return giveUp(ctx, session, round, "failed", { code: "round-without-picture", params: {} });
  }
  await moveRound(ctx.db, id, "due", { status: "captured", at: ctx.clock.now() });
}

function isLate(round: Round, session: Session, now: Date): boolean {
  return now.getTime() > round.dueAt.getTime() + latestMinutes * 60_000 || now >= session.frame.endsAt;
}

/** Ends the round with its reason and draws a replacement with a fresh seed while the session lasts. */
async function giveUp(
  ctx: Context,
  session: Session,
  round: Round,
  status: "missed" | "failed",
  reason: Reason,
): Promise<void> {
  const now = ctx.clock.now();
  const rules = await rulesAt(ctx.db, session.frame.startsAt);
  const seed = ctx.random.bytes(32);
  await ctx.db.transaction().execute(async (trx) => {
    // After an outage several rounds give up at once; each must see what was drawn for the other.
    const { frame } = await lockSession(trx, session.id);
    if (!(await moveRound(trx, round.id, "due", { status, at: now, reason }))) return;
    const kept = (await roundsOfSession(trx, session.id)).filter((r) => r.id !== round.id && isKept(r));
    // A camera that refuses does so within the second; the same one drawn again would be no new chance.
    const next = new Date(now.getTime() + 1000);
    const failure = { sessionId: session.id, frame, rules: rules.rules, now: next, failed: round, kept };
    const { input, ...plan } = replanAfterFailure({ ...failure, seed });
    await appendLog(trx, now, {
      event: "round",
      round: round.id,
      session: session.id,
      status,
      reason: reason.code,
    });
    const withRules = { ...input, rules: rules.rules };
    await savePlan(ctx, trx, { input: withRules, plan, seed, rules, replacesRoundId: round.id, now });
    if (plan.shortfall === null) return;
    const alarm = {
      code: "round-missed" as const,
      subject: round.id,
      detail: { reason: reason.code },
      at: now,
    };
    await openAlarm(trx, { id: ctx.random.uuid(), ...alarm });
  });
}
