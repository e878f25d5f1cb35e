import { existsSync } from "node:fs";
import { join } from "node:path";
import { readConfig, type Config } from "../../config/read-config.ts";
import { thisMachine } from "../../config/this-machine.ts";
import { createDb, type Db } from "../../db/client.ts";
import { startEmbedded } from "../../db/embedded.ts";
import { migrate } from "../../db/migrate.ts";
import { SisoError } from "../errors.ts";

export interface OpenDatabase {
  db: Db;
  connectionString: string;
  /** An embedded server is stopped unless somebody else uses it. */
  close(): Promise<void>;
}

/** A server is taken to be there; the embedded one once it was made. */
export function hasDatabase({ database }: Pick<Config, "database">): boolean {
  return database.kind === "server" || existsSync(join(database.dir, "cluster"));
}

/** For what must not make one. Throws `not-found` naming the folder. */
export function requireDatabase(config: Pick<Config, "database" | "dataDir">): void {
  if (!hasDatabase(config)) throw noDatabase(config.dataDir);
}

/** The same for what needs one. Throws `not-found` naming the folder. */
export async function openDatabase(config: Pick<Config, "database" | "dataDir">): Promise<OpenDatabase> {
  const opened = await openDatabaseIfAny(config);
  if (opened === null) throw noDatabase(config.dataDir);
  return opened;
}

/** Runs with this machine's database. Throws `not-found` when there is none yet. */
export async function withDatabase<T>(
  env: Record<string, string | undefined>,
  work: (db: Db, config: Config) => Promise<T>,
): Promise<T> {
  const config = readConfig(env, thisMachine);
  const opened = await openDatabase(config);
  try {
    return await work(opened.db, config);
  } finally {
    await opened.close();
  }
}

/** The database this machine is configured for, or null when it has none yet: looking something up never makes one. */
export async function openDatabaseIfAny({
  database,
}: Pick<Config, "database">): Promise<OpenDatabase | null> {
  if (!hasDatabase({ database })) return null;
  const { connectionString, stop } = await reachServer({ database });
  await migrate(connectionString).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const db = createDb(connectionString, { applicationName: "siso-cli", maxConnections: 4 });
  const close = async () => {
    await db.destroy();
    await stop();
  };
  return { db, connectionString, close };
}

/** The server alone, embedded or elsewhere, as it is: nothing is migrated. The embedded one is made when there is none. */
export async function reachServer({
  database,
}: Pick<Config, "database">): Promise<{ connectionString: string; stop(): Promise<void> }> {
  if (database.kind === "server") return { connectionString: database.url, stop: () => Promise.resolve() };
  return startEmbedded({ dataDir: database.dir });
}

function noDatabase(folder: string): SisoError {
  return new SisoError("not-found", {
    vi: `Chưa có dữ liệu trong ${folder}. Dữ liệu ở nơi khác thì đặt SISO_DATA (hoặc SISO_DATABASE_URL).`,
    en: `There is no data in ${folder}. If it is elsewhere, set SISO_DATA (or SISO_DATABASE_URL).`,
  });
}
