import { SisoError } from "../../services/errors.ts";
import type { RoundId, SessionId, SessionOutcome, TraineeId } from "../../services/types.ts";
import { addCorrection } from "../../db/queries/marks.ts";
import { rulesOfSession } from "../../db/queries/rules.ts";
import { lockSession } from "../../db/queries/sessions.ts";
import type { Context } from "../context.ts";
import { settleSession } from "../jobs/settle-session.ts";

export interface OutcomeCorrection {
  traineeId: TraineeId;
  /** Null for the whole session. */
  roundId: RoundId | null;
  outcome: SessionOutcome;
  by: string;
  why: string;
}

/** A person's word on a session that was held: a new row beside the machine's, and the session counted again with it. */
export async function correctOutcome(
  ctx: Pick<Context, "db" | "clock" | "random">,
  sessionId: SessionId,
  { traineeId, roundId, outcome, by, why }: OutcomeCorrection,
): Promise<void> {
  await ctx.db.transaction().execute(async (trx) => {
    const session = await lockSession(trx, sessionId);
    if (session.status !== "closed") throw notClosed();
    const madeAt = ctx.clock.now();
    const id = ctx.random.uuid();
    await addCorrection(trx, sessionId, { id, traineeId, roundId, outcome, madeBy: by, why, madeAt });
    await settleSession(ctx, trx, session, await rulesOfSession(trx, session), madeAt);
  });
}

export function notClosed(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Buổi học chưa chốt: kết quả chưa có để sửa. Sửa sau khi buổi học kết thúc và đã chốt.",
    en: "The session is not closed: there is no outcome to correct yet. Correct it once the session is over and closed.",
  });
}
