import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { pino } from "pino";
import { afterEach, expect, test } from "vitest";
import { openKeeping, type KeepingPlace } from "../../../fixtures/archive/archive-place.ts";
import { addCourse } from "../../../fixtures/archive/old-course.ts";
import { createEmptyDatabase } from "../../../fixtures/servers/postgres.ts";
import { dumpTables } from "../../../db/dump-tables.ts";
import { archivePlace, noteArchive } from "../../../db/queries/archive-place.ts";
import { archiveObject } from "../../../db/queries/captures.ts";
import { newSalt, readKeys, sealKeys, secretOf } from "../../archive/backup-keys.ts";
import { createFileArchive } from "../../archive/file-archive.ts";
import { sealedKeysName, writeBackupFile, writeManifest, type BackupFile } from "../backup/backup-folder.ts";
import { createDb, type Db } from "../../../db/client.ts";
import { describeSchema } from "../../../db/describe-schema.ts";
import { migrate, MIGRATIONS_DIR } from "../../../db/migrate.ts";
import { checkpointLog } from "../../../workers/archive-log/checkpoint-log.ts";
import { copyObjects } from "../../../workers/jobs/copy-objects.ts";
import { meetArchiveAtStart } from "../../../workers/keeping/second-at-start.ts";
import { systemClock, systemRandom } from "../../../workers/system.ts";
import type { SecondPlace } from "../../../config/read-config.ts";
import { openLogSigner } from "../../archive/log-key.ts";
import { backUp } from "../backup/run-backup.ts";
import type { Keeping } from "../archive/open-keeping.ts";
import { restore } from "./restore.ts";

const passphrase = "mật khẩu dài của kho lưu trữ";
const drops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const drop of drops.splice(0).toReversed()) await drop();
});

async function open(own: Parameters<typeof openKeeping>[0] = {}): Promise<KeepingPlace> {
  const place = await openKeeping(own);
  drops.push(() => place.close());
  return place;
}

async function emptyDatabase(): Promise<{ url: string; db: Db }> {
  const { connectionString, drop } = await createEmptyDatabase();
  const db = createDb(connectionString, { applicationName: "siso-test" });
  drops.push(async () => {
    await db.destroy();
    await drop();
  });
  return { url: connectionString, db };
}

/** A course with its papers, a signed log, and a backup of them. */
async function backedUp(place: KeepingPlace, ctx: Keeping, connectionString: string, objects = true) {
  await meetArchiveAtStart(ctx);
  const kept = { code: "K1", startsOn: "2026-09-07", documents: 24, bytes: 400_000 };
  const course = await addCourse(ctx.db, ctx.archive, kept);
  const logSigner = await openLogSigner(place.keyFile);
  await checkpointLog({ ...ctx, logSigner, timestamps: null }, "asked");
  if (ctx.archive.stores.second !== null) await copyObjects(ctx);
  const out = join(place.folder, "backups");
  const backup = await backUp(ctx, { connectionString, keyFile: place.keyFile, out, passphrase, objects });
  return { course, backup };
}

function target(place: KeepingPlace, url: string, archiveSecond: SecondPlace | null = null) {
  const dir = join(place.folder, "restored");
  const files = { archiveDir: join(dir, "archive"), keyFile: join(dir, "keys", "archive.key") };
  return { database: { kind: "server" as const, url }, archiveSecond, ...files };
}

async function restoreTo(config: ReturnType<typeof target>, from: string, keepArchive = false) {
  const machine = { config, clock: systemClock, random: systemRandom, log: pino({ level: "silent" }) };
  return restore(machine, { from, passphrase, keepArchive });
}

/** As the version of that schema wrote it. */
async function olderBackup(place: KeepingPlace, ctx: Keeping, connectionString: string) {
  await noteArchive(ctx.db, ctx.random.uuid(), new Date());
  const course = await addCourse(ctx.db, ctx.archive, { code: "K1", startsOn: "2026-09-07", documents: 3 });
  const logSigner = await openLogSigner(place.keyFile);
  await checkpointLog({ ...ctx, logSigner, timestamps: null }, "asked");
  const from = join(place.folder, "backups", "20261122T000000");
  await mkdir(from, { recursive: true });
  const files: BackupFile[] = [];
  const dump = await dumpTables(connectionString, async (name, rows) => {
    files.push(await writeBackupFile(from, name, rows));
  });
  const salt = newSalt();
  const secret = await secretOf(passphrase, salt);
  const keys = sealKeys(secret, place.keyFile, await readKeys(place.keyFile));
  files.push(await writeBackupFile(from, sealedKeysName, Readable.from([keys])));
  const archiveId = (await archivePlace(ctx.db))?.archiveId ?? "";
  const about = {
    format: 1 as const,
    madeAt: new Date().toISOString(),
    archiveId,
    salt: salt.toString("hex"),
  };
  await writeManifest(from, secret, { ...about, ...dump, files });
  await cp(join(place.archiveDir, "objects"), join(place.folder, "backups", "objects"), { recursive: true });
  return { course, from };
}

test("L17 a backup of an older version is brought up to this one, with every row and object", async () => {
  const place = await open();
  const older = await emptyDatabase();
  await migrate(older.url, MIGRATIONS_DIR, 10);
  const { course, from } = await olderBackup(place, { ...place.ctx, db: older.db }, older.url);
  const fresh = await emptyDatabase();
  const result = await restoreTo(target(place, fresh.url), from);
  expect(result).toMatchObject({ missing: [], copied: course.objects.length, found: { troubles: [] } });
  expect(await describeSchema(fresh.url)).toBe(await describeSchema(place.connectionString));
});

test("L17 the first store lost, objects not in the backup: all of it comes back from the second store", async () => {
  const place = await open({ second: "folder" });
  const { course, backup } = await backedUp(place, place.ctx, place.connectionString, false);
  const fresh = await emptyDatabase();
  const config = target(place, fresh.url, place.second);
  const result = await restoreTo(config, backup.folder);
  const all = { missing: [], copied: course.objects.length, blind: false, found: { troubles: [] } };
  expect(result).toMatchObject(all);
});

test("L17 kill -9 in the middle of a restore leaves no row behind, and the same command finishes it", async () => {
  const place = await open();
  const { course, backup } = await backedUp(place, place.ctx, place.connectionString);
  for (const point of ["keys", "objects", "rows"] as const) {
    const fresh = await emptyDatabase();
    const config = target({ ...place, folder: join(place.folder, point) }, fresh.url);
    await killedAt(point, config, backup.folder, fresh.db);
    expect(await rowsThere(fresh.db)).toEqual([]);
    const again = await finish(config, backup.folder);
    expect(again).toMatchObject({ missing: [], found: { troubles: [] } });
    const { objectId } = course.objects.at(-1)?.object ?? { objectId: "" };
    const archive = await createFileArchive({ dir: config.archiveDir, keyFile: config.keyFile });
    const plain = await archive.open(await archiveObject(fresh.db, objectId));
    expect(course.objects.at(-1)?.plain.equals(plain)).toBe(true);
  }
});

/** The same command again, with what it asks for when it finds the archive begun. */
async function finish(config: ReturnType<typeof target>, from: string) {
  return restoreTo(config, from).catch((error: unknown) => {
    if (!String(error).includes("add --keep-archive")) throw error;
    return restoreTo(config, from, true);
  });
}

/** Objects the database knows; none where it has no tables yet. */
async function rowsThere(db: Db): Promise<object[]> {
  const { rows } = await sql`select from pg_tables where tablename = 'archive_object'`.execute(db);
  return rows.length === 0 ? [] : db.selectFrom("archiveObject").select("objectId").execute();
}

/** A process of its own restores and is killed as soon as it is seen to be there. */
async function killedAt(
  point: "keys" | "objects" | "rows",
  config: ReturnType<typeof target>,
  from: string,
  db: Db,
): Promise<void> {
  const { archiveDir, keyFile, database } = config;
  const args = ["--import", "tsx", "fixtures/archive/restore-child.ts"];
  const child = spawn(process.execPath, [...args, from, passphrase, database.url, archiveDir, keyFile], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const exit = once(child, "exit");
  const reached = {
    keys: () => isThere(keyFile),
    objects: () => hasObjects(archiveDir, 3),
    rows: () => loading(db),
  };
  while (child.exitCode === null && !(await reached[point]())) await sleep(2);
  child.kill("SIGKILL");
  expect(await exit).toEqual([null, "SIGKILL"]);
}

async function isThere(path: string): Promise<boolean> {
  return readdir(join(path, "..")).then(
    (names) => names.some((name) => path.endsWith(`/${name}`)),
    () => false,
  );
}

async function hasObjects(dir: string, count: number): Promise<boolean> {
  const names = await readdir(join(dir, "objects"), { recursive: true }).catch(() => []);
  return names.filter((name) => name.length > 60).length >= count;
}

/** The transaction that holds all rows has begun to write and has not committed. */
async function loading(db: Db): Promise<boolean> {
  const { rows } = await sql`
    select from pg_stat_activity where application_name = 'siso-restore' and backend_xid is not null
      and datname = current_database()`.execute(db);
  return rows.length > 0;
}
