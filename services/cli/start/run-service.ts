import pino from "pino";
import type { Logger } from "pino";
import { readConfig, type Config } from "../../../config/read-config.ts";
import { thisMachine } from "../../../config/this-machine.ts";
import { openContext, openStores, startWorkers, type Stores } from "../../../workers/main.ts";
import { buildApi } from "../../api/server.ts";
import { draftsFolder, sweepDrafts } from "../archive/bundle-drafts.ts";
import { modelsDir } from "../setup/prepare.ts";

export type Part = "api" | "workers";

/** A stop that takes longer than this is not waited for: what is unfinished is taken up again at the next start. */
const stopDeadlineMs = 60_000;

/** Runs until SIGTERM or SIGINT, then finishes what is in flight. Throws `config-invalid` before anything is started. */
export async function runService(parts: readonly Part[]): Promise<void> {
  const config = readConfig(process.env, thisMachine);
  const log = pino({ level: config.logLevel });
  const stopped = stopSignal();
  await sweepDrafts(draftsFolder(config.dataDir));
  const stores = await openStores(config, log);
  const stops: (() => Promise<unknown>)[] = [];
  try {
    if (parts.includes("workers")) stops.push(await startWorkerPart(config, stores, log));
    if (parts.includes("api")) stops.push(await startApiPart(config, stores, log));
    log.info({ parts }, "Sĩ số đang chạy | running");
    const signal = await stopped;
    log.info({ signal }, "đang dừng, làm nốt việc dở | stopping, finishing what is in flight");
  } finally {
    setTimeout(() => process.exit(1), stopDeadlineMs).unref();
    for (const stop of stops.toReversed()) await stop();
    await stores.close();
  }
}

async function startWorkerPart(config: Config, stores: Stores, log: Logger): Promise<() => Promise<unknown>> {
  const ctx = await openContext(config, stores.db, modelsDir, log, { starting: true });
  const workers = await startWorkers(ctx, stores.queue, config.workerConcurrency);
  return () => workers.stop();
}

async function startApiPart(config: Config, stores: Stores, log: Logger): Promise<() => Promise<unknown>> {
  const { host, port, token } = config.api;
  const api = await buildApi({ db: stores.db, log, token, queueReady: () => stores.queue.ready() });
  const address = await api.listen({ host, port });
  log.info({ address }, "API");
  return () => api.close();
}

function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve(signal));
  });
}
