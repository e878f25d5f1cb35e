import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { SisoError } from "../services/errors.ts";
import {
  forgetStalePid,
  freePort,
  haltServer,
  launchServer,
  notedServer,
  prepareCluster,
  runningServer,
  type Cluster,
} from "./embedded-cluster.ts";

/** A pino logger fits. */
export interface EmbeddedLog {
  info(message: string): void;
  warn(message: string): void;
}

export interface EmbeddedServer {
  /** For role `siso`, owner of database `siso`; may create databases, is no superuser. Survives a restart of the server. */
  connectionString: string;
  port: number;
  /** Stops the server unless another process of ours still uses it. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Belongs wholly to the server; made when absent. */
  dataDir: string;
  /** Any free port when absent; a server already running keeps the port it has. */
  port?: number;
  log?: EmbeddedLog;
  /** False only for databases a test throws away: nothing is synced to disk. */
  durable?: boolean;
}

const SILENT: EmbeddedLog = { info: () => undefined, warn: () => undefined };
/** Recovery after kill -9 of everything took 2.5–4.4 s when measured. */
const START_DEADLINE_MS = 30_000;
const RETRY_MS = 200;
/** Spells SISO. Held shared by every process using the server: who gets it alone is the last one and may stop it. */
const LEASE_LOCK = 0x5349534f;

/**
 * Starts PostgreSQL on `dataDir`, or attaches to the one already running there, and brings it back on the same port
 * if it dies while in use. Throws `database-unavailable` or `config-invalid`.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const log = options.log ?? SILENT;
  const cluster = await prepareCluster(resolve(options.dataDir), options.durable ?? true);
  if (cluster.copiedBinaries) {
    log.info(
      `PostgreSQL: bản sao chương trình ở ${cluster.copiedBinaries} | binaries copied to ${cluster.copiedBinaries}`,
    );
  }
  const lease = await raise(cluster, options.port ?? null, log);
  await ensureDatabase(cluster, lease.port);
  const watch = keepRunning(cluster, lease, log);
  return {
    connectionString: connectionString(cluster, "siso", "siso", lease.port),
    port: lease.port,
    stop: async () => {
      const stopped = await watch.end();
      log.info(
        stopped
          ? "PostgreSQL đã dừng | PostgreSQL stopped"
          : "PostgreSQL còn tiến trình khác dùng | PostgreSQL left running for another process",
      );
    },
  };
}

/** Brings the server back when it dies under us. `end` gives the lease back; true when that stopped the server. */
function keepRunning(cluster: Cluster, first: Lease, log: EmbeddedLog): { end(): Promise<boolean> } {
  const state = { lease: first, restarting: Promise.resolve(), ending: null as Promise<boolean> | null };
  const watch = (): void => {
    state.lease.client.once("end", () => {
      if (state.ending === null) state.restarting = restart();
    });
  };
  const restart = async (): Promise<void> => {
    log.warn("PostgreSQL dừng bất ngờ, đang khởi động lại | PostgreSQL stopped unexpectedly, restarting");
    try {
      state.lease = await raise(cluster, first.port, log);
      watch();
    } catch (error) {
      log.warn(String(error));
      await sleep(RETRY_MS);
      if (state.ending === null) await restart();
    }
  };
  // A restart under way is waited for: it would leave a server behind that nobody stops.
  const end = async (): Promise<boolean> => {
    await state.restarting;
    return release(cluster, state.lease.client);
  };
  watch();
  return { end: () => (state.ending ??= end()) };
}

interface Lease {
  client: Client;
  port: number;
}

/** Starts or attaches until a lease is held, so that a crash recovery or a racing start only costs time. */
async function raise(cluster: Cluster, wantedPort: number | null, log: EmbeddedLog): Promise<Lease> {
  const deadline = Date.now() + START_DEADLINE_MS;
  let trouble = "";
  while (Date.now() < deadline) {
    const running = await runningServer(cluster);
    if (running) {
      const lease = await takeLease(cluster, running.port);
      if (typeof lease !== "string") return lease;
      trouble = lease;
    } else {
      await forgetStalePid(cluster);
      const port = await choosePort(cluster, wantedPort);
      const failure = await launchServer(cluster, port);
      if (failure === null) {
        log.info(`PostgreSQL: 127.0.0.1:${port}, ${cluster.dataDir}`);
        continue;
      }
      trouble = failure;
    }
    await sleep(RETRY_MS);
  }
  throw new SisoError("database-unavailable", {
    vi: `Cơ sở dữ liệu trong ${cluster.dataDir} không khởi động được trong ${START_DEADLINE_MS / 1000} giây: ${trouble}`,
    en: `The database in ${cluster.dataDir} did not start within ${START_DEADLINE_MS / 1000} seconds: ${trouble}`,
  });
}

async function choosePort(cluster: Cluster, wanted: number | null): Promise<number> {
  const preferred = wanted ?? (await notedServer(cluster))?.port ?? 0;
  const port = (await freePort(preferred)) ?? (wanted === null ? await freePort(0) : null);
  if (port !== null) return port;
  throw new SisoError("config-invalid", {
    vi: `Cổng ${wanted} trên 127.0.0.1 đã có chương trình khác dùng; hãy chọn cổng khác cho PostgreSQL hoặc bỏ trống`,
    en: `Port ${wanted} on 127.0.0.1 is taken by another program; choose another port for PostgreSQL or leave it out`,
  });
}

/** A string says why there is no lease yet. */
async function takeLease(cluster: Cluster, port: number): Promise<Lease | string> {
  const client = new Client({
    connectionString: connectionString(cluster, "postgres", "postgres", port),
    application_name: "siso-lease",
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  });
  // Without a listener a dying server would take this process with it.
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("select pg_advisory_lock_shared($1)", [LEASE_LOCK]);
    return { client, port };
  } catch (error) {
    await client.end().catch(() => undefined);
    if ((error as { code?: string }).code === "28P01") {
      throw new SisoError(
        "key-missing",
        {
          vi: `Mật khẩu trong ${cluster.dataDir}/password không khớp với cơ sở dữ liệu; hãy khôi phục tệp này từ bản sao lưu`,
          en: `The password in ${cluster.dataDir}/password does not fit the database; restore that file from the backup`,
        },
        error,
      );
    }
    return String(error);
  }
}

/** True when the server was stopped; false when others still hold it. */
async function release(cluster: Cluster, client: Client): Promise<boolean> {
  const alone = await client
    .query<{ alone: boolean }>("select pg_advisory_unlock_shared($1), pg_try_advisory_lock($1) as alone", [
      LEASE_LOCK,
    ])
    .then((result) => result.rows[0]?.alone === true)
    .catch(() => false);
  if (alone) await haltServer(cluster);
  await client.end().catch(() => undefined);
  return alone;
}

async function ensureDatabase(cluster: Cluster, port: number): Promise<void> {
  const admin = new Client({ connectionString: connectionString(cluster, "postgres", "postgres", port) });
  admin.on("error", () => undefined);
  await admin.connect();
  try {
    await admin.query("select pg_advisory_lock($1)", [LEASE_LOCK + 1]);
    const role = await admin.query("select from pg_roles where rolname = 'siso'");
    // The password file holds hex digits only, so that it needs no quoting here and in the connection string.
    if (role.rowCount === 0)
      await admin.query(`create role siso login createdb password '${cluster.password}'`);
    const database = await admin.query("select from pg_database where datname = 'siso'");
    if (database.rowCount === 0) await admin.query("create database siso owner siso");
  } finally {
    await admin.end();
  }
}

function connectionString(cluster: Cluster, role: string, database: string, port: number): string {
  return `postgres://${role}:${cluster.password}@127.0.0.1:${port}/${database}`;
}
