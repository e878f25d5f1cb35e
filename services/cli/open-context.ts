import pino from "pino";
import { readConfig } from "../../config/read-config.ts";
import { thisMachine } from "../../config/this-machine.ts";
import type { Context } from "../../workers/context.ts";
import { openContext, openStores } from "../../workers/main.ts";
import { requireDatabase } from "./open-database.ts";
import { modelsDir, prepare, startNeeds } from "./setup/prepare.ts";

/**
 * Everything a job may touch, for one command; closed again whatever happens. Only what takes in the first papers `makes` a
 * database: any other command on none was told the wrong place. Throws `not-found` naming it.
 */
export async function withContext<T>(
  env: Record<string, string | undefined>,
  use: (ctx: Context) => Promise<T>,
  { makes = false } = {},
): Promise<T> {
  const config = readConfig(env, thisMachine);
  if (!makes) requireDatabase(config);
  await prepare(startNeeds(env));
  const log = pino({ level: "warn" }, pino.destination(2));
  const stores = await openStores(config, log);
  try {
    const ctx = await openContext(config, stores.db, modelsDir, log);
    try {
      return await use(ctx);
    } finally {
      await ctx.faces.close();
    }
  } finally {
    await stores.close();
  }
}
