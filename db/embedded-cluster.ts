import { randomBytes } from "node:crypto";
import { chown, link, mkdir, mkdtemp, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { execa } from "execa";
import { SisoError } from "../services/errors.ts";
import { blockedFolder, serverAccount, type ServerAccount } from "./embedded-account.ts";
import { packagedBinaries, serverBinaries } from "./embedded-binaries.ts";

/** One PostgreSQL data folder on disk and everything needed to run a server on it. */
export interface Cluster {
  dataDir: string;
  /** PGDATA. */
  clusterDir: string;
  binDir: string;
  account: ServerAccount;
  password: string;
  durable: boolean;
  /** Set when the binaries had to be copied out of a private folder. */
  copiedBinaries: string | null;
}

/** Sane for 2 cores and a few hundred MB; durability is spelled out so that no edited file can weaken it unseen. */
const settings: Record<string, string> = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  fsync: "on",
  full_page_writes: "on",
  synchronous_commit: "on",
  max_connections: "80",
  shared_buffers: "96MB",
  work_mem: "8MB",
  maintenance_work_mem: "64MB",
  effective_cache_size: "512MB",
  max_wal_size: "1GB",
  io_method: "sync",
  jit: "off",
  random_page_cost: "1.1",
  timezone: "UTC",
  log_timezone: "UTC",
  logging_collector: "on",
  log_filename: "postgresql-%a.log",
  log_rotation_age: "1d",
  log_truncate_on_rotation: "on",
};

/** For databases a test throws away: creating and dropping one costs tens of syncs otherwise. */
const throwAway = {
  fsync: "off",
  full_page_writes: "off",
  synchronous_commit: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
};

/** Makes the data folder when absent. `dataDir` belongs wholly to this server; nothing else may be kept in it. */
export async function prepareCluster(dataDir: string, durable: boolean): Promise<Cluster> {
  const clusterDir = join(dataDir, "cluster");
  const account = await serverAccount(clusterDir);
  await makeReachable(dataDir, account);
  const binaries = await serverBinaries(await packagedBinaries(), dataDir, account);
  const password = await readOrCreatePassword(dataDir, account);
  const cluster: Cluster = {
    dataDir,
    clusterDir,
    binDir: binaries.binDir,
    account,
    password,
    durable,
    copiedBinaries: binaries.copied ? binaries.binDir : null,
  };
  if ((await readText(join(clusterDir, "PG_VERSION"))) === null) await initialise(cluster);
  return cluster;
}

async function makeReachable(dataDir: string, account: ServerAccount): Promise<void> {
  const blocked = await blockedFolder(join(dataDir, ".."), account);
  if (blocked !== null) throw unreachable(dataDir, blocked);
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o755 });
    if (account) await chown(dataDir, account.uid, account.gid);
  } catch (cause) {
    throw unreachable(dataDir, dataDir, cause);
  }
  // Folders just made above `dataDir` can be closed too when the umask is strict.
  const closed = await blockedFolder(dataDir, account);
  if (closed !== null) throw unreachable(dataDir, closed);
}

function unreachable(dataDir: string, folder: string, cause?: unknown): SisoError {
  return new SisoError(
    "config-invalid",
    {
      vi: `Không đặt được dữ liệu PostgreSQL ở ${dataDir}: tài khoản chạy PostgreSQL không vào được ${folder}; hãy chọn thư mục mà mọi tài khoản đi qua được, ví dụ /var/lib/siso`,
      en: `PostgreSQL data cannot be kept in ${dataDir}: the account PostgreSQL runs under cannot enter ${folder}; choose a folder every account can pass through, such as /var/lib/siso`,
    },
    cause,
  );
}

/** The file appears whole or not at all (written aside, then linked), so that two first starts agree on one password. */
async function readOrCreatePassword(dataDir: string, account: ServerAccount): Promise<string> {
  const path = join(dataDir, "password");
  const kept = await readText(path);
  if (kept !== null) return kept.trim();
  if ((await readText(join(dataDir, "cluster", "PG_VERSION"))) !== null) {
    throw new SisoError("key-missing", {
      vi: `Thiếu tệp mật khẩu ${path} của cơ sở dữ liệu đã có; hãy khôi phục tệp này từ bản sao lưu`,
      en: `The password file ${path} of an existing database is missing; restore it from the backup`,
    });
  }
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  await writeFile(draft, `${randomBytes(24).toString("hex")}\n`, { mode: 0o600, flag: "wx", flush: true });
  if (account) await chown(draft, account.uid, account.gid);
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  await rm(draft);
  return (await readFile(path, "utf8")).trim();
}

/** Initialises aside and renames: a cluster exists whole or not at all, and of two racing processes one wins. */
async function initialise(cluster: Cluster): Promise<void> {
  const draft = await mkdtemp(join(cluster.dataDir, "cluster-draft-"));
  if (cluster.account) await chown(draft, cluster.account.uid, cluster.account.gid);
  const result = await runServerTool(cluster, "initdb", [
    `--pgdata=${draft}`,
    "--username=postgres",
    `--pwfile=${join(cluster.dataDir, "password")}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    // Built into PostgreSQL: the same order and case rules whatever locales the machine has.
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--data-checksums",
  ]);
  if (result.failed) {
    await rm(draft, { recursive: true, force: true });
    throw new SisoError("database-unavailable", {
      vi: `Không tạo được cơ sở dữ liệu trong ${cluster.dataDir}: ${result.said}`,
      en: `The database could not be created in ${cluster.dataDir}: ${result.said}`,
    });
  }
  await rename(draft, cluster.clusterDir).catch(async (error: NodeJS.ErrnoException) => {
    await rm(draft, { recursive: true, force: true });
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
  });
  await syncFolder(cluster.dataDir);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** What `pg_ctl start` said when it failed; null when the server is up. */
export async function launchServer(cluster: Cluster, port: number): Promise<string | null> {
  const startLog = join(cluster.dataDir, "start.log");
  await rm(startLog, { force: true });
  const options = Object.entries({
    ...settings,
    ...(cluster.durable ? {} : throwAway),
    port: String(port),
  }).map(([key, value]) => `-c ${key}=${value}`);
  const result = await runServerTool(cluster, "pg_ctl", [
    "start",
    "--wait",
    "--timeout=60",
    `--pgdata=${cluster.clusterDir}`,
    `--log=${startLog}`,
    `--options=${options.join(" ")}`,
  ]);
  if (!result.failed) return null;
  const log = ((await readText(startLog)) ?? "").trim().split("\n").slice(-4).join(" ");
  return `${result.said} ${log}`.trim();
}

export async function haltServer(cluster: Cluster): Promise<void> {
  const result = await runServerTool(cluster, "pg_ctl", [
    "stop",
    "--wait",
    "--timeout=60",
    "--mode=fast",
    `--pgdata=${cluster.clusterDir}`,
  ]);
  if (result.failed && (await runningServer(cluster)) !== null) {
    throw new SisoError("database-unavailable", {
      vi: `Không dừng được cơ sở dữ liệu trong ${cluster.dataDir}: ${result.said}`,
      en: `The database in ${cluster.dataDir} could not be stopped: ${result.said}`,
    });
  }
}

/** The server that holds this data folder now. A pid that some other program took after a crash does not count. */
export async function runningServer(cluster: Cluster): Promise<{ pid: number; port: number } | null> {
  const noted = await notedServer(cluster);
  if (noted === null) return null;
  const commandLine = await readText(`/proc/${noted.pid}/cmdline`);
  return commandLine?.includes(cluster.clusterDir) ? noted : null;
}

/** What postmaster.pid says, be it true or stale. */
export async function notedServer(cluster: Cluster): Promise<{ pid: number; port: number } | null> {
  const lines = (await readText(join(cluster.clusterDir, "postmaster.pid")))?.split("\n");
  const pid = Number(lines?.[0]);
  const port = Number(lines?.[3]);
  return pid > 0 && port > 0 ? { pid, port } : null;
}

/**
 * PostgreSQL takes any live process with the pid in a stale postmaster.pid for itself (after a reboot or in a container
 * that is likely) and would never start again; a pid that is provably another program's is forgotten.
 */
export async function forgetStalePid(cluster: Cluster): Promise<void> {
  const noted = await notedServer(cluster);
  if (noted === null) return;
  const commandLine = await readText(`/proc/${noted.pid}/cmdline`);
  if (commandLine !== null && commandLine !== "" && !commandLine.includes("postgres")) {
    await rm(join(cluster.clusterDir, "postmaster.pid"), { force: true });
  }
}

/** `wanted` when it is free on 127.0.0.1, else any free port; null when `wanted` is taken and `only` it would do. */
export async function freePort(wanted: number): Promise<number | null> {
  const server = createServer();
  const listening = new Promise<number | null>((resolve) => {
    server.once("error", () => resolve(null));
    server.listen({ port: wanted, host: "127.0.0.1", exclusive: true }, () =>
      resolve((server.address() as AddressInfo).port),
    );
  });
  const port = await listening;
  if (port !== null) await new Promise((resolve) => server.close(resolve));
  return port;
}

interface ToolResult {
  failed: boolean;
  /** Its last lines, for an error a person reads. */
  said: string;
}

async function runServerTool(
  cluster: Cluster,
  tool: "initdb" | "pg_ctl",
  args: string[],
): Promise<ToolResult> {
  const result = await execa(join(cluster.binDir, tool), args, {
    reject: false,
    cwd: cluster.dataDir,
    stdin: "ignore",
    extendEnv: false,
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" },
    ...cluster.account,
  });
  const text = result.stderr || result.stdout || result.message || "";
  return { failed: result.failed, said: text.trim().split("\n").slice(-3).join(" ") };
}

async function readText(path: string): Promise<string | null> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR" || error.code === "ESRCH") return null;
    throw error;
  });
}
