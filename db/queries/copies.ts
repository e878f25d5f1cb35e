import { sql } from "kysely";
import type { Db } from "../client.ts";

export interface UncopiedObject {
  objectId: string;
  sha256: string;
  bytes: number;
  retainUntil: Date;
  /** Whether a copy is there whose lock only has to be prolonged. */
  copied: boolean;
}

/** What is damaged in the first store waits for its repair. */
const uncopied = sql<boolean>`destroyed_at is null and (second_kept_until is null or second_kept_until < retain_until)
  and not exists (select from archive_trouble t where t.sha256 = archive_object.sha256 and t.store = 'first' and t.repaired_at is null)`;

/** The archive's row, when a second store is in use and anything is not yet in it. */
export async function copiesDue(db: Db): Promise<{ id: string; dueAt: Date }[]> {
  const { rows } = await sql<{ id: string; dueAt: Date }>`
    select archive_id as id, noted_at as "dueAt" from archive_place
    where second_place is not null and exists (select from archive_object where ${uncopied})`.execute(db);
  return rows;
}

/** What has no copy at all first, then what has one too short-lived; oldest first. */
export async function uncopiedObjects(db: Db, limit: number, skip: number): Promise<UncopiedObject[]> {
  const rows = await db
    .selectFrom("archiveObject")
    .select(["objectId", "sha256", "bytes", "retainUntil", "secondKeptUntil"])
    .where(uncopied)
    .orderBy("secondKeptUntil", (order) => order.asc().nullsFirst())
    .orderBy("storedAt")
    .limit(limit)
    .offset(skip)
    .execute();
  return rows.map(({ secondKeptUntil, bytes, ...row }) => ({
    ...row,
    bytes: Number(bytes),
    copied: secondKeptUntil !== null,
  }));
}

export async function countUncopied(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int from archive_object where ${uncopied}`.execute(db);
  return rows[0]?.count ?? 0;
}

/** The same for whoever watches; null where no second store is in use. */
export async function copiesWaiting(db: Db): Promise<number | null> {
  const place = await db.selectFrom("archivePlace").select("secondPlace").executeTakeFirst();
  return place?.secondPlace ? countUncopied(db) : null;
}

/**
 * Does what writes the object's bytes while no disposal can destroy its key: null, and nothing is done, when it is destroyed
 * already. The lock is the row's; `work` must not change that row on another connection.
 */
export async function whileKept<T>(db: Db, objectId: string, work: () => Promise<T>): Promise<T | null> {
  return db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom("archiveObject")
      .select("objectId")
      .where("objectId", "=", objectId)
      .where("destroyedAt", "is", null)
      .forShare()
      .executeTakeFirst();
    return row === undefined ? null : work();
  });
}

/** The second store holds the object, locked until then. */
export async function noteSecondCopy(db: Db, objectId: string, until: Date): Promise<void> {
  await db
    .updateTable("archiveObject")
    .set({ secondKeptUntil: until })
    .where("objectId", "=", objectId)
    .execute();
}

/** It turned out not to be there, whatever was noted. */
export async function noteNoSecondCopy(db: Db, objectId: string): Promise<void> {
  await db
    .updateTable("archiveObject")
    .set({ secondKeptUntil: null })
    .where("objectId", "=", objectId)
    .execute();
}

export async function anyCopied(db: Db): Promise<boolean> {
  const { rows } = await sql<{ any: boolean }>`
    select exists (select from archive_object where second_kept_until is not null) as any`.execute(db);
  return rows[0]?.any ?? false;
}
