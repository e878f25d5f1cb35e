import { sql } from "kysely";
import type { Db } from "../client.ts";

export interface KeptObject {
  objectId: string;
  sha256: string;
  bytes: number;
  destroyed: boolean;
  inSecond: boolean;
  retainUntil: Date;
}

export interface FixityRun {
  id: string;
  kind: "share" | "all";
  dueAt: Date;
  fromShard: number;
  shards: number | null;
  shardsDone: number;
  objects: number;
  bytes: number;
  troubles: number;
  repaired: number;
  /** Folders whose second copy could not be read. */
  secondLeftOut: number;
  startedAt: Date | null;
  finishedAt: Date | null;
}

/** As the index has it: by folder and then in order of time, so that new objects go to the same few pages. */
const folderOfObject = sql<string>`left(archive_object.sha256, 2)`;

/** What the rows say should be in a folder. */
export async function objectsOfFolder(db: Db, folder: string): Promise<KeptObject[]> {
  const rows = await db
    .selectFrom("archiveObject")
    .select(["objectId", "sha256", "bytes", "destroyedAt", "secondKeptUntil", "retainUntil"])
    .where(folderOfObject, "=", folder)
    .orderBy("sha256")
    .execute();
  return rows.map(({ destroyedAt, secondKeptUntil, bytes, ...row }) => ({
    ...row,
    bytes: Number(bytes),
    destroyed: destroyedAt !== null,
    inSecond: secondKeptUntil !== null,
  }));
}

/** Names in a folder of a store of whose bytes something stands. */
export async function troubledObjects(
  db: Db,
  folder: string,
  store: StoreName,
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom("archiveTrouble")
    .select("sha256")
    .where("sha256", ">=", folder)
    .where("sha256", "<", afterFolder(folder))
    .where("store", "=", store)
    .where("kind", "!=", "named-twice")
    .where("repairedAt", "is", null)
    .execute();
  return new Set(rows.map(({ sha256 }) => sha256));
}

/** The first name that comes after all names of a folder; after `ff` no hexadecimal digit does. */
function afterFolder(folder: string): string {
  return folder === "ff" ? "g" : (Number.parseInt(folder, 16) + 1).toString(16).padStart(2, "0");
}

/** Those of the names in a folder that have a row by now. */
export async function namesWithRow(
  db: Db,
  folder: string,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  if (names.length === 0) return new Set();
  const rows = await db
    .selectFrom("archiveObject")
    .select("sha256")
    .where(folderOfObject, "=", folder)
    .where("sha256", "=", sql<string>`any(${names})`)
    .execute();
  return new Set(rows.map(({ sha256 }) => sha256));
}

export async function fixityDue(db: Db, until: Date): Promise<{ id: string; dueAt: Date }[]> {
  return db
    .selectFrom("fixityRun")
    .select(["id", "dueAt"])
    .where("kind", "=", "share")
    .where("finishedAt", "is", null)
    .where("dueAt", "<=", until)
    .execute();
}

/** Nothing when a nightly share is planned already. */
export async function planFixity(
  db: Db,
  run: { id: string; kind: "share" | "all"; dueAt: Date; fromShard: number },
): Promise<void> {
  await db
    .insertInto("fixityRun")
    .values(run)
    .onConflict((c) => c.doNothing())
    .execute();
}

export async function fixityRun(db: Db, id: string): Promise<FixityRun> {
  const row = await db.selectFrom("fixityRun").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  return { ...row, bytes: Number(row.bytes) };
}

export async function lastFixity(db: Db, limit: number): Promise<FixityRun[]> {
  const rows = await db
    .selectFrom("fixityRun")
    .selectAll()
    .where("startedAt", "is not", null)
    .orderBy("startedAt", "desc")
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, bytes: Number(row.bytes) }));
}

/** The end of the last finished share, and when; null before the first. */
export async function lastShare(db: Db): Promise<{ endShard: number; finishedAt: Date } | null> {
  const row = await db
    .selectFrom("fixityRun")
    .select(["fromShard", "shards", "finishedAt"])
    .where("kind", "=", "share")
    .where("finishedAt", "is not", null)
    .orderBy("finishedAt", "desc")
    .limit(1)
    .executeTakeFirst();
  if (!row?.finishedAt) return null;
  return { endShard: (row.fromShard + (row.shards ?? 0)) % 256, finishedAt: row.finishedAt };
}

export async function beginFixity(db: Db, id: string, shards: number, at: Date): Promise<void> {
  await db
    .updateTable("fixityRun")
    .set({ shards, startedAt: at })
    .where("id", "=", id)
    .where("startedAt", "is", null)
    .execute();
}

/** One folder more; counted once although the run may be taken up again. */
export async function addFolder(
  db: Db,
  id: string,
  shardsDone: number,
  counts: { objects: number; bytes: number; troubles: number; repaired: number; secondLeftOut: number },
): Promise<void> {
  await db
    .updateTable("fixityRun")
    .set((eb) => ({
      shardsDone: shardsDone + 1,
      objects: eb("objects", "+", counts.objects),
      bytes: eb("bytes", "+", String(counts.bytes)),
      troubles: eb("troubles", "+", counts.troubles),
      repaired: eb("repaired", "+", counts.repaired),
      secondLeftOut: eb("secondLeftOut", "+", counts.secondLeftOut),
    }))
    .where("id", "=", id)
    .where("shardsDone", "=", shardsDone)
    .execute();
}

/** What was made up for beside the run's own share. */
export async function addCounts(
  db: Db,
  id: string,
  counts: { objects: number; bytes: number; troubles: number; repaired: number },
): Promise<void> {
  await db
    .updateTable("fixityRun")
    .set((eb) => ({
      objects: eb("objects", "+", counts.objects),
      bytes: eb("bytes", "+", String(counts.bytes)),
      troubles: eb("troubles", "+", counts.troubles),
      repaired: eb("repaired", "+", counts.repaired),
    }))
    .where("id", "=", id)
    .execute();
}

/** False when it was finished before. */
export async function finishFixity(db: Db, id: string, at: Date): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("fixityRun")
    .set({ finishedAt: at })
    .where("id", "=", id)
    .where("finishedAt", "is", null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export type StoreName = "first" | "second";
/**
 * `unlisted` is a folder that cannot be listed; its two digits stand for the SHA-256. `named-twice` are bytes that two rows call
 * theirs: to destroy one would destroy the other.
 */
export type TroubleKind = "missing" | "altered" | "without-row" | "unlisted" | "named-twice";

export interface Trouble {
  sha256: string;
  objectId: string | null;
  store: StoreName;
  kind: TroubleKind;
  foundAt: Date;
}

/** Once while it stands. False, and nothing is noted, for what was destroyed by a disposal, or is being so. */
export async function noteTrouble(
  db: Db,
  trouble: {
    id: string;
    sha256: string;
    objectId: string | null;
    store: StoreName;
    kind: TroubleKind;
    at: Date;
  },
): Promise<boolean> {
  const { at, ...row } = trouble;
  // What a disposal destroyed meanwhile is not damaged, and bytes it has yet to remove are not a stranger's.
  if (row.objectId !== null && (await isBeingDestroyed(db, row.objectId, row.kind))) return false;
  await db
    .insertInto("archiveTrouble")
    .values({ ...row, foundAt: at })
    .onConflict((c) => c.columns(["sha256", "store"]).where("repairedAt", "is", null).doNothing())
    .execute();
  return true;
}

async function isBeingDestroyed(db: Db, objectId: string, kind: TroubleKind): Promise<boolean> {
  const { rows } = await sql<{ gone: boolean; running: boolean }>`
    select destroyed_at is not null as gone, exists (select from disposal_item i join disposal d on d.id = i.disposal_id
      where i.object_id = o.object_id and d.status = 'running') as running
    from archive_object o where object_id = ${objectId}`.execute(db);
  const [row] = rows;
  return row !== undefined && row.gone && (kind !== "without-row" || row.running);
}

export async function closeTrouble(db: Db, sha256: string, store: StoreName, at: Date): Promise<void> {
  await db
    .updateTable("archiveTrouble")
    .set({ repairedAt: at })
    .where("sha256", "=", sha256)
    .where("store", "=", store)
    .where("repairedAt", "is", null)
    .execute();
}

/** Bytes left of what was destroyed stand; what is missing of it does not. */
export async function standingTroubles(db: Db, limit = 1000): Promise<Trouble[]> {
  return db
    .selectFrom("archiveTrouble")
    .select(["sha256", "objectId", "store", "kind", "foundAt"])
    .where("repairedAt", "is", null)
    .where((eb) =>
      eb.or([
        eb("kind", "=", "without-row"),
        eb.not(
          eb.exists(
            eb
              .selectFrom("archiveObject")
              .select("archiveObject.objectId")
              .whereRef("archiveObject.objectId", "=", "archiveTrouble.objectId")
              .where("destroyedAt", "is not", null),
          ),
        ),
      ]),
    )
    .orderBy("foundAt")
    .limit(limit)
    .execute();
}
