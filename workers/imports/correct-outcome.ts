import { standing } from "../../services/attendance/correction.ts";
import { SisoError } from "../../services/errors.ts";
import type { RoundId, SessionId, SessionOutcome, TraineeId } from "../../services/types.ts";
import { addCorrection, correctionsOfSession } from "../../db/queries/marks.ts";
import { rulesOfSession } from "../../db/queries/rules.ts";
import { lockSession } from "../../db/queries/sessions.ts";
import type { Context } from "../context.ts";
import { personsWord, settleSession } from "../jobs/settle-session.ts";

interface SaidOf {
  traineeId: TraineeId;
  /** Null for the whole session. */
  roundId: RoundId | null;
  by: string;
  why: string;
}

/** A decision on an outcome, or one taken back: `withdraws` is its id. */
export type OutcomeCorrection = SaidOf &
  ({ outcome: SessionOutcome; withdraws: null } | { outcome: null; withdraws: string });

/**
 * A person's word on a session that was held: a new row beside the machine's, and the session counted again with it. Throws
 * `input-invalid` when what it takes back was taken back meanwhile.
 */
export async function correctOutcome(
  ctx: Pick<Context, "db" | "clock" | "random">,
  sessionId: SessionId,
  { by, ...said }: OutcomeCorrection,
): Promise<void> {
  await ctx.db.transaction().execute(async (trx) => {
    const session = await lockSession(trx, sessionId);
    if (session.status !== "closed") throw notClosed();
    if (said.withdraws !== null) {
      const words = standing((await correctionsOfSession(trx, sessionId)).map(personsWord));
      if (!words.some((word) => isIt(word, said))) throw nothingToWithdraw();
    }
    const madeAt = ctx.clock.now();
    await addCorrection(trx, sessionId, { ...said, id: ctx.random.uuid(), madeBy: by, madeAt });
    await settleSession(ctx, trx, session, await rulesOfSession(trx, session), madeAt);
  });
}

function isIt(
  word: { id: string; traineeId: TraineeId; roundId: RoundId | null },
  said: Pick<OutcomeCorrection, "withdraws" | "traineeId" | "roundId">,
): boolean {
  return word.id === said.withdraws && word.traineeId === said.traineeId && word.roundId === said.roundId;
}

export function notClosed(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Buổi học chưa chốt: kết quả chưa có để sửa. Sửa sau khi buổi học kết thúc và đã chốt.",
    en: "The session is not closed: there is no outcome to correct yet. Correct it once the session is over and closed.",
  });
}

function nothingToWithdraw(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Lần sửa này vừa được người khác rút lại. Chạy lại lệnh để xem kết quả bây giờ.",
    en: "Somebody has just withdrawn this correction. Run the command again to see what stands now.",
  });
}
