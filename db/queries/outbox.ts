import { sql } from "kysely";
import type { SealedObject } from "../../services/ports.ts";
import type { Db } from "../client.ts";
import { storable } from "../stored.ts";
import { appendLog } from "./log.ts";
import type { Due } from "./sessions.ts";

export interface OutgoingRow {
  id: string;
  purpose: "mail-reply" | "reminder" | "report" | "checkpoint";
  /** What it is about: with purpose and recipient, one occasion. */
  about: string;
  recipient: string;
  messageId: string;
  inReplyTo: string[];
  subject: string;
  body: string;
  createdAt: Date;
}

/** Puts a mail into the outbox in the transaction of what it tells; false when this occasion has its mail already. */
export async function addOutgoing(
  db: Db,
  row: OutgoingRow,
  files: { objectId: string; fileName: string; mediaType: string }[] = [],
): Promise<boolean> {
  const result = await db
    .insertInto("outbox")
    .values({
      ...row,
      subject: storable(row.subject),
      body: storable(row.body),
      inReplyTo: row.inReplyTo.map(storable),
      nextTryAt: row.createdAt,
    })
    .onConflict((c) => c.columns(["purpose", "about", "recipient"]).doNothing())
    .executeTakeFirst();
  if (result.numInsertedOrUpdatedRows !== 1n) return false;
  if (files.length > 0) {
    await db
      .insertInto("outboxFile")
      .values(files.map((file, position) => ({ ...file, position, outboxId: row.id })))
      .execute();
  }
  return true;
}

export async function mailsToSend(db: Db, until: Date): Promise<Due[]> {
  return db
    .selectFrom("outbox")
    .select(["id", "nextTryAt as dueAt"])
    .where("sentAt", "is", null)
    .where("givenUpAt", "is", null)
    .where("nextTryAt", "<=", until)
    .orderBy("nextTryAt")
    .execute();
}

export async function outgoingById(db: Db, id: string) {
  return db.selectFrom("outbox").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
}

export async function outgoingFiles(
  db: Db,
  id: string,
): Promise<{ fileName: string; mediaType: string; object: SealedObject }[]> {
  const rows = await db
    .selectFrom("outboxFile")
    .innerJoin("archiveObject", "archiveObject.objectId", "outboxFile.objectId")
    .select([
      "fileName",
      "mediaType",
      "archiveObject.objectId",
      "sha256",
      "bytes",
      "wrappedKey",
      "commitment",
      "commitmentSalt",
    ])
    .where("outboxId", "=", id)
    .orderBy("position")
    .execute();
  return rows.map(({ fileName, mediaType, bytes, ...object }) => ({
    fileName,
    mediaType,
    object: { ...object, bytes: Number(bytes) },
  }));
}

export async function markSent(db: Db, id: string, at: Date): Promise<void> {
  const result = await db
    .updateTable("outbox")
    .set({ sentAt: at, lastError: null, attempts: sql`attempts + 1` })
    .where("id", "=", id)
    .where("sentAt", "is", null)
    .executeTakeFirst();
  if (result.numUpdatedRows === 1n) await appendLog(db, at, { event: "mail-sent", outbox: id });
}

/** `nextTryAt` null: nobody will try again. */
export async function markUnsent(
  db: Db,
  id: string,
  failed: { why: string; at: Date; nextTryAt: Date | null },
): Promise<void> {
  const then = failed.nextTryAt === null ? { givenUpAt: failed.at } : { nextTryAt: failed.nextTryAt };
  await db
    .updateTable("outbox")
    .set({ ...then, lastError: failed.why, attempts: sql`attempts + 1` })
    .where("id", "=", id)
    .where("sentAt", "is", null)
    .execute();
}

/** Replies made out to one address since an instant. */
export async function repliesSince(db: Db, recipient: string, since: Date): Promise<number> {
  const row = await db
    .selectFrom("outbox")
    .select((e) => e.fn.countAll<string>().as("count"))
    .where("purpose", "=", "mail-reply")
    .where("recipient", "=", recipient)
    .where("createdAt", ">", since)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** When this address was last written to for a purpose; null when never. */
export async function newestAbout(
  db: Db,
  purpose: OutgoingRow["purpose"],
  recipient: string,
): Promise<Date | null> {
  const row = await db
    .selectFrom("outbox")
    .select("createdAt")
    .where("purpose", "=", purpose)
    .where("recipient", "=", recipient)
    .orderBy("createdAt", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.createdAt ?? null;
}

export async function listOutgoing(db: Db) {
  return db.selectFrom("outbox").selectAll().orderBy("createdAt", "desc").execute();
}

export async function outgoingAbout(db: Db, purpose: OutgoingRow["purpose"], about: string) {
  return db
    .selectFrom("outbox")
    .selectAll()
    .where("purpose", "=", purpose)
    .where("about", "=", about)
    .orderBy("createdAt")
    .execute();
}
