import { verifierKey } from "../../services/evidence/signed-note.ts";
import { SisoError } from "../../services/errors.ts";
import { addLogKey, logId, logKeys } from "../../db/queries/log-checkpoints.ts";
import type { Trx } from "../../db/client.ts";
import type { Context } from "../context.ts";

export type LogContext = Pick<Context, "db" | "clock" | "random" | "logSigner" | "timestamps" | "log">;

/** Name of the log in its checkpoints. */
function originOf(id: string): string {
  return `siso/${id}`;
}

/**
 * The log's identity and its key's place in the database. A key that was rotated since this process read it, or by a process that
 * was killed on the way, is taken up from its file. A log whose key was lost or exchanged refuses to go on, because what it signed
 * from now on would vouch for nothing. Throws `key-missing`.
 */
export async function openLog(ctx: LogContext): Promise<{ origin: string; key: string }> {
  const at = ctx.clock.now();
  const id = (await logId(ctx.db)) ?? (await logId(ctx.db, { id: ctx.random.uuid(), at })) ?? "";
  const origin = originOf(id);
  const key = verifierKey(origin, ctx.logSigner.publicKey);
  const keys = await logKeys(ctx.db);
  if (keys.length === 0) {
    await addLogKey(ctx.db, { verifierKey: key, fromSize: 0, since: at, rotationNote: null });
    return openLog(ctx);
  }
  const newest = keys.at(-1)?.verifierKey ?? "";
  if (newest === key) return { origin, key };
  await ctx.logSigner.reread?.((publicKey) => verifierKey(origin, publicKey) === newest);
  if (verifierKey(origin, ctx.logSigner.publicKey) !== newest) throw otherKey(newest, key);
  return { origin, key: newest };
}

/** Under the tree's lock: nobody signs with a key after another was named. Throws `key-missing`. */
export async function requireNewestKey(trx: Trx, key: string): Promise<void> {
  const newest = (await logKeys(trx)).at(-1)?.verifierKey ?? "";
  if (newest !== key) throw otherKey(newest, key);
}

function otherKey(expected: string, found: string): SisoError {
  return new SisoError("key-missing", {
    vi: `Khóa ký nhật ký (${found}) không phải khóa đang dùng của nhật ký (${expected}); hãy khôi phục tệp khóa từ bản sao lưu`,
    en: `The log's signing key (${found}) is not the one in use (${expected}); restore its file from the backup`,
  });
}
