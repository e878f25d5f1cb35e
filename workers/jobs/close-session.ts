import type { SessionId } from "../../services/types.ts";
import { openAlarm } from "../../db/queries/alarms.ts";
import { dropEmbeddings } from "../../db/queries/analyses.ts";
import { appendLog, courseLineCounts, lineCounts } from "../../db/queries/log.ts";
import {
  plansOfSession,
  revealSeed,
  roundsOfSession,
  type CapturePlan,
  type Round,
} from "../../db/queries/rounds.ts";
import { rulesAt } from "../../db/queries/rules.ts";
import { closeSession as closeRow, sessionById, type Session } from "../../db/queries/sessions.ts";
import type { Trx } from "../../db/client.ts";
import type { Context } from "../context.ts";
import { facesToKeep, saveKeptFaces } from "../enrolment/keep-faces.ts";
import { decideHeld } from "./decide-held.ts";
import { sessionSetting } from "./room-views.ts";
import { keptEvidence } from "./round-evidence.ts";
import { settleSession } from "./settle-session.ts";
import { writeRun } from "./write-run.ts";

/**
 * The session is over: its rounds are decided once more, now together; the rules turn them into one outcome per trainee; seeds
 * are revealed and embeddings go (N13, N14, N17).
 */
export async function closeSession(ctx: Context, id: SessionId): Promise<void> {
  const now = ctx.clock.now();
  const session = await sessionById(ctx.db, id);
  if (session.status !== "scheduled" || now < session.frame.endsAt) return;
  const rounds = await roundsOfSession(ctx.db, id);
  if (rounds.some((round) => round.status === "due" || round.status === "captured")) return;
  const rules = await rulesAt(ctx.db, session.frame.startsAt);
  const setting = await sessionSetting(ctx.db, session);
  const evidence = await keptEvidence(ctx, rounds, setting);
  const { rounds: decided } = await decideHeld(ctx, session, setting, evidence, now);
  const kept = await facesToKeep(
    ctx,
    session,
    setting,
    evidence.map(({ cameras }) => cameras),
  );
  const plans = await plansOfSession(ctx.db, id);
  await ctx.db.transaction().execute(async (trx) => {
    if (!(await closeRow(trx, id, now))) return;
    for (const plan of plans) await reveal(ctx, trx, plan, rounds, now);
    for (const { round, decision, changed } of decided) {
      if (changed) await writeRun(ctx, trx, round.id, setting, rules, decision, now);
    }
    const { validRounds, shortfall, online } = await settleSession(ctx, trx, session, rules, now);
    await saveKeptFaces(trx, kept, now);
    await dropEmbeddings(trx, id);
    await appendLog(trx, now, {
      event: "session-closed",
      session: id,
      validRounds,
      ...(await lineCounts(trx, id)),
      ...(await courseLineCounts(trx, session.courseId)),
    });
    if (online === "waiting") await awaitFile(ctx, trx, session, now);
    if (shortfall === null) return;
    await openAlarm(trx, {
      id: ctx.random.uuid(),
      code: "session-short",
      subject: id,
      detail: shortfall.params,
      at: now,
    });
  });
}

/** Until its attendance file comes nobody of the session is observable, and somebody has to send it. */
async function awaitFile(ctx: Context, trx: Trx, { id, day, shift }: Session, at: Date): Promise<void> {
  const alarm = { id: ctx.random.uuid(), code: "online-file-awaited" as const, subject: id };
  await openAlarm(trx, { ...alarm, detail: { day, shift }, at });
}

async function reveal(
  ctx: Context,
  trx: Trx,
  plan: CapturePlan,
  rounds: readonly Round[],
  now: Date,
): Promise<void> {
  const seed = ctx.vault.open(plan.seedSealed, `plan-seed ${plan.id}`);
  await revealSeed(trx, plan.id, seed, now);
  const own = rounds.filter(({ planId }) => planId === plan.id);
  const inOrder = own.toSorted((a, b) => a.ordinal - b.ordinal).map(({ id }) => id);
  const revealed = {
    plan: plan.id,
    commitment: plan.commitment,
    seed: Buffer.from(seed).toString("hex"),
    rounds: inOrder.join(","),
  };
  await appendLog(trx, now, { event: "reveal", session: plan.sessionId, ...revealed });
}
