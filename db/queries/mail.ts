import { sql } from "kysely";
import type { SealedObject } from "../../services/ports.ts";
import type {
  CourseId,
  DocumentKind,
  MailAuthentication,
  ReadingProblem,
  Reason,
  UnitId,
} from "../../services/types.ts";
import type { Db, Trx } from "../client.ts";
import { json, storable } from "../stored.ts";
import { addArchiveObject } from "./captures.ts";
import { appendLog } from "./log.ts";
import type { Due } from "./sessions.ts";

export interface NewMail {
  id: string;
  messageId: string;
  contentSha256: string;
  bytes: number;
  kept: "whole" | "head";
  arrivedAt: Date | null;
  /** As the server's list has them, until the mail is read. */
  fromAddress: string | null;
  subject: string;
  /** An officer took it afterwards and does not want it answered. */
  unanswered: boolean;
}

export async function findMail(
  db: Db,
  { messageId, contentSha256 }: Pick<NewMail, "messageId" | "contentSha256">,
): Promise<string | null> {
  const row = await db
    .selectFrom("mail")
    .select("id")
    .where("messageId", "=", messageId)
    .where("contentSha256", "=", contentSha256)
    .executeTakeFirst();
  return row?.id ?? null;
}

/** Records a mail already sealed; false when the same one came first from another place or process. Call in a transaction. */
export async function addMail(
  trx: Trx,
  mail: NewMail,
  object: SealedObject,
  retainUntil: Date,
  at: Date,
): Promise<boolean> {
  const identity = `${mail.messageId} ${mail.contentSha256}`;
  await sql`select pg_advisory_xact_lock(hashtextextended(${identity}, 0))`.execute(trx);
  if ((await findMail(trx, mail)) !== null) return false;
  await addArchiveObject(trx, object, retainUntil, at);
  await trx
    .insertInto("mail")
    .values({
      ...mail,
      fromAddress: mail.fromAddress === null ? null : storable(mail.fromAddress),
      subject: storable(mail.subject),
      objectId: object.objectId,
      takenAt: at,
      nextTryAt: at,
      status: "fetched",
    })
    .execute();
  await appendLog(trx, at, {
    event: "mail",
    mail: mail.id,
    object: object.objectId,
    sha256: object.sha256,
    commitment: object.commitment,
  });
  return true;
}

export async function mailsToRead(db: Db, until: Date): Promise<Due[]> {
  return db
    .selectFrom("mail")
    .select(["id", "nextTryAt as dueAt"])
    .where("status", "=", "fetched")
    .where("nextTryAt", "<=", until)
    .orderBy("takenAt")
    .execute();
}

/** An attempt to read begins; `next` is when the one after it may, should this one end the process. */
export async function beginReading(db: Db, id: string, next: Date): Promise<void> {
  await db
    .updateTable("mail")
    .set({ attempts: sql`attempts + 1`, nextTryAt: next })
    .where("id", "=", id)
    .where("status", "=", "fetched")
    .execute();
}

/** An attempt failed. `quarantined`: a person is asked. `counted` false: it was no fault of this mail. */
export async function noteUnread(
  db: Db,
  id: string,
  failed: { why: string; nextTryAt: Date; counted: boolean; quarantined: Reason | null },
): Promise<void> {
  const { why, nextTryAt, counted, quarantined } = failed;
  await db
    .updateTable("mail")
    .set({
      lastError: storable(why),
      nextTryAt,
      ...(counted ? {} : { attempts: sql<number>`attempts - 1` }),
      ...(quarantined === null ? {} : { status: "quarantined" as const, reason: json(quarantined) }),
    })
    .where("id", "=", id)
    .where("status", "=", "fetched")
    .execute();
}

function mails(db: Db) {
  return db
    .selectFrom("mail")
    .leftJoin("unit", "unit.id", "mail.unitId")
    .selectAll("mail")
    .select(["unit.code as unitCode", "unit.name as unitName"]);
}

export type Mail = Awaited<ReturnType<ReturnType<typeof mails>["executeTakeFirstOrThrow"]>>;

export async function mailById(db: Db, id: string): Promise<Mail> {
  return mails(db).where("mail.id", "=", id).executeTakeFirstOrThrow();
}

/** Mails whose id begins so; newest first. */
export async function mailsByPrefix(db: Db, prefix: string): Promise<Mail[]> {
  return mails(db)
    .where(sql<string>`mail.id::text`, "like", `${prefix.toLowerCase().replace(/[%_\\]/g, "")}%`)
    .orderBy("takenAt", "desc")
    .execute();
}

export async function listMails(db: Db): Promise<Mail[]> {
  return mails(db).orderBy("takenAt", "desc").execute();
}

/** Where the sealed bytes of a mail are. */
export async function mailObject(db: Db, id: string): Promise<SealedObject> {
  return db
    .selectFrom("mail")
    .innerJoin("archiveObject", "archiveObject.objectId", "mail.objectId")
    .select([
      "archiveObject.objectId",
      "sha256",
      "archiveObject.bytes",
      "wrappedKey",
      "commitment",
      "commitmentSalt",
    ])
    .where("mail.id", "=", id)
    .executeTakeFirstOrThrow()
    .then((row) => ({ ...row, bytes: Number(row.bytes) }));
}

export interface MailRead {
  status: "read" | "quarantined";
  fromAddress: string | null;
  fromName: string | null;
  subject: string;
  sentAt: Date | null;
  unitId: UnitId | null;
  authentication: MailAuthentication;
  reason: Reason | null;
  courseHint: string | null;
  readAt: Date;
}

/** What a mail was found to be; false when another process read it first. */
export async function saveMailRead(db: Db, id: string, read: MailRead): Promise<boolean> {
  const result = await db
    .updateTable("mail")
    .set({
      ...read,
      subject: storable(read.subject),
      fromName: read.fromName === null ? null : storable(read.fromName),
      fromAddress: read.fromAddress === null ? null : storable(read.fromAddress),
      authentication: json(read.authentication),
      reason: json(read.reason),
    })
    .where("id", "=", id)
    .where("status", "=", "fetched")
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export interface StoredAttachment {
  position: number;
  fileName: string;
  sha256: string;
  bytes: number;
  inline: boolean;
  kind: DocumentKind | null;
  rowsIn: number;
  understood: number;
  reported: number;
  problems: ReadingProblem[];
}

export async function addMailAttachments(db: Db, mailId: string, files: StoredAttachment[]): Promise<void> {
  if (files.length === 0) return;
  await db
    .insertInto("mailAttachment")
    .values(
      files.map((file) => ({
        ...file,
        mailId,
        fileName: storable(file.fileName),
        problems: json(file.problems),
      })),
    )
    .onConflict((c) => c.doNothing())
    .execute();
}

export async function attachmentsOf(db: Db, mailId: string) {
  return db
    .selectFrom("mailAttachment")
    .leftJoin("course", "course.id", "mailAttachment.takenCourseId")
    .selectAll("mailAttachment")
    .select("course.code as takenCourse")
    .where("mailId", "=", mailId)
    .orderBy("position")
    .execute();
}

/** Contents among these that an earlier mail brought. */
export async function contentsSeenBefore(
  db: Db,
  mailId: string,
  sha256: readonly string[],
): Promise<Set<string>> {
  if (sha256.length === 0) return new Set();
  const rows = await db
    .selectFrom("mailAttachment")
    .select("sha256")
    .where("mailId", "<>", mailId)
    .where("sha256", "in", sha256)
    .execute();
  return new Set(rows.map((row) => row.sha256));
}

export async function markAttachmentsTaken(
  db: Db,
  mailId: string,
  positions: readonly number[],
  taken: { takenCourseId: CourseId; takenBy: string; takenAt: Date },
): Promise<void> {
  if (positions.length === 0) return;
  await db
    .updateTable("mailAttachment")
    .set(taken)
    .where("mailId", "=", mailId)
    .where("position", "in", positions)
    .execute();
}

/** A quarantined mail is read after all; false when it does not wait any more. */
export async function releaseMail(
  db: Db,
  id: string,
  release: { unitId: UnitId; releasedBy: string; releasedAt: Date; releaseWhy: string },
): Promise<boolean> {
  return letRead(db, id, release.releasedAt, release, "mail-released");
}

/** A mail that could not be read is tried again; nobody vouches for it. False when it does not wait for that. */
export async function retryMail(db: Db, id: string, at: Date): Promise<boolean> {
  return letRead(db, id, at, {}, "mail-retried");
}

async function letRead(
  db: Db,
  id: string,
  at: Date,
  release: Partial<{ unitId: UnitId; releasedBy: string; releasedAt: Date; releaseWhy: string }>,
  event: string,
): Promise<boolean> {
  const result = await db
    .updateTable("mail")
    .set({ ...release, status: "fetched", reason: null, attempts: 0, nextTryAt: at })
    .where("id", "=", id)
    .where("status", "=", "quarantined")
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) return false;
  await appendLog(db, at, { event, mail: id });
  return true;
}
