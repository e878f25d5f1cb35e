import { sql } from "kysely";
import type { Db } from "../client.ts";

export type StoreName = "first" | "second";

/** Bytes free in a store as just measured; null where nobody can tell. */
export async function noteRoom(db: Db, store: StoreName, freeBytes: number | null): Promise<void> {
  if (freeBytes === null) {
    await db.deleteFrom("storeRoom").where("store", "=", store).execute();
    return;
  }
  const values = { freeBytes: String(Math.floor(freeBytes)), measuredAt: sql<Date>`clock_timestamp()` };
  await db
    .insertInto("storeRoom")
    .values({ store, ...values })
    .onConflict((c) => c.column("store").doUpdateSet(values))
    .execute();
}

/** What was measured within the last minutes: an older figure says nothing of now. */
export async function roomNow(db: Db, minutes: number): Promise<{ store: StoreName; freeBytes: number }[]> {
  const rows = await db
    .selectFrom("storeRoom")
    .select(["store", "freeBytes"])
    .where("measuredAt", ">", sql<Date>`clock_timestamp() - make_interval(mins => ${minutes})`)
    .execute();
  return rows.map(({ store, freeBytes }) => ({ store, freeBytes: Number(freeBytes) }));
}
