import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../fixtures/servers/postgres.ts";
import { createDb } from "./client.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test("a date is read as the day it is, whatever the zone of the process", async () => {
  const { rows } = await sql<{ day: string }>`select date '2026-03-01' as day`.execute(database.db);
  expect(rows).toEqual([{ day: "2026-03-01" }]);
});

test("an instant is read as an instant", async () => {
  const { rows } = await sql<{ at: Date }>`select timestamptz '2026-03-01 06:59:59.999+07' as at`.execute(
    database.db,
  );
  expect(rows[0]?.at.toISOString()).toBe("2026-02-28T23:59:59.999Z");
});

test("column names become camelCase, keys inside jsonb stay", async () => {
  const { rows } = await sql`select 1 as wide_px, '{"seat_row": 1, "dueAt": 2}'::jsonb as body`.execute(
    database.db,
  );
  expect(rows).toEqual([{ widePx: 1, body: { seat_row: 1, dueAt: 2 } }]);
});

test("a statement over its time is ended by the server", async () => {
  const db = createDb(database.connectionString, { statementTimeoutMs: 50 });
  await expect(sql`select pg_sleep(30)`.execute(db)).rejects.toThrow(/statement timeout/);
  await db.destroy();
});

test("an idle connection that is cut off is reported and replaced", async () => {
  const lost: Error[] = [];
  const db = createDb(database.connectionString, {
    applicationName: "to-be-cut",
    onIdleError: (error) => lost.push(error),
  });
  await sql`select 1`.execute(db);
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'to-be-cut'`.execute(
    database.db,
  );
  await expect.poll(() => lost.length, { timeout: 10_000 }).toBe(1);
  expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
  await db.destroy();
});

test("two databases of a run share nothing", async () => {
  const other = await createTestDatabase();
  await sql`create table only_here (id int)`.execute(other.db);
  const { rows } = await sql`select to_regclass('only_here') as found`.execute(database.db);
  expect(rows).toEqual([{ found: null }]);
  await other.drop();
});

test("a connection lost between two statements of a transaction fails the transaction and ends no process", async () => {
  const uncaught: unknown[] = [];
  const onUncaught = (error: unknown) => void uncaught.push(error);
  process.on("uncaughtException", onUncaught);
  const transaction = database.db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
    await sql`select pg_terminate_backend(${rows[0]?.pid}, 5000)`.execute(database.db);
    await new Promise((resolve) => void setTimeout(resolve, 50));
    await sql`select 1`.execute(trx);
  });
  await expect(transaction).rejects.toThrow(/terminat|connection/i);
  process.off("uncaughtException", onUncaught);
  expect(uncaught).toEqual([]);
  await expect(sql`select 1`.execute(database.db)).resolves.toBeDefined();
});
