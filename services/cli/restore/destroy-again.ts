import { sql } from "kysely";
import type { Db } from "../../../db/client.ts";
import { appendLog, appendLogLines } from "../../../db/queries/log.ts";
import { erasePerson } from "../../../db/queries/people.ts";
import type { TraineeId } from "../../types.ts";
import type { Erasure } from "../../../workers/keeping/erasures.ts";
import type { Tombstone } from "../../../workers/keeping/tombstones.ts";

const atOnce = 1_000;

/** Keys of objects destroyed after the backup are emptied before anybody can use them; how many there were. */
export async function destroyAgain(db: Db, tombstones: readonly Tombstone[]): Promise<number> {
  let destroyed = 0;
  for (const { disposal, at, objects } of tombstones) {
    for (let from = 0; from < objects.length; from += atOnce) {
      const { numAffectedRows } = await sql`
        update archive_object set wrapped_key = ''::bytea, destroyed_at = ${at}::timestamptz
        where destroyed_at is null and object_id = any(${objects.slice(from, from + atOnce)}::uuid[])`.execute(
        db,
      );
      destroyed += Number(numAffectedRows ?? 0n);
    }
    // Where the backup still has it waiting, the ordinary command finishes it: minutes and all.
    await db
      .updateTable("disposal")
      .set({ status: "running", startedAt: new Date(at) })
      .where("id", "=", disposal)
      .where("status", "=", "proposed")
      .execute();
  }
  return destroyed;
}

/** People erased after the backup are erased before anybody can recognise them; their ids. */
export async function eraseAgain(db: Db, erasures: readonly Erasure[]): Promise<string[]> {
  const erased: string[] = [];
  for (const { trainee, at } of erasures) {
    const { rows } = await sql`select from trainee where id = ${trainee}::uuid`.execute(db);
    if (rows.length > 0 && (await erasePerson(db, trainee as TraineeId, new Date(at)))) erased.push(trainee);
  }
  return erased;
}

/** The log says what was restored, and again what was destroyed: its own lines of that may be lost. */
export async function logRestore(
  db: Db,
  at: Date,
  tombstones: readonly Tombstone[],
  erased: readonly string[],
  about: Record<string, string | number>,
): Promise<void> {
  await appendLog(db, at, { event: "restore", ...about });
  await appendLogLines(
    db,
    at,
    erased.map((trainee) => ({ event: "person-erased", trainee })),
  );
  for (const { disposal, listSha256, minuteNumber, approvers, objects } of tombstones) {
    const people = Object.fromEntries(approvers.map((hash, index) => [`approver${index + 1}`, hash]));
    for (let from = 0; from < objects.length; from += atOnce) {
      const { rows } = await sql<DestroyedRow>`
        select o.object_id as object, o.sha256, o.retain_until as "retainUntil",
          (select course_id from archive_owner w where w.object_id = o.object_id limit 1) as course
        from archive_object o where o.object_id = any(${objects.slice(from, from + atOnce)}::uuid[])
          and not exists (select from archive_log where line like '%"event":"deletion"%'
            and line::jsonb ->> 'object' = o.object_id::text)`.execute(db);
      const lines = rows.map(({ retainUntil, ...row }) => ({
        event: "deletion",
        ...row,
        retainUntil: retainUntil.toISOString(),
        disposal,
        list: listSha256,
        minute: minuteNumber,
        ...people,
      }));
      await appendLogLines(db, at, lines);
    }
  }
}

interface DestroyedRow {
  object: string;
  sha256: string;
  course: string | null;
  retainUntil: Date;
}
