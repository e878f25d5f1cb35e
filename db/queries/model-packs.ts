import type { PackId } from "../../services/types.ts";
import type { Db } from "../client.ts";

/** Gives the pack its row: analyses, templates, marks and kept faces point at it. */
export async function namePack(db: Db, id: PackId): Promise<void> {
  await db
    .insertInto("modelPack")
    .values({ id })
    .onConflict((c) => c.doNothing())
    .execute();
}

/** What the pack's numbers came from when it was last opened to write; null before that. */
export async function fingerprintOf(db: Db, id: PackId): Promise<string | null> {
  const row = await db.selectFrom("modelPack").select("fingerprint").where("id", "=", id).executeTakeFirst();
  return row?.fingerprint ?? null;
}

/** Written once: a pack never changes under its name. */
export async function keepFingerprint(db: Db, id: PackId, fingerprint: string): Promise<void> {
  await namePack(db, id);
  await db
    .updateTable("modelPack")
    .set({ fingerprint })
    .where("id", "=", id)
    .where("fingerprint", "is", null)
    .execute();
}
