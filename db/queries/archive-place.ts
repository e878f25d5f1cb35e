import { sql } from "kysely";
import type { Db } from "../client.ts";
import { forgetSecondReadings } from "./fixity-folders.ts";

export interface ArchivePlace {
  archiveId: string;
  secondPlace: string | null;
}

/** Which archive this database belongs to; null when it has never met one. */
export async function archivePlace(db: Db): Promise<ArchivePlace | null> {
  const row = await db.selectFrom("archivePlace").select(["archiveId", "secondPlace"]).executeTakeFirst();
  return row ?? null;
}

/** The first id stays whatever comes later. */
export async function noteArchive(db: Db, archiveId: string, at: Date): Promise<void> {
  await db
    .insertInto("archivePlace")
    .values({ archiveId, notedAt: at })
    .onConflict((c) => c.doNothing())
    .execute();
}

/** Another second store holds no copy yet: every row says so until the copy is made. */
export async function useSecondPlace(db: Db, secondPlace: string | null, at: Date): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx.updateTable("archivePlace").set({ secondPlace, notedAt: at }).execute();
    await trx
      .updateTable("archiveObject")
      .set({ secondKeptUntil: null })
      .where("secondKeptUntil", "is not", null)
      .execute();
    await forgetSecondReadings(trx);
  });
}

/** How far this database has come: how much it knows, and its newest log line. */
export async function databaseState(db: Db): Promise<{ objects: boolean; logSeq: number }> {
  const { rows } = await sql<{ objects: boolean; seq: string | null }>`
    select exists (select from archive_object) as objects, (select max(seq) from archive_log) as seq`.execute(
    db,
  );
  const [row] = rows;
  return { objects: row?.objects ?? false, logSeq: Number(row?.seq ?? 0) };
}

export async function logLine(db: Db, seq: number): Promise<string | null> {
  const row = await db
    .selectFrom("archiveLog")
    .select("line")
    .where("seq", "=", String(seq))
    .executeTakeFirst();
  return row?.line ?? null;
}

/** The first look at the clock on each day is kept. */
export async function noteClockDay(db: Db, at: Date): Promise<void> {
  await db
    .insertInto("clockDay")
    .values({ day: at.toISOString().slice(0, 10), seenAt: at })
    .onConflict((c) => c.doNothing())
    .execute();
}

/** Every day since, the one it falls on included, oldest first, on which the service looked at its clock. */
export async function clockDays(db: Db, since: Date): Promise<Date[]> {
  const rows = await db
    .selectFrom("clockDay")
    .select("seenAt")
    .where("day", ">=", since.toISOString().slice(0, 10))
    .orderBy("seenAt")
    .execute();
  return rows.map(({ seenAt }) => seenAt);
}

/** The database server's clock. */
export async function databaseClock(db: Db): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db);
  return rows[0]?.now ?? new Date(Number.NaN);
}

/** The newest instant anything archived or logged carries. */
export async function newestTrace(db: Db): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select greatest((select at from archive_log order by seq desc limit 1),
      (select max(seen_at) from clock_day)) as at`.execute(db);
  return rows[0]?.at ?? null;
}

/** When the oldest object of a disposal was stored. */
export async function oldestStored(db: Db, disposalId: string): Promise<Date | null> {
  const row = await db
    .selectFrom("disposalItem")
    .innerJoin("archiveObject", "archiveObject.objectId", "disposalItem.objectId")
    .select((eb) => eb.fn.min("storedAt").as("storedAt"))
    .where("disposalId", "=", disposalId)
    .executeTakeFirst();
  return row?.storedAt ?? null;
}
