import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createEmptyDatabase } from "../fixtures/servers/postgres.ts";
import { migrate } from "./migrate.ts";

let database: Awaited<ReturnType<typeof createEmptyDatabase>>;
let dir: string;
beforeEach(async () => {
  database = await createEmptyDatabase();
  dir = await mkdtemp(join(tmpdir(), "siso-migrations-"));
});
afterEach(async () => {
  await database.drop();
  await rm(dir, { recursive: true });
});

const write = (name: string, sql: string) => writeFile(join(dir, name), sql);

async function query(text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: database.connectionString });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

test("applies in order, once, and only what is new afterwards", async () => {
  await write("0001_a.sql", "-- why\ncreate table a (id int);");
  expect(await migrate(database.connectionString, dir)).toEqual(["0001_a.sql"]);
  await write("0002_b.sql", "-- why\nalter table a add column name text;");
  expect(await migrate(database.connectionString, dir)).toEqual(["0002_b.sql"]);
  expect(await migrate(database.connectionString, dir)).toEqual([]);
  expect(await query("select id, name from a")).toEqual([]);
});

test("two processes starting together apply each file once", async () => {
  await write("0001_a.sql", "-- why\ncreate table a (id int);\nselect pg_sleep(0.2);");
  await write("0002_b.sql", "-- why\ninsert into a values (1);");
  const applied = await Promise.all([1, 2, 3].map(() => migrate(database.connectionString, dir)));
  expect(applied.flat().toSorted()).toEqual(["0001_a.sql", "0002_b.sql"]);
  expect(await query("select id from a")).toEqual([{ id: 1 }]);
});

test("a failing file leaves nothing of itself and keeps those before it", async () => {
  await write("0001_a.sql", "-- why\ncreate table a (id int);");
  await write("0002_b.sql", "-- why\ncreate table b (id int);\ninsert into nowhere values (1);");
  await expect(migrate(database.connectionString, dir)).rejects.toThrow(/0002_b\.sql.*nowhere/);
  expect(await query("select to_regclass('a') is not null as a, to_regclass('b') is not null as b")).toEqual([
    { a: true, b: false },
  ]);
});

test("an applied file that was edited is refused by name", async () => {
  await write("0001_a.sql", "-- why\ncreate table a (id int);");
  await migrate(database.connectionString, dir);
  await write("0001_a.sql", "-- why\ncreate table a (id bigint);");
  await expect(migrate(database.connectionString, dir)).rejects.toThrow(/0001_a\.sql was edited/);
});

test.each([
  ["0002_a.sql", "-- why\nselect 1", /0002_a\.sql is out of order: a name like 0001_/],
  ["0001-a.sql", "-- why\nselect 1", /0001-a\.sql is out of order/],
  ["0001_a.sql", "select 1", /0001_a\.sql must open with/],
])("refuses %s before touching the database", async (name, sql, words) => {
  await write(name, sql);
  await expect(migrate(database.connectionString, dir)).rejects.toThrow(words);
});
