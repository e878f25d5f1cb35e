import { sql } from "kysely";
import type { Db } from "../client.ts";
import { storable } from "../stored.ts";
import { appendLog } from "./log.ts";

/** What is known of a mailbox: from where on it is watched, what of it is taken, and what waits to be. */

export interface MailboxPlace {
  mailbox: string;
  uidValidity: string;
}

export interface MailPlace extends MailboxPlace {
  uid: number;
}

export interface MailboxWatch extends MailboxPlace {
  account: string;
  fromUid: number;
  beganAt: Date;
  notedAt: Date;
  earlier: number;
}

export async function findWatch(
  db: Db,
  { mailbox, uidValidity }: MailboxPlace,
): Promise<MailboxWatch | null> {
  const row = await db
    .selectFrom("mailboxWatch")
    .selectAll()
    .where("mailbox", "=", mailbox)
    .where("uidValidity", "=", uidValidity)
    .executeTakeFirst();
  return row === undefined ? null : { ...row, fromUid: Number(row.fromUid) };
}

/** The last one of this account, under whatever server name and numbering. */
export async function lastWatch(db: Db, account: string): Promise<MailboxWatch | null> {
  const row = await db
    .selectFrom("mailboxWatch")
    .selectAll()
    .where("account", "=", account)
    .orderBy("notedAt", "desc")
    .executeTakeFirst();
  return row === undefined ? null : { ...row, fromUid: Number(row.fromUid) };
}

/** The one in use. */
export async function newestWatch(db: Db): Promise<MailboxWatch | null> {
  const row = await db.selectFrom("mailboxWatch").selectAll().orderBy("notedAt", "desc").executeTakeFirst();
  return row === undefined ? null : { ...row, fromUid: Number(row.fromUid) };
}

export async function addWatch(db: Db, watch: MailboxWatch): Promise<void> {
  await db
    .insertInto("mailboxWatch")
    .values(watch)
    .onConflict((c) => c.doNothing())
    .execute();
}

/** Of these messages: which are taken, each with whether the server's flag was set. */
export async function placesOf(
  db: Db,
  { mailbox, uidValidity }: MailboxPlace,
  uids: readonly number[],
): Promise<Map<number, { flagged: boolean }>> {
  if (uids.length === 0) return new Map();
  const rows = await db
    .selectFrom("mailPlace")
    .select(["uid", "flaggedAt"])
    .where("mailbox", "=", mailbox)
    .where("uidValidity", "=", uidValidity)
    .where(sql<boolean>`uid = any(${uids.map(String)}::bigint[])`)
    .execute();
  return new Map(rows.map(({ uid, flaggedAt }) => [Number(uid), { flagged: flaggedAt !== null }]));
}

/** The message is taken: its mail is known, and it waits no more. Call in the transaction that stores the mail. */
export async function addMailPlace(db: Db, place: MailPlace, mailId: string): Promise<void> {
  await db
    .insertInto("mailPlace")
    .values({ ...place, mailId })
    .onConflict((c) => c.doNothing())
    .execute();
  await dropPending(db, place);
}

export async function markFlagged(db: Db, { mailbox, uidValidity, uid }: MailPlace, at: Date): Promise<void> {
  await db
    .updateTable("mailPlace")
    .set({ flaggedAt: at })
    .where("mailbox", "=", mailbox)
    .where("uidValidity", "=", uidValidity)
    .where("uid", "=", String(uid))
    .execute();
}

export interface PendingMail {
  id: string;
  uid: number;
  unanswered: boolean;
  attempts: number;
}

/** Messages to be taken; those that are known already stay as they are. Returns how many were not. */
export async function addPending(
  db: Db,
  { mailbox, uidValidity }: MailboxPlace,
  messages: readonly { id: string; uid: number }[],
  unanswered: boolean,
  at: Date,
): Promise<number> {
  if (messages.length === 0) return 0;
  const rows = messages.map(({ id, uid }) => ({
    id,
    uid,
    mailbox,
    uidValidity,
    unanswered,
    seenAt: at,
    nextTryAt: at,
  }));
  const added = await db
    .insertInto("mailPending")
    .values(rows)
    .onConflict((c) => c.doNothing())
    .returning("id")
    .execute();
  return added.length;
}

export async function pendingUids(
  db: Db,
  { mailbox, uidValidity }: MailboxPlace,
  uids: readonly number[],
): Promise<Set<number>> {
  if (uids.length === 0) return new Set();
  const rows = await db
    .selectFrom("mailPending")
    .select("uid")
    .where("mailbox", "=", mailbox)
    .where("uidValidity", "=", uidValidity)
    .where(sql<boolean>`uid = any(${uids.map(String)}::bigint[])`)
    .execute();
  return new Set(rows.map(({ uid }) => Number(uid)));
}

/** Those whose next attempt has come, oldest message first. */
export async function pendingDue(
  db: Db,
  { mailbox, uidValidity }: MailboxPlace,
  now: Date,
): Promise<PendingMail[]> {
  const rows = await db
    .selectFrom("mailPending")
    .select(["id", "uid", "unanswered", "attempts"])
    .where("mailbox", "=", mailbox)
    .where("uidValidity", "=", uidValidity)
    .where("givenUpAt", "is", null)
    .where("nextTryAt", "<=", now)
    .orderBy("uid")
    .execute();
  return rows.map((row) => ({ ...row, uid: Number(row.uid) }));
}

/** An attempt begins; `next` is when the one after it may, should this one end the process. */
export async function beginTaking(db: Db, id: string, next: Date): Promise<void> {
  await db
    .updateTable("mailPending")
    .set({ attempts: sql`attempts + 1`, nextTryAt: next })
    .where("id", "=", id)
    .execute();
}

/** What the server's list says of a message, for a person to know it by. */
export async function describePending(
  db: Db,
  id: string,
  listed: { fromAddress: string | null; subject: string; arrivedAt: Date | null },
): Promise<void> {
  await db
    .updateTable("mailPending")
    .set({
      fromAddress: listed.fromAddress === null ? null : storable(listed.fromAddress),
      subject: storable(listed.subject),
      arrivedAt: listed.arrivedAt,
    })
    .where("id", "=", id)
    .execute();
}

/** An attempt failed. `nextTryAt` null: a person is asked. `counted` false: it was no fault of this mail. */
export async function noteUntaken(
  db: Db,
  id: string,
  failed: { why: string; at: Date; nextTryAt: Date | null; counted: boolean },
): Promise<void> {
  await db
    .updateTable("mailPending")
    .set({
      lastError: storable(failed.why),
      ...(failed.nextTryAt === null ? { givenUpAt: failed.at } : { nextTryAt: failed.nextTryAt }),
      ...(failed.counted ? {} : { attempts: sql<number>`attempts - 1` }),
    })
    .where("id", "=", id)
    .execute();
}

/** Taken, or gone from the server. */
export async function dropPending(db: Db, { mailbox, uidValidity, uid }: MailPlace): Promise<void> {
  await db
    .deleteFrom("mailPending")
    .where("mailbox", "=", mailbox)
    .where("uidValidity", "=", uidValidity)
    .where("uid", "=", String(uid))
    .execute();
}

/** The server numbered its mail anew: what waited is looked for under the new numbers. Returns the ids that waited. */
export async function dropPendingElsewhere(db: Db, account: string, kept: MailboxPlace): Promise<string[]> {
  const rows = await db
    .deleteFrom("mailPending")
    .where((e) =>
      e.exists(
        e
          .selectFrom("mailboxWatch")
          .select("mailboxWatch.mailbox")
          .whereRef("mailboxWatch.mailbox", "=", "mailPending.mailbox")
          .whereRef("mailboxWatch.uidValidity", "=", "mailPending.uidValidity")
          .where("account", "=", account),
      ),
    )
    .where((e) => e.not(e.and([e("mailbox", "=", kept.mailbox), e("uidValidity", "=", kept.uidValidity)])))
    .returning("id")
    .execute();
  return rows.map(({ id }) => id);
}

function pending(db: Db) {
  return db.selectFrom("mailPending").selectAll();
}

export type Pending = Awaited<ReturnType<ReturnType<typeof pending>["executeTakeFirstOrThrow"]>>;

/** Everything that waits, newest first. */
export async function listPending(db: Db): Promise<Pending[]> {
  return pending(db).orderBy("seenAt", "desc").orderBy("uid", "desc").execute();
}

export async function pendingByPrefix(db: Db, prefix: string): Promise<Pending[]> {
  return pending(db)
    .where(sql<string>`id::text`, "like", `${prefix.toLowerCase().replace(/[^0-9a-f-]/g, "")}%`)
    .execute();
}

/** A person wants it tried again, from the first attempt on. */
export async function retryPending(db: Db, id: string, at: Date): Promise<boolean> {
  const result = await db
    .updateTable("mailPending")
    .set({ attempts: 0, nextTryAt: at, givenUpAt: null })
    .where("id", "=", id)
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) return false;
  await appendLog(db, at, { event: "mail-retried", pending: id });
  return true;
}
