import { CamelCasePlugin, Kysely, PostgresDialect, type Transaction } from "kysely";
import { Pool, TypeOverrides, types } from "pg";
import type { DB as Tables } from "./tables.ts";

export type { Tables };
export type Db = Kysely<Tables>;
export type Trx = Transaction<Tables>;

export interface DbOptions {
  /** Shown in pg_stat_activity. */
  applicationName?: string;
  maxConnections?: number;
  statementTimeoutMs?: number;
  /** An idle connection was lost, e.g. the server restarted. The pool replaces it; nothing to do but note it. */
  onIdleError?: (error: Error) => void;
}

/** Columns are snake_case in SQL, camelCase here; keys inside jsonb stay as stored. End it with `db.destroy()`. */
export function createDb(connectionString: string, options: DbOptions = {}): Db {
  const pool = new Pool({
    connectionString,
    application_name: options.applicationName ?? "siso",
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: 10_000,
    statement_timeout: options.statementTimeoutMs ?? 30_000,
    lock_timeout: 10_000,
    idle_in_transaction_session_timeout: 60_000,
    keepAlive: true,
    types: typeParsers(),
  });
  // Without a listener a lost idle connection ends the process.
  pool.on("error", (error) => options.onIdleError?.(error));
  // The same for one lost within a transaction between two statements; the next statement fails with the reason.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
}

/** A `date` is a campus-local day, `YYYY-MM-DD`: the driver's midnight-here Date would move it by a zone. */
function typeParsers(): TypeOverrides {
  const parsers = new TypeOverrides();
  parsers.setTypeParser(types.builtins.DATE, (text: string) => text);
  return parsers;
}
