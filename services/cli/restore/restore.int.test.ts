import { createHash } from "node:crypto";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fileOf } from "../../../fixtures/archive/archive-place.ts";
import { addCourse, type KeptCourse } from "../../../fixtures/archive/old-course.ts";
import { drillEndsAt } from "../../../fixtures/drill/drill-course.ts";
import { openDrillFaces } from "../../../fixtures/drill/drill-faces.ts";
import { sendPapers } from "../../../fixtures/drill/drill-papers.ts";
import { tableSums, troublesOf } from "../../../fixtures/drill/integrity.ts";
import { openDrill, type Drill } from "../../../fixtures/drill/open-drill.ts";
import { walk } from "../../../fixtures/drill/walk.ts";
import { createEmptyDatabase, testPostgres } from "../../../fixtures/servers/postgres.ts";
import { readConfig, type Config } from "../../../config/read-config.ts";
import { thisMachine } from "../../../config/this-machine.ts";
import { createDb, type Db } from "../../../db/client.ts";
import { describeSchema } from "../../../db/describe-schema.ts";
import type { Course } from "../../../db/queries/courses.ts";
import { archiveObject } from "../../../db/queries/captures.ts";
import { disposals } from "../../../db/queries/disposals.ts";
import { erasePerson } from "../../../db/queries/people.ts";
import { noteErasures } from "../../../workers/keeping/erasures.ts";
import { approve, proposal, propose, runDisposal } from "../../../workers/keeping/dispose.ts";
import { keepLedger, meetArchive } from "../../../workers/keeping/meet-archive.ts";
import type { TraineeId } from "../../types.ts";
import { createFileArchive } from "../../archive/file-archive.ts";
import { archiveRemover } from "../../archive/remover.ts";
import { backUp, type BackupMade } from "../backup/run-backup.ts";
import { restore } from "./restore.ts";
import { restoredText } from "./run-restore.ts";

const passphrase = "mật khẩu dài của kho lưu trữ";

let drill: Drill;
let course: Course;
let folder: string;
let config: Config;
let connectionString: string;
let atBackup: Record<string, string>;
let old: KeptCourse;
let early: BackupMade;
let erased: TraineeId;
const drops: (() => Promise<void>)[] = [];

/** A whole small course and an expired one; backed up; the expired one destroyed; backed up again without objects. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "siso-restore-"));
  drill = await openDrill(await openDrillFaces());
  const { ctx } = drill;
  await meetArchive(ctx);
  course = await sendPapers(ctx);
  await walk(ctx, drill.clock, drillEndsAt);
  old = await addCourse(ctx.db, ctx.archive, { code: "K-2019", startsOn: "2019-03-01", documents: 3 });
  config = readConfig(drill.place.env, thisMachine);
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(ctx.db);
  const url = new URL((await testPostgres()).connectionString);
  url.pathname = rows[0]?.name ?? "";
  connectionString = url.href;
  atBackup = await tableSums(ctx.db);
  early = await backUp(ctx, request(true));
  await destroyOld();
  erased = (await ctx.db.selectFrom("template").select("traineeId").executeTakeFirstOrThrow()).traineeId;
  await ctx.db.transaction().execute((trx) => erasePerson(trx, erased, ctx.clock.now()));
  await noteErasures(ctx);
  await keepLedger(ctx);
  drill.clock.advanceTo(new Date(drillEndsAt.getTime() + 60_000));
  await backUp(ctx, request(false));
}, 120_000);
afterAll(async () => {
  for (const drop of drops) await drop();
  await drill.ctx.faces.close();
  await drill.close();
  await rm(folder, { recursive: true, force: true });
});

function request(objects: boolean) {
  return { connectionString, keyFile: config.keyFile, out: join(folder, "backups"), passphrase, objects };
}

async function destroyOld(): Promise<void> {
  const { ctx } = drill;
  await propose(ctx, await proposal(ctx));
  const [disposal] = await disposals(ctx.db);
  if (!disposal) throw new Error("there is no disposal");
  await approve(ctx, disposal, { approver: "Trần Thị Nga", minuteNumber: "12/BB" });
  await approve(ctx, disposal, { approver: "Lê Văn Hùng", minuteNumber: "12/BB" });
  await runDisposal(ctx, disposal, archiveRemover({ dir: config.archiveDir, second: null }));
}

interface Target {
  url: string;
  db: Db;
  config: Parameters<typeof restore>[0]["config"];
}

/** An empty database, and a place for archive and keys where nothing is. */
async function elsewhere(name: string): Promise<Target> {
  const empty = await createEmptyDatabase();
  const db = createDb(empty.connectionString, { applicationName: "siso-test" });
  drops.push(async () => {
    await db.destroy();
    await empty.drop();
  });
  const dir = join(folder, name);
  return {
    url: empty.connectionString,
    db,
    config: {
      database: { kind: "server", url: empty.connectionString },
      archiveDir: join(dir, "archive"),
      archiveSecond: null,
      keyFile: join(dir, "keys", "other-name.key"),
    },
  };
}

async function restoreTo(target: Pick<Target, "config">, own: Partial<Parameters<typeof restore>[1]> = {}) {
  const { clock, random, log } = drill.ctx;
  return restore(
    { config: target.config, clock, random, log },
    { from: early.folder, passphrase, keepArchive: false, ...own },
  );
}

function hash(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function tablesIn(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int from information_schema.tables where table_schema = 'public'`.execute(db);
  return rows[0]?.count ?? -1;
}

describe("a backup that is not what was made", () => {
  test("is refused before anything is restored: a byte, a rewritten manifest, another passphrase", async () => {
    const target = await elsewhere("refused");
    const table = join(early.folder, "database", "mark.copy");
    const honest = await readFile(table);
    const forged = Buffer.from(honest);
    forged[40] = (forged[40] ?? 0) ^ 1;
    await writeFile(table, forged);
    await expect(restoreTo(target)).rejects.toThrow(/mark\.copy is missing or is not what was backed up/);

    const manifest = join(early.folder, "manifest.json");
    const text = await readFile(manifest, "utf8");
    expect(text).toContain(hash(honest));
    await writeFile(manifest, text.replace(hash(honest), hash(forged)));
    await expect(restoreTo(target)).rejects.toThrow(/manifest\.json was altered/);

    await writeFile(table, honest);
    await writeFile(manifest, text);
    await expect(restoreTo(target, { passphrase: `${passphrase}.` })).rejects.toThrow(/passphrase is not/);
    expect(await tablesIn(target.db)).toBe(0);
  });
});

describe("restored elsewhere", () => {
  let target: Target;
  let result: Awaited<ReturnType<typeof restore>>;
  beforeAll(async () => {
    target = await elsewhere("restored");
    result = await restoreTo(target);
  }, 60_000);

  test("everything is there: each row, each object by its hash, the log, the report's figures", async () => {
    expect(result).toMatchObject({
      missing: [],
      destroyed: 3,
      erased: 1,
      found: { troubles: [], destroyed: 3 },
    });
    expect(restoredText(result)).toContain("kept out: 3");
    const { archiveDir, keyFile } = target.config;
    const rows = await target.db.selectFrom("archiveObject").select(["sha256", "destroyedAt"]).execute();
    const kept = rows.filter(({ destroyedAt }) => destroyedAt === null);
    expect(kept.length).toBe(result.copied);
    expect(kept.length).toBeGreaterThan(20);
    for (const { sha256 } of kept)
      expect(
        createHash("sha256")
          .update(await readFile(fileOf(archiveDir, sha256)))
          .digest("hex"),
      ).toBe(sha256);

    const now = await tableSums(target.db);
    const changed = Object.keys(now).filter(
      (name) => now[name] !== atBackup[name] && name !== "schema_migration",
    );
    // The restore's own line and deletions, and the keys that stay away.
    expect(
      changed.filter(
        (name) => !/^(archive_(log|object|place)|log_\w+|person_key|template|kept_person)$/.test(name),
      ),
    ).toEqual([]);

    const archive = await createFileArchive({ dir: archiveDir, keyFile });
    expect(await troublesOf({ ...drill.ctx, db: target.db, archive }, course)).toEqual([]);
  });

  test("keys destroyed since are not back, nor their bytes, though the backup holds both", async () => {
    const archive = await createFileArchive({
      dir: target.config.archiveDir,
      keyFile: target.config.keyFile,
    });
    for (const { object } of old.objects) {
      const row = await archiveObject(target.db, object.objectId);
      expect(row.wrappedKey.length).toBe(0);
      expect(await archive.stores.first.get(object.sha256)).toBeNull();
      expect(await readFile(fileOf(join(folder, "backups"), object.sha256))).toHaveLength(object.bytes);
      await expect(archive.open(row)).rejects.toThrow(/destroyed by an approved disposal/);
    }
    const { rows } = await sql<{ event: string; lines: number }>`
      select line::jsonb ->> 'event' as event, count(*)::int as lines from archive_log
      where line::jsonb ->> 'event' in ('restore', 'deletion') group by 1 order by 1`.execute(target.db);
    expect(rows).toEqual([
      { event: "deletion", lines: 3 },
      { event: "restore", lines: 1 },
    ]);
  });

  test("somebody erased since is not recognised again, and the log says so", async () => {
    const templates = (db: Db) =>
      db.selectFrom("template").select("id").where("traineeId", "=", erased).execute();
    expect((await readFile(join(early.folder, "database", "template.copy"), "utf8")).includes(erased)).toBe(
      true,
    );
    expect(await templates(target.db)).toEqual([]);
    const key = await target.db
      .selectFrom("personKey")
      .select(["keySealed", "notedAt"])
      .where("traineeId", "=", erased)
      .executeTakeFirstOrThrow();
    expect(key).toEqual({ keySealed: null, notedAt: null });
    const { rows } = await sql<{ who: string }>`
      select line::jsonb ->> 'trainee' as who from archive_log where line like '%"person-erased"%'`.execute(
      target.db,
    );
    expect(rows).toEqual([{ who: erased }]);
  });

  test("what only the lost archive could tell is told as unknown, loudly; its folder, if it is found, tells it", async () => {
    expect(result.blind).toBe(true);
    expect(restoredText(result)).toContain("CANNOT BE KNOWN");
    const alone = join(folder, "carried-away", "one");
    await cp(early.folder, alone, { recursive: true });
    await cp(join(folder, "backups", "objects"), join(folder, "carried-away", "objects"), {
      recursive: true,
    });
    const other = await elsewhere("memory");
    const known = await restoreTo(other, { from: alone, memory: config.archiveDir });
    expect(known).toMatchObject({ blind: false, destroyed: 3, erased: 1 });
  });

  test("what refuses changes is in force again, and the schema is the very same", async () => {
    expect(await describeSchema(target.url)).toBe(await describeSchema(connectionString));
    for (const statement of [
      sql`delete from archive_object`,
      sql`delete from archive_log`,
      sql`update mark set outcome = 'present'`,
    ])
      await expect(statement.execute(target.db)).rejects.toThrow(/never removed|only ever added/);
    await expect(sql`update round set plan_id = gen_random_uuid()`.execute(target.db)).rejects.toThrow(
      /foreign key/,
    );
  });

  test("a second time it is refused: archive and database are not empty", async () => {
    await expect(restoreTo(target)).rejects.toThrow(/archive .* is not empty/);
    await expect(restoreTo(target, { keepArchive: true })).rejects.toThrow(/database is not empty/);
    const other = await elsewhere("third");
    const config = { ...other.config, database: target.config.database };
    await expect(restoreTo({ config })).rejects.toThrow(/database is not empty/);
  });
});

test("where only the database was lost, the archive stays, and what it had seen since is told as lost", async () => {
  const target = await elsewhere("database");
  const { archiveDir, keyFile } = config;
  const result = await restoreTo(
    { config: { ...target.config, archiveDir, keyFile } },
    { keepArchive: true },
  );
  const all = { copied: 0, missing: [], destroyed: 3, erased: 1, blind: false, found: { troubles: [] } };
  expect(result).toMatchObject(all);
  // One proposal, two approvals, the disposal and its three deletions came after the backup.
  expect(result.lost).toBe(7);
});
