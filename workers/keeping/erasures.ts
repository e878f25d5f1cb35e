import { destroyedToNote, notedDestroyed } from "../../db/queries/people.ts";
import type { ArchiveStores, ObjectStore, Vault } from "../../services/ports.ts";
import type { Context } from "../context.ts";
import { secondBehind } from "./second-store.ts";

/** People whose key was destroyed, by id: a database restored from before must not bring their faces back. */
export interface Erasure {
  trainee: string;
  at: string;
}

export const erasureFolder = "erasures";

/** So many in one note; the next sweep notes the rest. */
const atOnce = 2_000;

/**
 * The archive is told of every person's key destroyed since the last time: sealed by the vault, ids only, in both stores. Right
 * after an erasure and at every sweep.
 */
export async function noteErasures(
  ctx: Pick<Context, "db" | "clock" | "random" | "archive" | "vault">,
): Promise<void> {
  const people = await destroyedToNote(ctx.db, atOnce);
  if (people.length === 0) return;
  const id = ctx.random.uuid();
  const erasures: Erasure[] = people.map(({ traineeId, at }) => ({
    trainee: traineeId,
    at: at.toISOString(),
  }));
  const sealed = ctx.vault.seal(Buffer.from(JSON.stringify(erasures)), contextOf(id));
  const { first, second } = ctx.archive.stores;
  await first.putNote(`${erasureFolder}/${id}`, sealed);
  await notedDestroyed(
    ctx.db,
    people.map(({ traineeId }) => traineeId),
    ctx.clock.now(),
  );
  if (second === null) return;
  await copyNotes(first, second, erasureFolder).catch((error: unknown) => secondBehind(ctx, error));
}

/** Notes of a folder that the other place does not have yet. */
export async function copyNotes(
  from: Pick<ObjectStore, "note" | "notes">,
  to: Pick<ObjectStore, "notes" | "putNote">,
  folder: string,
): Promise<void> {
  const there = new Set(await to.notes(folder));
  for (const name of await from.notes(folder)) {
    const note = there.has(name) ? null : await from.note(`${folder}/${name}`);
    if (note !== null) await to.putNote(`${folder}/${name}`, note);
  }
}

/** Everybody any of these places remembers. Throws `archive-corrupt` for a note that was forged or damaged. */
export async function erasuresIn(
  stores: readonly Pick<ArchiveStores["first"], "note" | "notes">[],
  vault: Vault,
): Promise<Erasure[]> {
  const found = new Map<string, Erasure>();
  for (const store of stores) {
    for (const id of await store.notes(erasureFolder)) {
      const sealed = await store.note(`${erasureFolder}/${id}`);
      if (sealed === null) continue;
      const text = Buffer.from(vault.open(sealed, contextOf(id))).toString("utf8");
      for (const erasure of JSON.parse(text) as Erasure[]) found.set(erasure.trainee, erasure);
    }
  }
  return [...found.values()];
}

function contextOf(id: string): string {
  return `erasures ${id}`;
}
