import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import type { SealedObject } from "../../services/ports.ts";
import type { CourseId } from "../../services/types.ts";
import type { Db } from "../client.ts";
import { addArchiveObject } from "./captures.ts";
import { appendLog, appendLogLines, detailHash } from "./log.ts";

export interface DisposalRow {
  id: string;
  proposedAt: Date;
  listSha256: string;
  objects: number;
  bytes: number;
  status: "proposed" | "running" | "done" | "withdrawn";
  startedAt: Date | null;
  finishedAt: Date | null;
}

export interface DisposalItemRow {
  objectId: string;
  sha256: string;
  bytes: number;
  kind: "document" | "snapshot" | "portrait" | "report";
  courseId: CourseId;
  retainUntil: Date;
}

export interface ApprovalRow {
  approver: string;
  minuteNumber: string;
  listSha256: string;
  approvedAt: Date;
}

/** Objects whose own date is reached, of courses nobody holds; what belongs to no course is never among them. */
export async function expiredObjects(db: Db, now: Date): Promise<DisposalItemRow[]> {
  const { rows } = await sql<DisposalItemRow>`
    select distinct on (o.object_id) o.object_id as "objectId", o.sha256, o.bytes::float8 as bytes, w.kind,
      w.course_id as "courseId", o.retain_until as "retainUntil"
    from archive_object o join archive_owner w on w.object_id = o.object_id
    where o.destroyed_at is null and o.retain_until <= ${now}
      and not exists (select from archive_owner other join legal_hold h on h.course_id = other.course_id
        where other.object_id = o.object_id and h.lifted_at is null)
    order by o.object_id, w.kind`.execute(db);
  return rows;
}

export async function disposals(db: Db): Promise<DisposalRow[]> {
  const rows = await db
    .selectFrom("disposal")
    .select(["id", "proposedAt", "listSha256", "objects", "bytes", "status", "startedAt", "finishedAt"])
    .orderBy("proposedAt", "desc")
    .execute();
  return rows.map((row) => ({ ...row, bytes: Number(row.bytes) }));
}

export async function disposalItems(db: Db, id: string): Promise<DisposalItemRow[]> {
  const rows = await db
    .selectFrom("disposalItem")
    .select(["objectId", "sha256", "bytes", "kind", "courseId", "retainUntil"])
    .where("disposalId", "=", id)
    .execute();
  return rows.map((row) => ({ ...row, bytes: Number(row.bytes) }));
}

export async function approvalsOf(db: Db, id: string): Promise<ApprovalRow[]> {
  return db
    .selectFrom("disposalApproval")
    .select(["approver", "minuteNumber", "listSha256", "approvedAt"])
    .where("disposalId", "=", id)
    .orderBy("approvedAt")
    .execute();
}

/** Of a list, names that a row outside it calls its own, too; the two are not told apart by what is on the disk. */
export async function namesSharedWithOthers(db: Db, id: string): Promise<string[]> {
  const { rows } = await sql<{ sha256: string }>`
    select distinct o.sha256 from disposal_item i join archive_object o
      on left(o.sha256, 2) = left(i.sha256, 2) and o.sha256 = i.sha256 and o.object_id <> i.object_id
    where i.disposal_id = ${id} and o.destroyed_at is null
      and not exists (select from disposal_item also where also.disposal_id = ${id} and also.object_id = o.object_id)
    order by 1`.execute(db);
  return rows.map(({ sha256 }) => sha256);
}

const itemsAtOnce = 5_000;

export async function proposeDisposal(
  db: Db,
  disposal: { id: string; listSha256: string; proposedAt: Date },
  items: readonly DisposalItemRow[],
): Promise<void> {
  const { id, listSha256, proposedAt } = disposal;
  const bytes = items.reduce((sum, item) => sum + item.bytes, 0);
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto("disposal")
      .values({ ...disposal, objects: items.length, bytes, status: "proposed" })
      .execute();
    for (let at = 0; at < items.length; at += itemsAtOnce) {
      const rows = items.slice(at, at + itemsAtOnce).map((item) => ({ ...item, disposalId: id }));
      await trx.insertInto("disposalItem").values(rows).execute();
    }
    await appendLog(trx, proposedAt, {
      event: "disposal-proposed",
      disposal: id,
      list: listSha256,
      objects: items.length,
      bytes,
    });
  });
}

export async function withdrawDisposal(db: Db, id: string, at: Date): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable("disposal")
      .set({ status: "withdrawn", finishedAt: at })
      .where("id", "=", id)
      .where("status", "=", "proposed")
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) return false;
    await appendLog(trx, at, { event: "disposal-withdrawn", disposal: id });
    return true;
  });
}

/** Who approved, as the log binds it by its hash; handed out with what was destroyed on that word. */
function approverFact(disposal: string, approver: string, salt: Uint8Array) {
  return { approver, disposal, salt: Buffer.from(salt).toString("hex") };
}

/** Of the disposals that these deletions name; what was logged before there were salts is left out by its hash. */
export async function approverFacts(db: Db, disposalIds: readonly string[]): Promise<object[]> {
  if (disposalIds.length === 0) return [];
  const rows = await db
    .selectFrom("disposalApproval")
    .innerJoin("disposal", "disposal.id", "disposalApproval.disposalId")
    .select(["disposalId", "approver", "salt"])
    .where("disposalId", "in", [...disposalIds])
    .execute();
  return rows.flatMap(({ disposalId, approver, salt }) =>
    salt === null ? [] : [approverFact(disposalId, approver, salt)],
  );
}

/** What the log knows each approver of a list by, in the order they approved. */
export async function approverHashes(db: Db, id: string): Promise<string[]> {
  const salt = await saltOf(db, id);
  return (await approvalsOf(db, id)).map(({ approver }) => detailHash(approverFact(id, approver, salt)));
}

/** One for the whole list, so that the log tells two people apart, and never written into it. */
async function saltOf(db: Db, id: string): Promise<Uint8Array> {
  const made = randomBytes(16);
  const row = await db
    .updateTable("disposal")
    .set((eb) => ({ salt: eb.fn.coalesce("salt", eb.val(made)) }))
    .where("id", "=", id)
    .returning("salt")
    .executeTakeFirstOrThrow();
  return row.salt ?? made;
}

/**
 * `refuse` sees the approvals under a lock of the list and throws when this one may not join them; so two at once are one after
 * the other. `approver` in the log is a salted hash: names never enter it. False when the list is not waiting any more.
 */
export async function addApproval(
  db: Db,
  id: string,
  approval: ApprovalRow & { approverKey: string },
  refuse: (given: readonly ApprovalRow[]) => void,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const waiting = await trx
      .selectFrom("disposal")
      .select("id")
      .where("id", "=", id)
      .where("status", "=", "proposed")
      .forUpdate()
      .executeTakeFirst();
    if (waiting === undefined) return false;
    refuse(await approvalsOf(trx, id));
    await trx
      .insertInto("disposalApproval")
      .values({ ...approval, disposalId: id })
      .execute();
    const { approver, minuteNumber, listSha256, approvedAt } = approval;
    await appendLog(trx, approvedAt, {
      event: "disposal-approval",
      disposal: id,
      list: listSha256,
      minute: minuteNumber,
      approver: detailHash(approverFact(id, approver, await saltOf(trx, id))),
    });
    return true;
  });
}

/**
 * The point of no return, in one transaction: the log says what goes and on whose word, then every key of the list is
 * destroyed. The database refuses it by itself for an object that is kept, held or on no approved list.
 */
export async function destroyKeys(
  db: Db,
  disposal: { id: string; listSha256: string; minuteNumber: string; approvers: string[]; at: Date },
  items: readonly DisposalItemRow[],
): Promise<void> {
  const { id, listSha256, minuteNumber, approvers, at } = disposal;
  await db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable("disposal")
      .set({ status: "running", startedAt: at })
      .where("id", "=", id)
      .where("status", "=", "proposed")
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw new Error(`disposal ${id} is not waiting any more`);
    const people = Object.fromEntries(approvers.map((hash, index) => [`approver${index + 1}`, hash]));
    const why = { disposal: id, list: listSha256, minute: minuteNumber, ...people };
    await appendLog(trx, at, { event: "disposal", ...why, objects: items.length });
    for (let index = 0; index < items.length; index += itemsAtOnce) {
      const lines = items.slice(index, index + itemsAtOnce).map((item) => ({
        event: "deletion",
        object: item.objectId,
        sha256: item.sha256,
        course: item.courseId,
        retainUntil: item.retainUntil.toISOString(),
        ...why,
      }));
      await appendLogLines(trx, at, lines);
    }
    await sql`
      update archive_object o set wrapped_key = ''::bytea, destroyed_at = ${at} from disposal_item i
      where i.disposal_id = ${id} and i.object_id = o.object_id and o.destroyed_at is null`.execute(trx);
  });
}

/** The minutes' row, the end of the list and its log line, together or not at all. False when it was not running. */
export async function finishDisposal(
  db: Db,
  id: string,
  minutes: { object: SealedObject; retainUntil: Date },
  at: Date,
): Promise<boolean> {
  const { objectId, sha256 } = minutes.object;
  return db.transaction().execute(async (trx) => {
    const running = await trx
      .selectFrom("disposal")
      .select("id")
      .where("id", "=", id)
      .where("status", "=", "running")
      .forUpdate()
      .executeTakeFirst();
    if (running === undefined) return false;
    await addArchiveObject(trx, minutes.object, minutes.retainUntil, at);
    await trx
      .updateTable("disposal")
      .set({ status: "done", finishedAt: at, minutesObjectId: objectId })
      .where("id", "=", id)
      .execute();
    await appendLog(trx, at, { event: "disposal-done", disposal: id, object: objectId, sha256 });
    return true;
  });
}
