import { sql } from "kysely";
import type { Db } from "../client.ts";

/** When each of the archive's 256 folders was last read back, in each store. */

/** One store of a folder was read; for the second, null where its turn came and it was away. */
export async function noteFolderRead(
  db: Db,
  shard: number,
  read: { first?: Date; second?: Date | null },
): Promise<void> {
  const values = {
    ...(read.first && { firstReadAt: read.first }),
    ...(read.second !== undefined && { secondOwed: read.second === null }),
    ...(read.second && { secondReadAt: read.second }),
  };
  if (Object.keys(values).length === 0) return;
  await db
    .insertInto("fixityFolder")
    .values({ shard, ...values })
    .onConflict((c) => c.column("shard").doUpdateSet(values))
    .execute();
}

/** Folders whose second copy is still to be read, after a night on which it was away; lowest first. */
export async function owedFolders(db: Db): Promise<number[]> {
  const rows = await db
    .selectFrom("fixityFolder")
    .select("shard")
    .where("secondOwed", "=", true)
    .orderBy("shard")
    .execute();
  return rows.map(({ shard }) => shard);
}

export async function noteFolderCaughtUp(db: Db, shard: number): Promise<void> {
  await db.updateTable("fixityFolder").set({ secondOwed: false }).where("shard", "=", shard).execute();
}

/** Another second store: nothing of it was read, and nothing is owed. */
export async function forgetSecondReadings(db: Db): Promise<void> {
  await db.updateTable("fixityFolder").set({ secondReadAt: null, secondOwed: false }).execute();
}

/** How many finished nights in a row, the latest first, left out second copies. */
export async function nightsLeftOut(db: Db): Promise<number> {
  const { rows } = await sql<{ nights: number }>`
    select count(*)::int as nights from fixity_run where kind = 'share' and finished_at is not null
      and finished_at > coalesce((select max(finished_at) from fixity_run
        where kind = 'share' and finished_at is not null and second_left_out = 0), '-infinity')`.execute(db);
  return rows[0]?.nights ?? 0;
}

export interface OldestReading {
  /** Null while there is nothing to read yet. */
  first: Date | null;
  /** Null without a second store. */
  second: Date | null;
}

/** Of the folder read longest ago; one never read counts from the service's first day, or the second store's. */
export async function oldestReading(db: Db): Promise<OldestReading> {
  const { rows } = await sql<OldestReading>`
    select min(coalesce(first_read_at, began)) as first,
      min(case when second_place is not null then coalesce(second_read_at, greatest(began, noted_at)) end) as second
    from archive_place cross join (select min(seen_at) as began from clock_day) days
      cross join generate_series(0, 255) as each(shard) left join fixity_folder using (shard)`.execute(db);
  return rows[0] ?? { first: null, second: null };
}

/** Troubles that stand, by store and kind. */
export async function troubleCounts(
  db: Db,
): Promise<{ store: "first" | "second"; kind: string; count: number }[]> {
  const { rows } = await sql<{ store: "first" | "second"; kind: string; count: number }>`
    select store, kind, count(*)::int as count from archive_trouble where repaired_at is null group by 1, 2`.execute(
    db,
  );
  return rows;
}
