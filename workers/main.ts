import { schedule } from "node-cron";
import type { Logger } from "pino";
import type { Config } from "../config/read-config.ts";
import { createDb, type Db } from "../db/client.ts";
import { startEmbedded } from "../db/embedded.ts";
import { migrate } from "../db/migrate.ts";
import { createFileArchive } from "../services/archive/file-archive.ts";
import { openLogSigner } from "../services/archive/log-key.ts";
import { httpTimestampAuthority } from "../services/archive/timestamp-authority.ts";
import { createVault } from "../services/archive/vault.ts";
import { createCameras } from "../services/cameras/create-cameras.ts";
import { createSeatWatch } from "../services/faces/seat-watch.ts";
import { createDocumentReader } from "../services/readers/document-reader.ts";
import type { Clock, Random } from "../services/ports.ts";
import { openLog } from "./archive-log/open-log.ts";
import type { Context } from "./context.ts";
import { saveInstitution } from "./institution.ts";
import { connectMailbox, openMail } from "./open-mail.ts";
import { openPack, rememberPack } from "./open-pack.ts";
import { planNight } from "./jobs/check-fixity.ts";
import { meetArchive } from "./keeping/meet-archive.ts";
import { meetArchiveAtStart } from "./keeping/second-at-start.ts";
import { createQueue, type JobQueue } from "./queue.ts";
import { lookAfterArchive } from "./look-after-archive.ts";
import { runFlow } from "./run-flow.ts";
import { sweep } from "./sweep.ts";
import { systemClock, systemRandom } from "./system.ts";
import { watchMailbox } from "./watch-mailbox.ts";

/** Rounds are rung for this long ahead, so that two sweeps in a row may fail without a round starting late. */
const horizonMs = 90_000;

export interface Stores {
  db: Db;
  connectionString: string;
  queue: JobQueue;
  close(): Promise<void>;
}

/** The database, brought up to date, and the queue; embedded or on servers, by configuration alone. */
export async function openStores(config: Config, log: Logger): Promise<Stores> {
  const { database } = config;
  const embedded = database.kind === "embedded" ? await startEmbedded({ dataDir: database.dir }) : null;
  const connectionString = embedded?.connectionString ?? (database.kind === "server" ? database.url : "");
  await migrate(connectionString);
  const onIdleError = (error: Error) => log.warn({ err: error }, "a database connection was lost");
  const db = createDb(connectionString, { onIdleError });
  const backend =
    config.queue.backend === "redis"
      ? { kind: "redis" as const, url: config.queue.url }
      : { kind: "postgres" as const, connectionString };
  const queue = await createQueue({ backend, log });
  const close = async () => {
    await queue.close();
    await db.destroy();
    await embedded?.stop();
  };
  return { db, connectionString, queue, close };
}

export interface Overrides {
  clock?: Clock;
  random?: Random;
  /** The service begins: it runs whatever second store is configured, and says so, where a command refuses. */
  starting?: boolean;
}

/** Every outside world a job may need, and the institution's campuses, rooms and cameras as rows. */
export async function openContext(
  config: Config,
  db: Db,
  modelsDir: string,
  log: Logger,
  overrides: Overrides = {},
): Promise<Context> {
  const ctx = await contextAsItIs(config, db, modelsDir, log, overrides);
  await (overrides.starting === true ? meetArchiveAtStart(ctx) : meetArchive(ctx));
  await openLog(ctx);
  await rememberPack(config, db, modelsDir);
  await saveInstitution(ctx, config.institution);
  return ctx;
}

/** The same without writing anything: for who only looks, or works on what is there. */
export async function contextAsItIs(
  config: Config,
  db: Db,
  modelsDir: string,
  log: Logger,
  overrides: Overrides = {},
): Promise<Context> {
  const clock = overrides.clock ?? systemClock;
  const { archiveDir, archiveSecond, keyFile, minFreeBytes, timestampUrl } = config;
  return {
    db,
    clock,
    random: overrides.random ?? systemRandom,
    archive: await createFileArchive({ dir: archiveDir, keyFile, second: archiveSecond }),
    vault: await createVault(keyFile),
    logSigner: await openLogSigner(keyFile),
    timestamps: timestampUrl === null ? null : httpTimestampAuthority(timestampUrl),
    cameras: createCameras({ clock, log, ...config.cameraNetworks }),
    ...(await openPack(config, db, modelsDir)),
    seatWatch: createSeatWatch(),
    documents: createDocumentReader(),
    ...openMail(config.institution),
    log,
    institution: config.institution,
    minFreeBytes,
  };
}

export interface RunningWorkers {
  /** Takes no more work, finishes what is in flight. */
  stop(): Promise<void>;
}

/** Workers and the scheduler: a sweep twice a minute finds whatever is due and unfinished. */
export async function startWorkers(
  ctx: Context,
  queue: JobQueue,
  concurrency: number,
): Promise<RunningWorkers> {
  await runFlow(ctx, queue, { horizonMs, concurrency: { heavy: concurrency } });
  const ring = async () => {
    await lookAfterArchive(ctx);
    await sweep(ctx, queue, horizonMs).catch((error: unknown) => {
      ctx.log.error({ err: error }, "sweep failed");
    });
  };
  await planNight(ctx);
  const task = schedule("*/30 * * * * *", ring, { noOverlap: true });
  await ring();
  const connect = connectMailbox(ctx.institution);
  const pollMs = (ctx.institution.mail?.pollSeconds ?? 0) * 1000;
  const onTaken = async () => void (await sweep(ctx, queue, horizonMs, ["read-mail"]));
  const mailbox = connect && watchMailbox(ctx, connect, onTaken, pollMs);
  return {
    stop: async () => {
      await task.stop();
      await mailbox?.stop();
      await queue.close();
      await ctx.faces.close();
    },
  };
}
