import { SisoError } from "../../services/errors.ts";
import { sameMark } from "../../services/rollcall/same-decision.ts";
import type { CourseId, MarkVerdict, Reason } from "../../services/types.ts";
import { appendLog } from "../../db/queries/log.ts";
import { marksOfRound } from "../../db/queries/marks.ts";
import { lockSession } from "../../db/queries/sessions.ts";
import type { Trx } from "../../db/client.ts";
import type { Context } from "../context.ts";
import type { DecidedRound } from "../jobs/decide-held.ts";
import { settleSession } from "../jobs/settle-session.ts";
import { writeRun } from "../jobs/write-run.ts";
import type { ReplayedSession } from "./replay-session.ts";

/** Who asked for a replay and why; every mark it changes says so. */
export interface ReplayOrder {
  by: string;
  why: string;
}

/**
 * Writes all that a replay changes as one more run, in one transaction: a process killed on the way leaves nothing. Marks
 * written by somebody else since they were compared refuse the whole.
 */
export async function writeReplay(
  ctx: Context,
  courseId: CourseId,
  replayed: readonly ReplayedSession[],
  order: ReplayOrder,
): Promise<void> {
  const now = ctx.clock.now();
  await ctx.db.transaction().execute(async (trx) => {
    let rounds = 0;
    for (const one of replayed.filter(({ skipped }) => skipped === null)) {
      const session = await lockSession(trx, one.session.id);
      const params = { ...order, enrolledUntil: one.enrolledUntil.toISOString() };
      const reason: Reason = { code: "recomputed", params };
      for (const decided of one.decided.rounds.filter(({ changed }) => changed)) {
        await unchangedSince(trx, decided);
        const { marks, strangers } = decided.decision;
        const said = { marks: marks.map((mark) => explained(mark, decided, reason)), strangers };
        await writeRun(ctx, trx, decided.round.id, one.setting, one.rules, said, now);
        rounds += 1;
      }
      await settleSession(ctx, trx, session, one.rules, now);
    }
    const sessions = replayed.length;
    await appendLog(trx, now, { event: "replay", course: courseId, pack: ctx.faces.id, sessions, rounds });
  });
}

/** Only marks that say something new are new because of this replay. */
function explained(mark: MarkVerdict, { written }: DecidedRound, reason: Reason): MarkVerdict {
  const was = written.find(({ traineeId }) => traineeId === mark.traineeId);
  if (was !== undefined && sameMark(was, mark)) {
    const earlier = was.reasons.filter(({ code }) => code === "recomputed");
    return { ...mark, reasons: [...mark.reasons, ...earlier] };
  }
  return { ...mark, reasons: [...mark.reasons, reason] };
}

async function unchangedSince(trx: Trx, { round, written }: DecidedRound): Promise<void> {
  const now = new Set((await marksOfRound(trx, round.id)).map(({ id }) => id));
  if (now.size === written.length && written.every(({ id }) => now.has(id))) return;
  throw new SisoError("input-invalid", {
    vi: "Trong lúc so sánh, kết quả của buổi học đã được tính lại bởi một lệnh khác. Chưa ghi gì; hãy chạy lại lệnh này.",
    en: "Another command recomputed the session while this one compared. Nothing was written; run this command again.",
  });
}
