import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startLineChild, type LineChild } from "../fixtures/servers/line-child.ts";
import { serverAccount } from "./embedded-account.ts";
import { packagedBinaries, serverBinaries } from "./embedded-binaries.ts";
import { startEmbedded, type EmbeddedServer } from "./embedded.ts";

let root: string;
let dataDir: string;
let started: EmbeddedServer[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "siso-embedded-"));
  await chmod(root, 0o755);
  dataDir = join(root, "pg");
  started = [];
});
afterEach(async () => {
  for (const server of started) await server.stop();
  if (await postmasterAlive()) throw new Error("a stopped server is still running");
  await rm(root, { recursive: true, force: true });
});

async function start(options: { port?: number } = {}): Promise<EmbeddedServer> {
  const server = await startEmbedded({ dataDir, ...options });
  started.push(server);
  return server;
}

/** The same server held by another process, to be killed. */
async function startInChild(): Promise<LineChild & { connectionString: string }> {
  const child = await startLineChild("fixtures/servers/embedded-child.ts", [dataDir]);
  return { ...child, connectionString: child.firstLine };
}

async function postmasterPid(): Promise<number> {
  return Number((await readFile(join(dataDir, "cluster", "postmaster.pid"), "utf8")).split("\n")[0]);
}

async function postmasterAlive(): Promise<boolean> {
  const pid = await postmasterPid().catch(() => 0);
  const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return commandLine.includes(dataDir);
}

async function query<T extends object>(connectionString: string, text: string): Promise<T[]> {
  const client = new Client({ connectionString });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<T>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Commits rows one by one until the connection breaks; resolves with the last one acknowledged. */
async function writeUntilCut(
  connectionString: string,
): Promise<{ acknowledged: () => number; over: Promise<void> }> {
  const client = new Client({ connectionString });
  client.on("error", () => undefined);
  await client.connect();
  let last = 0;
  const over = (async () => {
    for (let id = 1; ; id += 1) {
      await client.query("insert into kept values ($1)", [id]);
      last = id;
    }
  })().catch(() => undefined);
  return { acknowledged: () => last, over };
}

async function expectAllKept(connectionString: string, last: number): Promise<void> {
  const [row] = await query<{ rows: number; newest: number }>(
    connectionString,
    "select count(*)::int as rows, max(id) as newest from kept",
  );
  expect(row?.rows).toBe(row?.newest);
  expect(row?.newest).toBeGreaterThanOrEqual(last);
}

describe("a server of one's own", () => {
  test("keeps rows, password and durability over a stop and a start", async () => {
    const first = await start();
    await query(first.connectionString, "create table kept (id int)");
    await first.stop();
    const second = await start();
    expect(await query(second.connectionString, "select id from kept")).toEqual([]);
    expect(new URL(second.connectionString).password).toBe(new URL(first.connectionString).password);
    const settings = await query<{ name: string; setting: string }>(
      second.connectionString,
      `select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit',
         'listen_addresses', 'data_checksums', 'server_encoding') order by name`,
    );
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      data_checksums: "on",
      fsync: "on",
      full_page_writes: "on",
      listen_addresses: "127.0.0.1",
      server_encoding: "UTF8",
      synchronous_commit: "on",
    });
  });

  test("lets nobody in without the password, and the role is no superuser", async () => {
    const { connectionString } = await start();
    const wrong = new URL(connectionString);
    wrong.password = "wrong";
    await expect(query(wrong.href, "select 1")).rejects.toThrow(/password authentication failed/);
    expect(
      await query(connectionString, "select rolsuper from pg_roles where rolname = current_user"),
    ).toEqual([{ rolsuper: false }]);
  });

  test("uses the port it is told, and says so when that is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    const port = typeof address === "object" && address ? address.port : 0;
    await expect(startEmbedded({ dataDir, port })).rejects.toThrow(
      new RegExp(`${port} on 127.0.0.1 is taken`),
    );
    await new Promise((resolve) => other.close(resolve));
    expect((await start({ port })).port).toBe(port);
  });

  test("two starts together make one server; only the last to stop stops it", async () => {
    const [one, two] = await Promise.all([start(), start()]);
    expect(one.connectionString).toBe(two.connectionString);
    await one.stop();
    expect(await query(two.connectionString, "select 1 as one")).toEqual([{ one: 1 }]);
    await two.stop();
    expect(await postmasterAlive()).toBe(false);
    const left = (await readdir(dataDir)).filter((name) => !name.startsWith("pg-"));
    expect(left.toSorted()).toEqual(["cluster", "password", "start.log"]);
  });
});

describe("after kill -9", () => {
  test("of node: the server lives on and the next start attaches to it", async () => {
    const child = await startInChild();
    await query(child.connectionString, "create table kept (id int)");
    const pid = await postmasterPid();
    await child.kill();
    const server = await start();
    expect(server.connectionString).toBe(child.connectionString);
    expect(await postmasterPid()).toBe(pid);
    expect(await query(server.connectionString, "select id from kept")).toEqual([]);
  });

  test("of postgres: the process using it brings it back on the same port", async () => {
    const server = await start();
    await query(server.connectionString, "create table kept (id int)");
    const writer = await writeUntilCut(server.connectionString);
    await expect.poll(writer.acknowledged, { timeout: 30_000 }).toBeGreaterThan(20);
    const pid = await postmasterPid();
    process.kill(pid, "SIGKILL");
    await writer.over;
    await expect
      .poll(() => query(server.connectionString, "select 1"), { timeout: 30_000, interval: 100 })
      .toHaveLength(1);
    expect(await postmasterPid()).not.toBe(pid);
    await expectAllKept(server.connectionString, writer.acknowledged());
  });

  test("of both, while rows are being committed: no acknowledged row is lost", async () => {
    for (const round of [1, 2]) {
      const holder = await startInChild();
      await query(holder.connectionString, "create table if not exists kept (id int)");
      await query(holder.connectionString, "truncate kept");
      const writer = await writeUntilCut(holder.connectionString);
      await expect.poll(writer.acknowledged, { timeout: 30_000 }).toBeGreaterThan(20);
      const pid = await postmasterPid();
      // The holder first, or it would bring the server back; then the server in the middle of a commit.
      process.kill(holder.pid, "SIGKILL");
      process.kill(pid, "SIGKILL");
      await Promise.all([writer.over, holder.kill()]);
      const server = await start();
      await expectAllKept(server.connectionString, writer.acknowledged());
      if (round === 1) await server.stop();
    }
  });

  test("a pid in postmaster.pid that another program has taken since does not keep the server down", async () => {
    const server = await start();
    await query(server.connectionString, "create table kept (id int)");
    await server.stop();
    await writeFile(
      join(dataDir, "cluster", "postmaster.pid"),
      `${process.pid}\n${join(dataDir, "cluster")}\n1795305895\n${server.port}\n\n127.0.0.1\n  0 0\nready   \n`,
    );
    const again = await start();
    expect(await query(again.connectionString, "select id from kept")).toEqual([]);
  });
});

describe("what the operator has to put right", () => {
  test("a data folder behind a folder the server's account cannot pass is refused by that folder's name", async () => {
    const closed = join(root, "closed");
    await mkdir(closed);
    // As root the server's account is another one; as a user it is ours and must be kept from writing.
    await chmod(closed, process.getuid?.() === 0 ? 0o700 : 0o500);
    const attempt = startEmbedded({ dataDir: join(closed, "pg") });
    await expect(attempt).rejects.toMatchObject({ code: "config-invalid" });
    await expect(attempt).rejects.toThrow(closed);
    expect(await readdir(closed)).toEqual([]);
  });

  test("a lost or foreign password file is named", async () => {
    const server = await start();
    await server.stop();
    const path = join(dataDir, "password");
    const password = await readFile(path);
    await writeFile(path, "0000\n");
    await expect(startEmbedded({ dataDir })).rejects.toMatchObject({ code: "key-missing" });
    await rm(path);
    await expect(startEmbedded({ dataDir })).rejects.toThrow(path);
    await writeFile(path, password);
    await start();
  });

  test("binaries the account cannot reach are copied once to where it can, and run there", async () => {
    const packaged = await packagedBinaries();
    const hidden = join(root, "home", "native");
    await cp(packaged.nativeDir, hidden, { recursive: true, verbatimSymlinks: true });
    await chmod(join(root, "home"), 0o700);
    await mkdir(dataDir, { mode: 0o755 });
    const account = await serverAccount(join(dataDir, "cluster"));
    const found = await serverBinaries({ nativeDir: hidden, version: "1" }, dataDir, account);
    // A user needs no copy: the private folder is their own.
    expect(found.copied).toBe(account !== null);
    const { stdout } = await execa(join(found.binDir, "postgres"), ["--version"], { cwd: "/", ...account });
    expect(stdout).toMatch(/^postgres \(PostgreSQL\) 18/);
    expect(await serverBinaries({ nativeDir: hidden, version: "1" }, dataDir, account)).toEqual(found);
    expect((await readdir(dataDir)).filter((name) => name.includes("draft"))).toEqual([]);
  });
});
