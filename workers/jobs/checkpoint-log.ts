import { logsToSign } from "../../db/queries/log-checkpoints.ts";
import { checkpointLog as sign } from "../archive-log/checkpoint-log.ts";
import { stampCheckpoints } from "../archive-log/stamp-checkpoints.ts";
import type { Context } from "../context.ts";

/** At least daily: everything committed gets its place, the tree a signed checkpoint, the checkpoint a token from outside. */
export async function checkpointLog(ctx: Context): Promise<void> {
  const due = await logsToSign(ctx.db, ctx.clock.now());
  if (due.length === 0) return;
  await sign(ctx, "daily");
  await stampCheckpoints(ctx);
}
