import { rotationText, signedNote, verifierKey } from "../../services/evidence/signed-note.ts";
import type { LogSigner } from "../../services/ports.ts";
import { addLogKey, latestCheckpoint } from "../../db/queries/log-checkpoints.ts";
import { lockTree } from "../../db/queries/log-tree.ts";
import { appendLog } from "../../db/queries/log.ts";
import { checkpointLog } from "./checkpoint-log.ts";
import { openLog, requireNewestKey, type LogContext } from "./open-log.ts";

/**
 * The old key signs everything so far and names the new one; from the next line on the new one signs. `next` gives a new key that
 * is safe on the disk; it is adopted as the key file only when the database knows it, so that whoever starts after an interruption
 * finds the key in use. Returns the new verifier key and a context that signs with it.
 */
export async function rotateLogKey<C extends LogContext>(
  ctx: C,
  next: () => Promise<{ old: LogSigner; fresh: LogSigner; adopt: (at: Date) => Promise<void> }>,
): Promise<{ key: string; ctx: C }> {
  const { origin, key: oldKey } = await openLog(ctx);
  await checkpointLog(ctx, "rotation");
  const { old, fresh, adopt } = await next();
  const key = verifierKey(origin, fresh.publicKey);
  const since = ctx.clock.now();
  await ctx.db.transaction().execute(async (trx) => {
    await lockTree(trx);
    await requireNewestKey(trx, oldKey);
    // Not the checkpoint above: somebody may have signed a larger one since.
    const fromSize = (await latestCheckpoint(trx))?.size ?? 0;
    const text = rotationText(origin, fromSize, key);
    const rotationNote = signedNote(text, origin, old.publicKey, (message) => old.sign(message));
    await addLogKey(trx, { verifierKey: key, fromSize, since, rotationNote });
    await appendLog(trx, since, { event: "key-rotation", oldKey, newKey: key, fromSize });
  });
  await adopt(since);
  const rotated = { ...ctx, logSigner: fresh };
  await checkpointLog(rotated, "rotation");
  return { key, ctx: rotated };
}
