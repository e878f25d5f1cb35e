import { pino } from "pino";
import { readConfig, type Config } from "../../../config/read-config.ts";
import { thisMachine } from "../../../config/this-machine.ts";
import { systemClock, systemRandom } from "../../../workers/system.ts";
import { meetArchive } from "../../../workers/keeping/meet-archive.ts";
import type { Context } from "../../../workers/context.ts";
import { createFileArchive } from "../../archive/file-archive.ts";
import { createVault } from "../../archive/vault.ts";
import { openDatabase } from "../open-database.ts";

/** What the keeping of the archive touches; no camera, no model. */
export type Keeping = Pick<
  Context,
  "db" | "clock" | "random" | "archive" | "vault" | "log" | "institution" | "minFreeBytes"
>;

/** The archive and the database of this machine, after they have recognised each other. Throws `not-found`, `archive-refused`. */
export async function withKeeping<T>(
  use: (ctx: Keeping, config: Config, connectionString: string) => Promise<T>,
  env: Record<string, string | undefined> = process.env,
  meet: (ctx: Keeping) => Promise<unknown> = meetArchive,
): Promise<T> {
  const config = readConfig(env, thisMachine);
  const opened = await openDatabase(config);
  try {
    const { archiveDir, archiveSecond, keyFile, institution, minFreeBytes } = config;
    const ctx: Keeping = {
      db: opened.db,
      clock: systemClock,
      random: systemRandom,
      archive: await createFileArchive({ dir: archiveDir, keyFile, second: archiveSecond }),
      vault: await createVault(keyFile),
      log: pino({ level: "silent" }),
      institution,
      minFreeBytes,
    };
    await meet(ctx);
    return await use(ctx, config, opened.connectionString);
  } finally {
    await opened.close();
  }
}
