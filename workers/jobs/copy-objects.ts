import { createHash } from "node:crypto";
import { closeAlarm } from "../../db/queries/alarms.ts";
import { noteSecondCopy, uncopiedObjects } from "../../db/queries/copies.ts";
import { noteTrouble } from "../../db/queries/fixity.ts";
import type { ObjectStore } from "../../services/ports.ts";
import type { UncopiedObject } from "../../db/queries/copies.ts";
import type { Context } from "../context.ts";
import { recogniseSecond, secondBehind, secondUnset } from "../keeping/second-store.ts";

/** The sweep rings again for the rest. */
const objectsAtOnce = 200;

/**
 * Brings to the second store what is not there yet, oldest first. A second store that is away, full or another archive's is an
 * alarm; the first copy is kept and the copying goes on when it can: nothing captured waits for it or is lost by it.
 */
export async function copyObjects(ctx: Context): Promise<void> {
  const { second } = ctx.archive.stores;
  if (second === null) return secondUnset(ctx);
  const now = ctx.clock.now();
  try {
    await recogniseSecond(ctx, second);
    for (const object of await uncopiedObjects(ctx.db, objectsAtOnce)) await copyOne(ctx, second, object);
  } catch (error) {
    ctx.log.error({ err: error }, "the second copy cannot be made");
    return secondBehind(ctx, error);
  }
  await closeAlarm(ctx.db, "second-copy-behind", "archive", now);
}

async function copyOne(ctx: Context, second: ObjectStore, object: UncopiedObject): Promise<void> {
  const { sha256, bytes, retainUntil } = object;
  const now = ctx.clock.now();
  // A lock that would end in the past is none; what is only waiting for its disposal is still copied.
  const lock = retainUntil > now ? retainUntil : undefined;
  if (object.copied) {
    if (lock) await second.keepUntil(sha256, lock);
  } else {
    const stored = await ctx.archive.stores.first.get(sha256);
    const whole = stored?.length === bytes && createHash("sha256").update(stored).digest("hex") === sha256;
    if (!whole) {
      const kind = stored === null ? "missing" : "altered";
      await noteTrouble(ctx.db, {
        id: ctx.random.uuid(),
        sha256,
        objectId: object.objectId,
        store: "first",
        kind,
        at: now,
      });
      return;
    }
    await second.put(sha256, stored, lock);
  }
  await noteSecondCopy(ctx.db, object.objectId, retainUntil);
}
