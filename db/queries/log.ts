import type { Db } from "../client.ts";

/** Events of the archive log. Random ids only: a name never enters the log. */
export type LogEvent = { event: string } & Record<string, string | number | boolean | null>;

/** One canonical line (keys sorted, no spaces), appended in the transaction of what it records. */
export async function appendLog(db: Db, at: Date, event: LogEvent): Promise<void> {
  const fields: [string, unknown][] = [...Object.entries(event), ["at", at.toISOString()]];
  const line = JSON.stringify(Object.fromEntries(fields.toSorted(([a], [b]) => (a < b ? -1 : 1))));
  await db.insertInto("archiveLog").values({ at, line }).execute();
}
