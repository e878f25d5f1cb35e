import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { mkdir, mkdtemp, open, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { execa } from "execa";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apart } from "../../fixtures/archive/apart.ts";
import { openKeeping, type KeepingPlace } from "../../fixtures/archive/archive-place.ts";
import type { FullDatabase } from "../../fixtures/archive/full-database-child.ts";
import { compileShim, faultEnvironment, type Strike } from "../../fixtures/archive/fault-shim.ts";
import { storeOne } from "../../fixtures/archive/store-one.ts";
import { mayMount, onOwnDisk } from "../../fixtures/own-mount.ts";
import { describeWith } from "../../fixtures/describe-with.ts";
import { createDb } from "../../db/client.ts";
import { startEmbedded } from "../../db/embedded.ts";
import { migrate } from "../../db/migrate.ts";
import { countUncopied } from "../../db/queries/copies.ts";
import { archiveObject } from "../../db/queries/captures.ts";
import { createFileArchive } from "../../services/archive/file-archive.ts";
import { sequenceLog } from "../archive-log/sequence-log.ts";
import { copyObjects } from "../jobs/copy-objects.ts";
import { meetArchiveAtStart } from "./second-at-start.ts";

/** Files that are not what their name says. */
async function halfVisible(dir: string): Promise<string[]> {
  const names = await readdir(join(dir, "objects"), { recursive: true });
  const found: string[] = [];
  for (const name of names.filter((each) => each.length > 60)) {
    const hash = createHash("sha256").update(await readFile(join(dir, "objects", name)));
    if (hash.digest("hex") !== basename(name)) found.push(name);
  }
  return found;
}

/** Whether this file system can be written past its cache. */
const probe = join(tmpdir(), `siso-direct-${randomUUID()}`);
const pastCache = await open(probe, constants.O_CREAT | constants.O_DIRECT | constants.O_WRONLY).then(
  (file) => file.close().then(() => true),
  () => false,
);
await rm(probe, { force: true });

const pictureBytes = 300_000;
/** The store and what is struck there; the startup's own calls come before. What of five pictures is kept till then. */
const strikes = [
  { call: "open", at: 3, path: "archive/drafts/", kept: 2 },
  { call: "write", at: 1, path: "archive/drafts/", kept: 0 },
  { call: "last", at: 3, path: "archive/drafts/", end: pictureBytes, kept: 2 },
  { call: "fsync", at: 3, path: "archive/drafts/", kept: 2 },
  { call: "rename", at: 3, path: "archive/objects/", kept: 2 },
  { call: "fsync", at: 3, path: "archive/objects/", kept: 2 },
  { call: "write", at: 2, path: "second/drafts/", kept: 5 },
  { call: "rename", at: 2, path: "second/objects/", kept: 5 },
] as const;

describeWith(["cc"], "real faults of the disk, given by a shim below the process", () => {
  let place: KeepingPlace;
  let shim: string;
  beforeAll(async () => {
    place = await openKeeping({ second: "folder" });
    await meetArchiveAtStart(place.ctx);
    shim = await compileShim(place.folder);
  });
  afterAll(() => place.close());

  /** What a process that meets the fault says, and how it ended. */
  async function struck(what: "KILL" | "EIO" | "ENOSPC" | "EINVAL", strike: Strike) {
    const { connectionString, archiveDir, secondDir, keyFile } = place;
    const args = ["--import", "tsx", "fixtures/archive/storing-child.ts"];
    const { stdout, signal } = await execa(
      process.execPath,
      [...args, connectionString, archiveDir, secondDir, keyFile, "5"],
      {
        env: faultEnvironment(shim, what, strike),
        reject: false,
      },
    );
    const lines = stdout.split("\n").filter(Boolean);
    const kept = lines.flatMap((line) => (line.startsWith("kept ") ? [line.slice(5)] : []));
    return { lines, kept, signal: signal ?? null };
  }

  /** After it: what was acknowledged is there, nothing is half there, log and bytes agree; then all of it in both stores. */
  async function sound(kept: readonly string[]): Promise<void> {
    const { db, archive } = await place.reopen();
    for (const id of kept)
      expect((await archive.open(await archiveObject(db, id))).length).toBe(pictureBytes);
    expect(await apart(db, archive)).toEqual([]);
    await copyObjects({ ...place.ctx, archive });
    expect(await countUncopied(db)).toBe(0);
    for (const dir of [place.archiveDir, place.secondDir]) {
      expect(await halfVisible(dir)).toEqual([]);
      expect(await readdir(join(dir, "drafts"))).toEqual([]);
    }
  }

  test.each(strikes)("kill -9 at $call of $path", async (strike) => {
    const { kept, lines, signal } = await struck("KILL", strike);
    expect(signal).toBe("SIGKILL");
    expect(lines).not.toContain("done");
    expect(kept).toHaveLength(strike.kept);
    await sound(kept);
  });

  test.each([1, 2, 3, 4, 6].map((index) => strikes[index]!))("EIO from $call of $path on", async (strike) => {
    const { kept, lines } = await struck("EIO", strike);
    expect(kept).toHaveLength(strike.kept);
    expect(lines.filter((line) => line === "refused EIO")).toHaveLength(5 - strike.kept);
    expect(lines).toContain("done");
    await sound(kept);
  });

  test.each([1, 2, 6].map((index) => strikes[index]!))("ENOSPC at $call of $path", async (strike) => {
    const { kept, lines } = await struck("ENOSPC", strike);
    expect(lines.filter((line) => line === "refused archive-full")).toHaveLength(5 - strike.kept);
    await sound(kept);
  });

  test.skipIf(!pastCache).each(["KILL", "EIO"] as const)(
    `%s where a draft written past the cache is cut to its length${pastCache ? "" : " [thiếu · missing: O_DIRECT]"}`,
    async (what) => {
      const { kept, lines, signal } = await struck(what, {
        call: "truncate",
        at: 3,
        path: "archive/drafts/",
      });
      expect(signal).toBe(what === "KILL" ? "SIGKILL" : null);
      expect(kept).toHaveLength(2);
      expect(lines.includes("done")).toBe(what === "EIO");
      await sound(kept);
    },
  );

  test.each(["direct", "pwrite"] as const)(
    "where the file system refuses %s past its cache all is kept through it",
    async (call) => {
      const { kept, lines } = await struck("EINVAL", { call, at: 1, path: "archive/drafts/" });
      expect(lines.filter((line) => line.startsWith("refused"))).toEqual([]);
      expect(kept).toHaveLength(5);
      await sound(kept);
    },
  );
});

// The server runs under an account of its own, which only root can give it.
const ownServer = mayMount && process.getuid?.() === 0;
const why = ownServer ? "" : " [thiếu · missing: root + unshare + mount]";
describe.skipIf(!ownServer)(`PostgreSQL on a disk that fills up to its last byte${why}`, () => {
  test("refuses, loses nothing acknowledged, and goes on when it has room again", async () => {
    const folder = await mkdtemp(join(tmpdir(), "siso-full-"));
    await execa("chmod", ["711", folder]);
    const disk = join(folder, "disk");
    await mkdir(disk);
    const child = [
      "fixtures/archive/full-database-child.ts",
      disk,
      join(folder, "archive"),
      join(folder, "key"),
    ];
    const found = JSON.parse(await onOwnDisk(disk, "300m", child)) as FullDatabase;
    expect(found).toMatchObject({ lost: [], apart: [] });
    expect(found.refused.length).toBeGreaterThan(0);
    expect(found.before).toBeGreaterThanOrEqual(20);
    expect(found.after).toBeGreaterThanOrEqual(20);
    expect(found.sequenced).toBe(found.rows);
    await rm(folder, { recursive: true, force: true });
  });
});

describe("PostgreSQL stopped and started under load", () => {
  test("nothing acknowledged is lost, and log and bytes agree", async () => {
    const folder = await mkdtemp(join(tmpdir(), "siso-load-"));
    const dataDir = join(folder, "pg");
    await execa("chmod", ["711", folder]);
    const archive = await createFileArchive({
      dir: join(folder, "archive"),
      keyFile: join(folder, "keys", "a.key"),
    });
    let server = await startEmbedded({ dataDir });
    await migrate(server.connectionString);
    let db = createDb(server.connectionString, { onIdleError: () => undefined });
    const state = { running: true };
    const kept: string[] = [];
    const refused: unknown[] = [];
    const load = Array.from({ length: 4 }, async () => {
      while (state.running)
        await storeOne(db, archive, 20_000).then(
          (id) => kept.push(id),
          async (error: unknown) => {
            refused.push(error);
            await new Promise((resolve) => setTimeout(resolve, 20));
          },
        );
    });
    const placing = (async () => {
      while (state.running) {
        await sequenceLog(db).catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    for (let round = 1; round <= 2; round += 1) {
      await expect.poll(() => kept.length, { timeout: 30_000 }).toBeGreaterThan(round * 30);
      await server.stop();
      server = await startEmbedded({ dataDir });
      const old = db;
      db = createDb(server.connectionString, { onIdleError: () => undefined });
      await old.destroy();
    }
    const before = kept.length;
    await expect.poll(() => kept.length, { timeout: 30_000 }).toBeGreaterThan(before + 10);
    state.running = false;
    await Promise.all([...load, placing]);
    expect(refused.length).toBeGreaterThan(0);
    const rows = await db.selectFrom("archiveObject").select("objectId").execute();
    const there = new Set(rows.map(({ objectId }) => objectId));
    expect(kept.filter((id) => !there.has(id))).toEqual([]);
    expect(await apart(db, archive)).toEqual([]);
    expect(await sequenceLog(db)).toBe(rows.length);
    const { rows: places } = await sql<{ holes: number; twice: number }>`
      select (max(leaf_index) + 1 - count(*))::int as holes, (count(*) - count(distinct seq))::int as twice
      from log_leaf`.execute(db);
    expect(places).toEqual([{ holes: 0, twice: 0 }]);
    expect(await halfVisible(join(folder, "archive"))).toEqual([]);
    await db.destroy();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }, 120_000);
});
