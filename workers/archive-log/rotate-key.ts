import { rotationText, signedNote, verifierKey } from "../../services/evidence/signed-note.ts";
import type { LogSigner } from "../../services/ports.ts";
import { addLogKey } from "../../db/queries/log-checkpoints.ts";
import { appendLog } from "../../db/queries/log.ts";
import { checkpointLog } from "./checkpoint-log.ts";
import { openLog, type LogContext } from "./open-log.ts";

/**
 * The old key signs everything so far and names the new one; from the next line on the new one signs. `replace` exchanges the
 * files. Returns the new verifier key and a context that signs with it.
 */
export async function rotateLogKey<C extends LogContext>(
  ctx: C,
  replace: () => Promise<{ old: LogSigner; fresh: LogSigner }>,
): Promise<{ key: string; ctx: C }> {
  const { origin, key: oldKey } = await openLog(ctx);
  const { size: fromSize } = await checkpointLog(ctx, "rotation");
  const { old, fresh } = await replace();
  const key = verifierKey(origin, fresh.publicKey);
  const text = rotationText(origin, fromSize, key);
  const rotationNote = signedNote(text, origin, old.publicKey, (message) => old.sign(message));
  const since = ctx.clock.now();
  await ctx.db.transaction().execute(async (trx) => {
    await addLogKey(trx, { verifierKey: key, fromSize, since, rotationNote });
    await appendLog(trx, since, { event: "key-rotation", oldKey, newKey: key, fromSize });
  });
  const rotated = { ...ctx, logSigner: fresh };
  await checkpointLog(rotated, "rotation");
  return { key, ctx: rotated };
}
