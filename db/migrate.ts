import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";
import { SisoError } from "../services/errors.ts";

export interface Migration {
  /** File name, e.g. `0001_spine.sql`. */
  name: string;
  sql: string;
  /** Hex SHA-256 of the file. */
  sha256: string;
}

/** Two processes starting together take turns. Spells SISM. */
const MIGRATION_LOCK = 0x5349534d;
export const MIGRATIONS_DIR = join(import.meta.dirname, "migrations");

/**
 * Brings the database up to the newest migration, each file in a transaction of its own. Forward only.
 * `count` stops after that many files, for a dump made then. Returns the names it applied. Throws `config-invalid` when the files and what the database remembers disagree.
 */
export async function migrate(
  connectionString: string,
  dir: string = MIGRATIONS_DIR,
  count: number = Infinity,
): Promise<string[]> {
  const migrations = (await readMigrations(dir)).slice(0, count);
  const client = new Client({ connectionString, application_name: "siso-migrate" });
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
    await client.query(
      `create table if not exists schema_migration (
         name text primary key, sha256 text not null, applied_at timestamptz not null default now())`,
    );
    const { rows } = await client.query<{ name: string; sha256: string }>(
      `select name, sha256 from schema_migration order by name collate "C"`,
    );
    const pending = pendingMigrations(migrations, rows);
    for (const migration of pending) await apply(client, migration);
    return pending.map((migration) => migration.name);
  } finally {
    await client.end();
  }
}

/** Files of the folder in order. A name or an opening line out of order is refused here, before a database sees it. */
export async function readMigrations(dir: string): Promise<Migration[]> {
  const names = (await readdir(dir)).filter((name) => name.endsWith(".sql")).toSorted();
  return Promise.all(
    names.map(async (name, index) => {
      const sql = await readFile(join(dir, name), "utf8");
      const number = String(index + 1).padStart(4, "0");
      if (!new RegExp(`^${number}_[a-z0-9_]+\\.sql$`).test(name)) {
        throw refused(
          `Tệp ${name} không đúng thứ tự: cần tên dạng ${number}_ten.sql`,
          `Migration ${name} is out of order: a name like ${number}_name.sql was expected`,
        );
      }
      if (!sql.startsWith("--")) {
        throw refused(
          `Tệp ${name} phải mở đầu bằng một dòng -- nói lý do`,
          `Migration ${name} must open with a -- line saying why`,
        );
      }
      return { name, sql, sha256: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

/** What is still to be applied. An applied file that changed, vanished or was overtaken is an error that names it. */
export function pendingMigrations(
  files: Migration[],
  applied: { name: string; sha256: string }[],
): Migration[] {
  for (const [index, done] of applied.entries()) {
    const file = files[index];
    if (file?.name !== done.name) {
      throw refused(
        `Cơ sở dữ liệu đã áp dụng ${done.name} mà phiên bản phần mềm này không có ở đúng thứ tự; hãy dùng phiên bản mới hơn`,
        `The database has applied ${done.name}, which this version of the software does not have in that place; use the newer version`,
      );
    }
    if (file.sha256 !== done.sha256) {
      throw refused(
        `Tệp ${done.name} đã bị sửa sau khi áp dụng; hãy khôi phục tệp cũ và viết thay đổi vào một tệp mới`,
        `Migration ${done.name} was edited after it was applied; restore it and put the change into a new file`,
      );
    }
  }
  return files.slice(applied.length);
}

async function apply(client: Client, migration: Migration): Promise<void> {
  try {
    await client.query("begin");
    await client.query(migration.sql);
    await client.query("insert into schema_migration (name, sha256) values ($1, $2)", [
      migration.name,
      migration.sha256,
    ]);
    await client.query("commit");
  } catch (cause) {
    await client.query("rollback").catch(() => undefined);
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SisoError(
      "database-unavailable",
      {
        vi: `Không áp dụng được ${migration.name}, cơ sở dữ liệu giữ nguyên như trước tệp này: ${why}`,
        en: `Migration ${migration.name} failed and left the database as it was before that file: ${why}`,
      },
      cause,
    );
  }
}

function refused(vi: string, en: string): SisoError {
  return new SisoError("config-invalid", { vi, en });
}
