import { noteRoom } from "../../db/queries/store-room.ts";
import type { ObjectStore } from "../../services/ports.ts";
import type { Context } from "../context.ts";

/** A disk on the network that is gone may never answer. */
const deadlineMs = 2_000;
const asked = new WeakMap<ObjectStore, Promise<number | null>>();

/** How much room each store has left, for `/metrics`. A store that does not say has no figure; what is wrong with it is told elsewhere. */
export async function measureRoom(ctx: Pick<Context, "db" | "archive">): Promise<void> {
  const { first, second } = ctx.archive.stores;
  await noteRoom(ctx.db, "first", await freeIn(first));
  await noteRoom(ctx.db, "second", second === null ? null : await freeIn(second));
}

/** A store that still owes the last answer is not asked again. */
async function freeIn(store: ObjectStore): Promise<number | null> {
  const answer = asked.get(store) ?? ask(store).finally(() => asked.delete(store));
  asked.set(store, answer);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), deadlineMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function ask(store: ObjectStore): Promise<number | null> {
  try {
    const free = await store.freeBytes();
    return Number.isFinite(free) ? free : null;
  } catch {
    return null;
  }
}
