import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../fixtures/servers/postgres.ts";
import { generateFrom, type GeneratedFiles } from "./generate.ts";

let database: TestDatabase;
let generated: GeneratedFiles;
beforeAll(async () => {
  database = await createTestDatabase();
  generated = await generateFrom(database.connectionString);
});
afterAll(() => database.drop());

test.each(["schema.sql", "tables.ts"] as const)(
  "%s is what the migrations make (else: npx tsx db/generate.ts)",
  async (name) => {
    expect(await readFile(join(import.meta.dirname, name), "utf8")).toBe(generated[name]);
  },
);
