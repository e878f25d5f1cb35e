import { pipeline } from "node:stream/promises";
import type { Readable } from "node:stream";
import { CamelCasePlugin, Kysely, PostgresDialect } from "kysely";
import { Pool, type PoolClient } from "pg";
import { from } from "pg-copy-streams";
import { canonicalJson } from "../services/canonical-json.ts";
import { SisoError } from "../services/errors.ts";
import type { Db, Tables } from "./client.ts";
import { ownTables, tableFile, type DatabaseDump } from "./dump-tables.ts";
import { migrate, MIGRATIONS_DIR } from "./migrate.ts";

export interface RestoreSteps {
  open: (file: string) => Readable;
  /** Within the transaction, while nothing refuses a change: what must never come back is taken out here. */
  beforeGuards: (db: Db) => Promise<void>;
  /** Within the transaction, everything in force again: what the log has to say of it. */
  afterGuards: (db: Db) => Promise<void>;
}

/** Whether any of our tables has a row; a database without our tables has none. */
export async function holdsRows(connectionString: string): Promise<boolean> {
  return withClient(connectionString, async (client) => {
    for (const { name } of await ownTables(client)) {
      const { rowCount } = await client.query(`select from public.${client.escapeIdentifier(name)} limit 1`);
      if (rowCount !== 0) return true;
    }
    return false;
  });
}

/**
 * The schema by the migrations the dump was made under, then all rows in one transaction, then the newer migrations. Foreign keys
 * are taken off and put on again, which checks every row, because rounds and plans point at each other. Throws `config-invalid`
 * for a dump of a newer version, `file-refused` for rows that do not fit together; the database then stays empty.
 */
export async function restoreTables(
  connectionString: string,
  dump: DatabaseDump,
  steps: RestoreSteps,
): Promise<void> {
  await migrate(connectionString, MIGRATIONS_DIR, dump.migrations.length);
  await withClient(connectionString, async (client) => {
    await refuseOtherSchema(client, dump);
    try {
      await client.query("begin");
      await load(client, dump, steps);
      await client.query("commit");
    } catch (error) {
      await client.query("rollback").catch(() => undefined);
      if (error instanceof SisoError) throw error;
      throw doesNotFit(error);
    }
  });
  await migrate(connectionString);
}

async function load(client: PoolClient, dump: DatabaseDump, steps: RestoreSteps): Promise<void> {
  const tables = dump.tables.map(({ name }) => `public.${client.escapeIdentifier(name)}`);
  const keys = await foreignKeys(client);
  for (const { table, name } of keys) await client.query(`alter table ${table} drop constraint ${name}`);
  for (const table of tables) await client.query(`alter table ${table} disable trigger user`);
  for (const { name, columns } of dump.tables) {
    const list = columns.map((column) => client.escapeIdentifier(column)).join(", ");
    const into = client.query(from(`copy public.${client.escapeIdentifier(name)} (${list}) from stdin`));
    await pipeline(steps.open(tableFile(name)), into);
  }
  await setSequences(client);
  const db = within(client);
  await steps.beforeGuards(db);
  for (const table of tables) await client.query(`alter table ${table} enable trigger user`);
  for (const { table, name, definition } of keys)
    await client.query(`alter table ${table} add constraint ${name} ${definition}`);
  await steps.afterGuards(db);
}

/** The same migrations, byte for byte, and the same tables and columns. */
async function refuseOtherSchema(client: PoolClient, dump: DatabaseDump): Promise<void> {
  const { rows } = await client.query<{ name: string; sha256: string }>(
    `select name, sha256 from schema_migration order by name collate "C"`,
  );
  const tables = await ownTables(client);
  if (canonicalJson([rows, tables]) === canonicalJson([dump.migrations, dump.tables])) return;
  throw new SisoError("config-invalid", {
    vi: `Bản sao lưu được làm với ${dump.migrations.at(-1)?.name ?? "–"}, cơ sở dữ liệu ở đây theo ${rows.at(-1)?.name ?? "–"} hoặc khác nội dung; dùng phiên bản phần mềm không cũ hơn bản sao lưu và một cơ sở dữ liệu mới tạo`,
    en: `The backup was made under ${dump.migrations.at(-1)?.name ?? "–"}, the database here is at ${rows.at(-1)?.name ?? "–"} or differs; use software no older than the backup and a newly made database`,
  });
}

async function foreignKeys(
  client: PoolClient,
): Promise<{ table: string; name: string; definition: string }[]> {
  const { rows } = await client.query<{ table: string; name: string; definition: string }>(`
    select conrelid::regclass::text as table, quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
    from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace order by 1, 2`);
  return rows;
}

async function setSequences(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ table: string; column: string }>(`
    select quote_ident(table_name) as table, quote_ident(column_name) as column from information_schema.columns
    where table_schema = 'public' and is_identity = 'YES'`);
  for (const { table, column } of rows)
    await client.query(
      `select setval(pg_get_serial_sequence('public.${table}', '${column}'), coalesce(max(${column}), 1), max(${column}) is not null)
       from public.${table}`,
    );
}

/** Queries inside the transaction that `client` is in. */
function within(client: PoolClient): Db {
  // The driver's own state must stay on `client` itself; only giving it back is left out.
  const borrowed = new Proxy(client, {
    get: (target, name) => {
      if (name === "release") return () => undefined;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
  return new Kysely<Tables>({
    dialect: new PostgresDialect({
      pool: { connect: () => Promise.resolve(borrowed), end: () => Promise.resolve() },
    }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
}

async function withClient<T>(connectionString: string, use: (client: PoolClient) => Promise<T>): Promise<T> {
  const pool = new Pool({ connectionString, application_name: "siso-restore", max: 1 });
  pool.on("error", () => undefined);
  try {
    const client = await pool.connect();
    client.on("error", () => undefined);
    try {
      return await use(client);
    } finally {
      client.release(true);
    }
  } finally {
    await pool.end();
  }
}

function doesNotFit(cause: unknown): SisoError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new SisoError(
    "file-refused",
    {
      vi: `Dữ liệu trong bản sao lưu không nạp được, cơ sở dữ liệu vẫn trống: ${why}`,
      en: `The backup's rows could not be loaded, the database stays empty: ${why}`,
    },
    cause,
  );
}
