import { checkpointText, signedNote } from "../../services/evidence/signed-note.ts";
import {
  addCheckpoint,
  latestCheckpoint,
  type CheckpointReason,
  type StoredCheckpoint,
} from "../../db/queries/log-checkpoints.ts";
import { lockTree } from "../../db/queries/log-tree.ts";
import { openLog, requireNewestKey, type LogContext } from "./open-log.ts";
import { treeRoot } from "./read-tree.ts";
import { sequenceLog } from "./sequence-log.ts";

/** A signed checkpoint over every line committed so far; the newest one when nothing was added since. */
export async function checkpointLog(ctx: LogContext, reason: CheckpointReason): Promise<StoredCheckpoint> {
  const { origin, key } = await openLog(ctx);
  const madeAt = ctx.clock.now();
  const size = await sequenceLog(ctx.db);
  const root = await treeRoot(ctx.db, size);
  const text = checkpointText({ origin, size, root, madeAt });
  const note = signedNote(text, origin, ctx.logSigner.publicKey, (message) => ctx.logSigner.sign(message));
  const checkpoint = { id: ctx.random.uuid(), size, root, madeAt, reason, verifierKey: key, note };
  return ctx.db.transaction().execute(async (trx) => {
    await lockTree(trx);
    await requireNewestKey(trx, key);
    const latest = await latestCheckpoint(trx);
    // Somebody else was quicker; a smaller one now would look like a log that shrank.
    if (latest !== null && latest.size >= size && latest.verifierKey === key) return latest;
    await addCheckpoint(trx, { ...checkpoint, tokenDueAt: ctx.timestamps === null ? null : madeAt });
    return checkpoint;
  });
}
