import pino from "pino";
import type { Config } from "../../config/read-config.ts";
import type { Context } from "../../workers/context.ts";
import { openContext, openStores } from "../../workers/main.ts";
import { modelsDir, needs, prepare } from "./setup/prepare.ts";

/** Runs one command's work with everything a job may touch, and closes all of it. */
export async function withContext<T>(config: Config, work: (ctx: Context) => Promise<T>): Promise<T> {
  await prepare(needs.start);
  const log = pino({ level: "warn" }, pino.destination(2));
  const stores = await openStores(config, log);
  try {
    const ctx = await openContext(config, stores.db, modelsDir, log);
    try {
      return await work(ctx);
    } finally {
      await ctx.faces.close();
    }
  } finally {
    await stores.close();
  }
}
