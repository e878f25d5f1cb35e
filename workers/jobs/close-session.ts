import { attendSession, type SessionRecord } from "../../services/attendance/attend-session.ts";
import type { Correction as PersonsWord } from "../../services/attendance/correction.ts";
import type { SessionId } from "../../services/types.ts";
import { openAlarm } from "../../db/queries/alarms.ts";
import { dropEmbeddings } from "../../db/queries/analyses.ts";
import { rosterAt } from "../../db/queries/courses.ts";
import { approvedLeaves } from "../../db/queries/leaves.ts";
import { appendLog, lineCounts } from "../../db/queries/log.ts";
import {
  addSessionMarks,
  correctionsOfSession,
  marksOfSession,
  type Correction,
} from "../../db/queries/marks.ts";
import { plansOfSession, revealSeed, roundsOfSession, type CapturePlan } from "../../db/queries/rounds.ts";
import { rulesAt, type RuleVersion } from "../../db/queries/rules.ts";
import { closeSession as closeRow, sessionById, type Session } from "../../db/queries/sessions.ts";
import type { Trx } from "../../db/client.ts";
import type { Context } from "../context.ts";

const firstRun = 1;

/** The session is over: seeds are revealed, rounds become one outcome per trainee, embeddings go (N13, N14, N17). */
export async function closeSession(ctx: Context, id: SessionId): Promise<void> {
  const now = ctx.clock.now();
  const session = await sessionById(ctx.db, id);
  if (session.status !== "scheduled" || now < session.frame.endsAt) return;
  const rounds = await roundsOfSession(ctx.db, id);
  if (rounds.some((round) => round.status === "due" || round.status === "captured")) return;
  const rules = await rulesAt(ctx.db, session.frame.startsAt);
  const attendance = attendSession(await sessionRecord(ctx, session, rules));
  const plans = await plansOfSession(ctx.db, id);
  await ctx.db.transaction().execute(async (trx) => {
    if (!(await closeRow(trx, id, now))) return;
    for (const plan of plans) await reveal(ctx, trx, plan, now);
    const marks = attendance.trainees.map((trainee) => ({
      id: ctx.random.uuid(),
      sessionId: id,
      traineeId: trainee.traineeId,
      outcome: trainee.outcome,
      machineOutcome: trainee.machineOutcome,
      seating: trainee.seating,
      reasons: trainee.reasons,
      markIds: trainee.evidence,
    }));
    await addSessionMarks(trx, firstRun, rules.id, marks, now);
    await dropEmbeddings(trx, id);
    const { validRounds } = attendance;
    await appendLog(trx, now, {
      event: "session-closed",
      session: id,
      validRounds,
      ...(await lineCounts(trx, id)),
    });
    if (attendance.shortfall === null) return;
    const { params } = attendance.shortfall;
    await openAlarm(trx, {
      id: ctx.random.uuid(),
      code: "session-short",
      subject: id,
      detail: params,
      at: now,
    });
  });
}

/** All that is known of a session, as the attendance policy takes it. */
export async function sessionRecord(
  ctx: Context,
  session: Session,
  rules: RuleVersion,
): Promise<SessionRecord> {
  const roster = await rosterAt(ctx.db, session.courseId, session.frame.startsAt);
  const rounds = await roundsOfSession(ctx.db, session.id);
  const marks = await marksOfSession(ctx.db, session.id);
  const leaves = await approvedLeaves(ctx.db, session.courseId);
  return {
    session: session.frame,
    rounds: rounds.map((round) => ({
      roundId: round.id,
      valid: round.status === "recognised",
      marks: marks.filter((mark) => mark.roundId === round.id).map((mark) => ({ ...mark, markId: mark.id })),
    })),
    corrections: (await correctionsOfSession(ctx.db, session.id)).map(personsWord),
    leaves: leaves.map(({ id, ...leave }) => ({ ...leave, leaveId: id, approved: true })),
    trainees: roster?.trainees.map((trainee) => trainee.id) ?? [],
    rules: rules.rules,
  };
}

function personsWord({ traineeId, roundId, outcome, madeBy, madeAt, why }: Correction): PersonsWord {
  return { traineeId, roundId, outcome, by: madeBy, at: madeAt, why } as PersonsWord;
}

async function reveal(ctx: Context, trx: Trx, plan: CapturePlan, now: Date): Promise<void> {
  const seed = ctx.vault.open(plan.seedSealed, `plan-seed ${plan.id}`);
  await revealSeed(trx, plan.id, seed, now);
  const revealed = { plan: plan.id, commitment: plan.commitment, seed: Buffer.from(seed).toString("hex") };
  await appendLog(trx, now, { event: "reveal", session: plan.sessionId, ...revealed });
}
