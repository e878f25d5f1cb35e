import { sql } from "kysely";
import type { Db } from "../client.ts";
import type { LogCheckpoint as CheckpointTable } from "../tables.ts";
import type { Due } from "./sessions.ts";

export type CheckpointReason = CheckpointTable["reason"];

export interface StoredCheckpoint {
  id: string;
  size: number;
  root: Buffer;
  madeAt: Date;
  reason: CheckpointReason;
  verifierKey: string;
  note: string;
}

export interface LogKeyRow {
  verifierKey: string;
  fromSize: number;
  since: Date;
  rotationNote: string | null;
}

/** Lines are never left without a checkpoint for longer. */
const longestHours = 24;
/** A token that could not be had is asked for again this often, and less often the longer it fails. */
const retryMinutes = [1, 5, 15, 60];

/** The log's id, made on first use; null when there is none and `make` is not given. */
export async function logId(db: Db, make?: { id: string; at: Date }): Promise<string | null> {
  if (make !== undefined) {
    await db
      .insertInto("logIdentity")
      .values({ id: make.id, createdAt: make.at })
      .onConflict((c) => c.doNothing())
      .execute();
  }
  const row = await db.selectFrom("logIdentity").select("id").executeTakeFirst();
  return row?.id ?? null;
}

/** Keys in the order they came into use. */
export async function logKeys(db: Db): Promise<LogKeyRow[]> {
  const rows = await db.selectFrom("logKey").selectAll().orderBy("fromSize").orderBy("since").execute();
  return rows.map((row) => ({ ...row, fromSize: Number(row.fromSize) }));
}

export async function addLogKey(db: Db, key: LogKeyRow): Promise<void> {
  await db
    .insertInto("logKey")
    .values(key)
    .onConflict((c) => c.doNothing())
    .execute();
}

const columns = ["id", "size", "root", "madeAt", "reason", "verifierKey", "note"] as const;

function toCheckpoint<T extends { size: string }>(row: T): Omit<T, "size"> & { size: number } {
  return { ...row, size: Number(row.size) };
}

export async function latestCheckpoint(db: Db): Promise<StoredCheckpoint | null> {
  const row = await db
    .selectFrom("logCheckpoint")
    .select(columns)
    .orderBy("size", "desc")
    .orderBy("madeAt", "desc")
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : toCheckpoint(row);
}

export async function addCheckpoint(
  db: Db,
  checkpoint: StoredCheckpoint & { tokenDueAt: Date | null },
): Promise<void> {
  await db.insertInto("logCheckpoint").values(checkpoint).execute();
}

export interface CheckpointWithToken extends StoredCheckpoint {
  token: { response: Buffer; stampedAt: Date } | null;
}

/** Every checkpoint there is, oldest first. */
export async function checkpointsWithTokens(db: Db): Promise<CheckpointWithToken[]> {
  const rows = await db
    .selectFrom("logCheckpoint")
    .leftJoin("logToken", "logToken.checkpointId", "logCheckpoint.id")
    .select([...columns, "response", "stampedAt"])
    .orderBy("size")
    .orderBy("madeAt")
    .execute();
  return rows.map(({ response, stampedAt, ...row }) => ({
    ...toCheckpoint(row),
    token: response === null || stampedAt === null ? null : { response, stampedAt },
  }));
}

/** The log is due when lines have waited for a day, or a token is to be asked for. The row is the log itself. */
export async function logsToSign(db: Db, now: Date): Promise<Due[]> {
  const oldest = new Date(now.getTime() - longestHours * 3_600_000);
  const { rows } = await sql<Due>`
    select id, ${now}::timestamptz as "dueAt" from log_identity
    where exists (select from log_checkpoint where token_due_at <= ${now})
      or (coalesce((select max(made_at) from log_checkpoint), '-infinity') <= ${oldest}
        and exists (select from log_pending))`.execute(db);
  return rows;
}

/** Checkpoints that want a token now, oldest first. */
export async function checkpointsToStamp(
  db: Db,
  now: Date,
): Promise<{ id: string; note: string; tokenAttempts: number }[]> {
  return db
    .selectFrom("logCheckpoint")
    .select(["id", "note", "tokenAttempts"])
    .where("tokenDueAt", "<=", now)
    .orderBy("size")
    .execute();
}

export async function addToken(
  db: Db,
  checkpointId: string,
  token: { response: Uint8Array; stampedAt: Date; receivedAt: Date },
): Promise<void> {
  await db
    .insertInto("logToken")
    .values({ ...token, checkpointId, response: Buffer.from(token.response) })
    .onConflict((c) => c.doNothing())
    .execute();
  await db.updateTable("logCheckpoint").set({ tokenDueAt: null }).where("id", "=", checkpointId).execute();
}

/** Puts the next attempt off. */
export async function tokenFailed(db: Db, checkpointId: string, attempts: number, now: Date): Promise<void> {
  const minutes = retryMinutes[Math.min(attempts, retryMinutes.length - 1)] ?? 60;
  await db
    .updateTable("logCheckpoint")
    .set({ tokenDueAt: new Date(now.getTime() + minutes * 60_000), tokenAttempts: attempts + 1 })
    .where("id", "=", checkpointId)
    .execute();
}

/** How many checkpoints still wait for a token. */
export async function checkpointsWithoutToken(db: Db): Promise<number> {
  const row = await db
    .selectFrom("logCheckpoint")
    .select((e) => e.fn.countAll<string>().as("count"))
    .where("tokenDueAt", "is not", null)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}
