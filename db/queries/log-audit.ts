import { sql } from "kysely";
import type { Db } from "../client.ts";

/** Rows of evidence without a line in the log, and lines about rows that are not there: `event` and id. */
export async function rowsAndLinesApart(db: Db, limit: number): Promise<{ event: string; id: string }[]> {
  const { rows } = await sql<{ event: string; id: string }>`
    with line as (
      select line::jsonb ->> 'event' as event, (line::jsonb ->> (case line::jsonb ->> 'event'
        when 'session-mark' then 'mark' when 'leave-withdrawal' then 'withdrawal' else line::jsonb ->> 'event' end))::uuid as id
      from archive_log where line::jsonb ->> 'event' in ('snapshot', 'gap', 'mark', 'session-mark', 'plan', 'correction', 'leave-withdrawal')
    ), evidence as (
      select 'snapshot' as event, id from snapshot union all select 'gap', id from gap
      union all select 'mark', id from mark union all select 'session-mark', id from session_mark
      union all select 'plan', id from capture_plan union all select 'correction', id from correction
      union all select 'leave-withdrawal', id from leave_withdrawal
    )
    select coalesce(line.event, evidence.event) as event, coalesce(line.id, evidence.id)::text as id
    from line full join evidence on line.event = evidence.event and line.id = evidence.id
    where line.id is null or evidence.id is null limit ${limit}`.execute(db);
  return rows;
}

/** Where a fact's line is in the log, and the first checkpoint and token over it. */
export interface LogProof {
  leafIndex: number | null;
  checkpoint: { size: number; madeAt: Date; root: string; stampedAt: Date | null } | null;
}

/** `subject` is the session (or course) the line is about, `id` the fact's own id, `event` its kind. Null without a line. */
export async function logProof(db: Db, subject: string, event: string, id: string): Promise<LogProof | null> {
  const line = await db
    .selectFrom("archiveLog")
    .leftJoin("logLeaf", "logLeaf.seq", "archiveLog.seq")
    .select("leafIndex")
    .where("about", "=", subject)
    .where(sql<boolean>`line::jsonb ->> 'event' = ${event} and line::jsonb ->> ${event} = ${id}`)
    .executeTakeFirst();
  if (line === undefined) return null;
  const leafIndex = line.leafIndex === null ? null : Number(line.leafIndex);
  if (leafIndex === null) return { leafIndex, checkpoint: null };
  const found = await db
    .selectFrom("logCheckpoint")
    .leftJoin("logToken", "logToken.checkpointId", "logCheckpoint.id")
    .select(["size", "madeAt", "root", "stampedAt"])
    .where("size", ">", String(leafIndex))
    .orderBy("size")
    .limit(1)
    .executeTakeFirst();
  if (found === undefined) return { leafIndex, checkpoint: null };
  return { leafIndex, checkpoint: { ...found, size: Number(found.size), root: found.root.toString("hex") } };
}

/** Every object there is a row of, by id, after this one; whether its key was destroyed. */
export async function objectRows(
  db: Db,
  after: string | null,
  limit: number,
): Promise<{ objectId: string; destroyed: boolean }[]> {
  const rows = await db
    .selectFrom("archiveObject")
    .select(["objectId", "destroyedAt"])
    .$if(after !== null, (query) => query.where("objectId", ">", after))
    .orderBy("objectId")
    .limit(limit)
    .execute();
  return rows.map(({ objectId, destroyedAt }) => ({ objectId, destroyed: destroyedAt !== null }));
}
