import { SisoError } from "../../services/errors.ts";
import { closeAlarm, openAlarm } from "../../db/queries/alarms.ts";
import {
  addToken,
  checkpointsToStamp,
  checkpointsWithoutToken,
  tokenFailed,
} from "../../db/queries/log-checkpoints.ts";
import type { LogContext } from "./open-log.ts";

/** Asks the outside clock for a token over each checkpoint that wants one; what fails is tried again later and shown. */
export async function stampCheckpoints(ctx: LogContext): Promise<void> {
  const { timestamps } = ctx;
  if (timestamps === null) return;
  for (const { id, note, tokenAttempts } of await checkpointsToStamp(ctx.db, ctx.clock.now())) {
    try {
      const token = await timestamps.stamp(Buffer.from(note, "utf8"));
      await ctx.db
        .transaction()
        .execute((trx) => addToken(trx, id, { ...token, receivedAt: ctx.clock.now() }));
    } catch (error) {
      if (!(error instanceof SisoError) || error.code !== "timestamp-unavailable") throw error;
      ctx.log.warn({ err: error, checkpoint: id }, "no timestamp token yet");
      await tokenFailed(ctx.db, id, tokenAttempts, ctx.clock.now());
      // The others would meet the same silence.
      break;
    }
  }
  await noteWaiting(ctx);
}

async function noteWaiting(ctx: LogContext): Promise<void> {
  const waiting = await checkpointsWithoutToken(ctx.db);
  const at = ctx.clock.now();
  if (waiting === 0) return closeAlarm(ctx.db, "timestamp-late", "archive-log", at);
  await openAlarm(ctx.db, {
    id: ctx.random.uuid(),
    code: "timestamp-late",
    subject: "archive-log",
    detail: { checkpoints: waiting },
    at,
  });
}
