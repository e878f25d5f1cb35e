import type { PlanId, RoundId, SessionId } from "../../services/types.ts";
import { commitmentOf } from "../../services/timetable/commitment.ts";
import { planCapture, type CapturePlan, type PlanInput } from "../../services/timetable/plan-capture.ts";
import { appendLog } from "../../db/queries/log.ts";
import { addPlan, nextPlanNo, roundsOfSession, type Round } from "../../db/queries/rounds.ts";
import { rulesAt, type RuleVersion } from "../../db/queries/rules.ts";
import { lockSession, sessionById, storeFrame, type Session } from "../../db/queries/sessions.ts";
import type { Trx } from "../../db/client.ts";
import type { Context } from "../context.ts";
import { roomForPictures } from "../room-for-pictures.ts";

/** Draws a session's secret round times; a session already under way is planned for what is left of it (N13, N14). */
export async function planSession(ctx: Context, id: SessionId): Promise<void> {
  const now = ctx.clock.now();
  if (!mayBePlanned(await sessionById(ctx.db, id), now)) return;
  if (!(await roomForPictures(ctx))) return;
  const seed = ctx.random.bytes(32);
  await ctx.db.transaction().execute(async (trx) => {
    // A timetable taken in meanwhile may have moved the session; a plan for its old time would see an empty room.
    const session = await lockSession(trx, id);
    if (!mayBePlanned(session, now)) return;
    const rules = await rulesAt(trx, session.frame.startsAt);
    const kept = (await roundsOfSession(trx, id)).filter(isKept);
    const from = new Date(Math.max(now.getTime(), session.frame.startsAt.getTime()));
    const input = { sessionId: id, frame: session.frame, rules: rules.rules, from, alreadyValid: kept };
    const plan = planCapture({ ...input, seed });
    await savePlan(ctx, trx, { input, plan, seed, rules, replacesRoundId: null, now });
  });
}

function mayBePlanned({ status, frame, online }: Session, now: Date): boolean {
  return status === "scheduled" && !online && frame.endsAt > now;
}

/** Rounds that count or may still count; a plan only adds what is missing to them. */
export function isKept(round: Round): boolean {
  return round.status === "due" || round.status === "captured" || round.status === "recognised";
}

/** Seals the seed, stores the commitment and the rounds; false when somebody else planned first. */
export async function savePlan(
  ctx: Context,
  trx: Trx,
  made: {
    input: PlanInput & { rules: RuleVersion["rules"] };
    plan: CapturePlan;
    seed: Uint8Array;
    rules: RuleVersion;
    replacesRoundId: RoundId | null;
    now: Date;
  },
): Promise<boolean> {
  const { input, plan, seed, rules, replacesRoundId, now } = made;
  const id = ctx.random.uuid() as PlanId;
  const planNo = await nextPlanNo(trx, input.sessionId);
  const commitment = commitmentOf({ ...input, planNo, seed });
  const added = await addPlan(trx, {
    id,
    sessionId: input.sessionId,
    planNo,
    commitment,
    seedSealed: ctx.vault.seal(seed, `plan-seed ${id}`),
    drawnFrom: {
      frame: storeFrame(input.frame),
      rules: input.rules,
      from: input.from.toISOString(),
      planNo,
      alreadyValid: input.alreadyValid.map(({ half, dueAt }) => ({ half, dueAt: dueAt.toISOString() })),
      preferHalf: input.preferHalf ?? null,
    },
    ruleVersionId: rules.id,
    plannedAt: now,
    replacesRoundId,
    shortfall: plan.shortfall,
    rounds: plan.rounds.map((round) => ({ ...round, id: ctx.random.uuid() as RoundId })),
  });
  if (added)
    await appendLog(trx, now, { event: "plan", plan: id, session: input.sessionId, planNo, commitment });
  return added;
}
