import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../../config/read-config.ts";
import { createDb, type Db } from "../../db/client.ts";
import { startEmbedded } from "../../db/embedded.ts";
import { migrate } from "../../db/migrate.ts";

export interface OpenDatabase {
  db: Db;
  /** An embedded server is stopped unless somebody else uses it. */
  close(): Promise<void>;
}

/** A server is taken to be there; the embedded one once it was made. */
export function hasDatabase({ database }: Pick<Config, "database">): boolean {
  return database.kind === "server" || existsSync(join(database.dir, "cluster"));
}

/** The database this machine is configured for, or null when it has none yet: looking something up never makes one. */
export async function openDatabaseIfAny({
  database,
}: Pick<Config, "database">): Promise<OpenDatabase | null> {
  if (!hasDatabase({ database })) return null;
  const embedded = database.kind === "embedded" ? await startEmbedded({ dataDir: database.dir }) : null;
  const connectionString = embedded?.connectionString ?? (database.kind === "server" ? database.url : "");
  await migrate(connectionString);
  const db = createDb(connectionString, { applicationName: "siso-cli", maxConnections: 4 });
  const close = async () => {
    await db.destroy();
    await embedded?.stop();
  };
  return { db, close };
}
