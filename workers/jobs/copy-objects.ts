import { createHash } from "node:crypto";
import { closeAlarm } from "../../db/queries/alarms.ts";
import { noteSecondCopy, uncopiedObjects, whileKept, type UncopiedObject } from "../../db/queries/copies.ts";
import { noteTrouble } from "../../db/queries/fixity.ts";
import { SisoError } from "../../services/errors.ts";
import type { ObjectStore } from "../../services/ports.ts";
import type { Context } from "../context.ts";
import { copyNotes, erasureFolder } from "../keeping/erasures.ts";
import { recogniseSecond, secondBehind, secondUnset } from "../keeping/second-store.ts";

/** Cameras and faces have no part in copying. */
type Copying = Pick<Context, "db" | "archive" | "clock" | "random" | "log">;

/** The sweep rings again for the rest. */
const objectsAtOnce = 200;

/** With so many that cannot be copied it is the store that refuses, not the objects. */
const failuresBorne = 200;

/**
 * Brings to the second store what is not there yet. A second store that is away, full or another archive's is an alarm; the
 * first copy is kept and the copying goes on when it can. One object that cannot be read or is refused holds up no other.
 */
export async function copyObjects(ctx: Copying): Promise<void> {
  const { second } = ctx.archive.stores;
  if (second === null) return secondUnset(ctx);
  try {
    await recogniseSecond(ctx, second);
    await copyNotes(ctx.archive.stores.first, second, erasureFolder);
    const failures = await copyAll(ctx, second);
    const [one] = failures;
    if (one !== undefined) throw couldNot(failures.length, one);
  } catch (error) {
    ctx.log.error({ err: error }, "the second copy cannot be made");
    return secondBehind(ctx, error);
  }
  await closeAlarm(ctx.db, "second-copy-behind", "archive", ctx.clock.now());
}

/** What failed is passed over, so that it never fills the whole round by itself. */
async function copyAll(ctx: Copying, second: ObjectStore): Promise<unknown[]> {
  const failures: unknown[] = [];
  let copied = 0;
  while (copied < objectsAtOnce && failures.length < failuresBorne) {
    const objects = await uncopiedObjects(ctx.db, objectsAtOnce, failures.length);
    if (objects.length === 0) break;
    for (const object of objects) {
      try {
        await copyOne(ctx, second, object);
        copied += 1;
      } catch (error) {
        ctx.log.error({ err: error, sha256: object.sha256 }, "one object cannot be copied");
        failures.push(error);
        // The store itself gone: no other object would fare better.
        await recogniseSecond(ctx, second);
      }
    }
  }
  return failures;
}

async function copyOne(ctx: Copying, second: ObjectStore, object: UncopiedObject): Promise<void> {
  const { sha256, retainUntil } = object;
  const now = ctx.clock.now();
  // A lock that would end in the past is none; what is only waiting for its disposal is still copied.
  const lock = retainUntil > now ? retainUntil : undefined;
  if (object.copied) {
    if (lock) await second.keepUntil(sha256, lock);
  } else {
    const stored = await readFirst(ctx, object);
    if (stored === null) return;
    if ((await whileKept(ctx.db, object.objectId, () => put(second, sha256, stored, lock))) === null) return;
  }
  await noteSecondCopy(ctx.db, object.objectId, retainUntil);
}

async function put(second: ObjectStore, sha256: string, stored: Uint8Array, lock?: Date): Promise<true> {
  await second.put(sha256, stored, lock);
  return true;
}

/** Null, noted as a trouble, when the first copy is not whole or cannot be read. */
async function readFirst(ctx: Copying, object: UncopiedObject): Promise<Uint8Array | null> {
  const { sha256, objectId } = object;
  const stored = await ctx.archive.stores.first.get(sha256).catch((error: unknown) => {
    ctx.log.error({ err: error, sha256 }, "the first copy cannot be read");
    return undefined;
  });
  const whole =
    stored?.length === object.bytes && createHash("sha256").update(stored).digest("hex") === sha256;
  if (whole) return stored ?? null;
  const kind = stored === null ? ("missing" as const) : ("altered" as const);
  const at = ctx.clock.now();
  await noteTrouble(ctx.db, { id: ctx.random.uuid(), sha256, objectId, store: "first", kind, at });
  return null;
}

function couldNot(count: number, first: unknown): SisoError {
  const why = first instanceof Error ? first.message : String(first);
  return new SisoError(
    "store-unavailable",
    {
      vi: `${count} đối tượng chưa chép được sang bản sao thứ hai; lỗi đầu tiên: ${why}`,
      en: `${count} objects could not be copied to the second store; the first failure: ${why}`,
    },
    first,
  );
}
