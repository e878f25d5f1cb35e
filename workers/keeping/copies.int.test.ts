import { chmod, readFile, rename, rm, writeFile, mkdir } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fileOf, openKeeping, type KeepingPlace } from "../../fixtures/archive/archive-place.ts";
import { addCourse, type KeptCourse } from "../../fixtures/archive/old-course.ts";
import { openAlarms } from "../../db/queries/alarms.ts";
import { countUncopied } from "../../db/queries/copies.ts";
import { fixityRun, planFixity, standingTroubles } from "../../db/queries/fixity.ts";
import type { Context } from "../context.ts";
import { checkFixity, checkNextFolder, endFixity, planNight } from "../jobs/check-fixity.ts";
import { copyObjects } from "../jobs/copy-objects.ts";
import { lookAfterArchive } from "../look-after-archive.ts";
import { appendLog } from "../../db/queries/log.ts";
import { archivePlace, noteArchive, useSecondPlace } from "../../db/queries/archive-place.ts";
import { idNote, keepWitness, meetArchive } from "./meet-archive.ts";
import { meetArchiveAtStart } from "./second-at-start.ts";

let place: KeepingPlace;
let ctx: Context;
let course: KeptCourse;

async function begin(own: Awaited<ReturnType<KeepingPlace["reopen"]>>): Promise<void> {
  // Cameras and faces have no part in keeping what is sealed.
  ctx = own as Context;
  await meetArchiveAtStart(ctx);
}

beforeEach(async () => {
  place = await openKeeping({ second: "folder" });
  await begin(place.ctx);
  course = await addCourse(ctx.db, ctx.archive, { code: "K1", startsOn: "2026-09-07", documents: 3 });
});
afterEach(() => place.close());

async function alarms(): Promise<string[]> {
  return (await openAlarms(ctx.db)).map(({ code }) => code);
}

async function readAll(): Promise<Awaited<ReturnType<typeof fixityRun>>> {
  const id = ctx.random.uuid();
  await planFixity(ctx.db, { id, kind: "all", dueAt: ctx.clock.now(), fromShard: 0 });
  await ctx.db.updateTable("fixityRun").set({ shards: 256 }).where("id", "=", id).execute();
  while (await checkNextFolder(ctx, await fixityRun(ctx.db, id)));
  return endFixity(ctx, id);
}

function pathOf(index: number, dir = place.archiveDir): string {
  return fileOf(dir, course.objects[index]?.object.sha256 ?? "");
}

async function spoil(path: string): Promise<void> {
  await chmod(path, 0o600);
  await writeFile(path, "altered");
}

/** A folder in a file's place is read and replaced by nobody, root or not. */
async function block(path: string): Promise<void> {
  await rm(path, { force: true });
  await mkdir(`${path}/in-the-way`, { recursive: true });
}

describe("the second copy", () => {
  test("follows soon, equal to the byte, and is read when the first is gone", async () => {
    expect(await countUncopied(ctx.db)).toBe(3);
    await copyObjects(ctx);
    expect(await countUncopied(ctx.db)).toBe(0);
    for (const index of [0, 1, 2])
      expect(await readFile(pathOf(index, place.secondDir))).toEqual(await readFile(pathOf(index)));
    await rm(pathOf(0));
    await spoil(pathOf(1));
    for (const { object, plain } of course.objects)
      expect(plain.equals(await ctx.archive.open(object))).toBe(true);
  });

  test("a disk that is away is an alarm, loses nothing, and is caught up with", async () => {
    await copyObjects(ctx);
    await rename(place.secondDir, `${place.secondDir}.away`);
    const later = await addCourse(ctx.db, ctx.archive, { code: "K2", startsOn: "2026-09-08", documents: 2 });
    await copyObjects(ctx);
    expect(await alarms()).toEqual(["second-copy-behind"]);
    expect(await countUncopied(ctx.db)).toBe(2);
    for (const { object, plain } of later.objects)
      expect(plain.equals(await ctx.archive.open(object))).toBe(true);
    await rename(`${place.secondDir}.away`, place.secondDir);
    await copyObjects(ctx);
    expect(await alarms()).toEqual([]);
    expect(await countUncopied(ctx.db)).toBe(0);
  });

  test("an empty folder in its place is taken for a disk not mounted, not for a new one", async () => {
    await copyObjects(ctx);
    await rename(place.secondDir, `${place.secondDir}.away`);
    await mkdir(place.secondDir);
    await begin(await place.reopen());
    await addCourse(ctx.db, ctx.archive, { code: "K2", startsOn: "2026-09-08", documents: 1 });
    await copyObjects(ctx);
    expect((await openAlarms(ctx.db))[0]?.detail["why"]).toMatch(/mount its disk again/);
    expect(await countUncopied(ctx.db)).toBe(1);
    expect((await readAll()).repaired).toBe(0);
  });

  test("another second store begins with nothing, and gets everything", async () => {
    await copyObjects(ctx);
    const dir = `${place.folder}/other`;
    await mkdir(dir);
    const other = await place.reopen({ kind: "folder", dir });
    await expect(meetArchive(other)).rejects.toThrow(/set SISO_ARCHIVE_SECOND=.*second --new/);
    await begin(other);
    expect(await alarms()).toEqual(["second-copy-behind"]);
    expect(await countUncopied(ctx.db)).toBe(3);
    await copyObjects(ctx);
    expect(await alarms()).toEqual([]);
    expect(await readFile(pathOf(2, dir))).toEqual(await readFile(pathOf(2)));
  });
});

describe("one object that cannot be read or written", () => {
  test("in the first store is noted, and every other is copied", async () => {
    await block(pathOf(0));
    await copyObjects(ctx);
    expect(await readFile(pathOf(1, place.secondDir))).toEqual(await readFile(pathOf(1)));
    expect(await readFile(pathOf(2, place.secondDir))).toEqual(await readFile(pathOf(2)));
    expect(await standingTroubles(ctx.db)).toMatchObject([
      { sha256: course.objects[0]?.object.sha256, kind: "altered", store: "first" },
    ]);
  });

  test("in the second store is an alarm, and every other is copied", async () => {
    await copyObjects(ctx);
    await ctx.db.updateTable("archiveObject").set({ secondKeptUntil: null }).execute();
    await block(pathOf(0, place.secondDir));
    for (const index of [1, 2]) await rm(pathOf(index, place.secondDir));
    await copyObjects(ctx);
    expect(await countUncopied(ctx.db)).toBe(1);
    expect((await openAlarms(ctx.db))[0]?.detail["why"]).toMatch(/1 objects could not be copied/);
    await rm(pathOf(0, place.secondDir), { recursive: true });
    await copyObjects(ctx);
    expect(await countUncopied(ctx.db)).toBe(0);
    expect(await alarms()).toEqual([]);
  });

  test("is opened from the other copy, stops no reading back, and what can be is repaired", async () => {
    await copyObjects(ctx);
    await block(pathOf(0));
    await spoil(pathOf(1));
    const [one] = course.objects;
    if (!one) throw new Error("no object");
    expect(one.plain.equals(await ctx.archive.open(one.object))).toBe(true);
    expect(await readAll()).toMatchObject({ troubles: 2, repaired: 1 });
    expect(await alarms()).toEqual(["archive-damaged"]);
    await rm(pathOf(0), { recursive: true });
    expect(await readAll()).toMatchObject({ troubles: 1, repaired: 1 });
    expect(await alarms()).toEqual([]);
  });
});

describe("without the setting of the second store", () => {
  test("a command refuses and forgets no copy; the service runs, under an alarm", async () => {
    await copyObjects(ctx);
    const unset = await place.reopen(null);
    await expect(meetArchive(unset)).rejects.toThrow(`set SISO_ARCHIVE_SECOND=${place.secondDir}`);
    await begin(unset);
    expect(await alarms()).toEqual(["second-copy-behind"]);
    expect(await archivePlace(ctx.db)).toMatchObject({ secondPlace: place.secondDir });
    await copyObjects(ctx);
    expect(await alarms()).toEqual(["second-copy-behind"]);
    await begin(await place.reopen());
    expect(await countUncopied(ctx.db)).toBe(0);
    await copyObjects(ctx);
    expect(await alarms()).toEqual([]);
  });
});

test("two first starts at once leave one id, in the database and in the archive", async () => {
  const fresh = await openKeeping();
  await Promise.all([meetArchive(fresh.ctx), meetArchive(fresh.ctx), meetArchive(fresh.ctx)]);
  const id = (await archivePlace(fresh.ctx.db))?.archiveId;
  expect(await readFile(`${fresh.archiveDir}/${idNote}`, "utf8")).toBe(`${id}\n`);
  await fresh.close();
});

test("an archive that cannot be asked is an alarm, not a sweep that stops", async () => {
  await rename(place.archiveDir, `${place.archiveDir}.away`);
  await lookAfterArchive(ctx);
  expect(await alarms()).toEqual(["archive-unwritable"]);
  await rename(`${place.archiveDir}.away`, place.archiveDir);
  await lookAfterArchive(ctx);
  expect(await alarms()).toEqual([]);
});

describe("fixity", () => {
  test("an untouched archive has no troubles, and all of it was read", async () => {
    await copyObjects(ctx);
    const run = await readAll();
    expect(run).toMatchObject({ objects: 6, troubles: 0, repaired: 0 });
    expect(await alarms()).toEqual([]);
  });

  test("what is missing or altered is repaired from the other copy, in both directions", async () => {
    await copyObjects(ctx);
    const whole = await Promise.all([0, 1, 2].map((index) => readFile(pathOf(index))));
    await rm(pathOf(0));
    await spoil(pathOf(1));
    await spoil(pathOf(2, place.secondDir));
    expect(await readAll()).toMatchObject({ troubles: 3, repaired: 3 });
    for (const index of [0, 1, 2]) {
      expect(await readFile(pathOf(index))).toEqual(whole[index]);
      expect(await readFile(pathOf(index, place.secondDir))).toEqual(whole[index]);
    }
    expect(await standingTroubles(ctx.db)).toEqual([]);
    expect(await readAll()).toMatchObject({ troubles: 0 });
  });

  test("what no copy is left of is an alarm, named, until it is back", async () => {
    const whole = await readFile(pathOf(0));
    await spoil(pathOf(0));
    await useSecondPlace(ctx.db, null, ctx.clock.now());
    await begin(await place.reopen(null));
    expect(await readAll()).toMatchObject({ troubles: 1, repaired: 0 });
    expect(await alarms()).toEqual(["archive-damaged"]);
    expect(await standingTroubles(ctx.db)).toMatchObject([
      { sha256: course.objects[0]?.object.sha256, kind: "altered", store: "first" },
    ]);
    await rm(pathOf(0));
    await writeFile(pathOf(0), whole);
    await readAll();
    expect(await alarms()).toEqual([]);
  });

  test("bytes nobody has a row for are told, and stay", async () => {
    const stray = await ctx.archive.seal(Buffer.from("its process was killed before the row"));
    expect(await readAll()).toMatchObject({ troubles: 1 });
    expect(await standingTroubles(ctx.db)).toMatchObject([{ sha256: stray.sha256, kind: "without-row" }]);
    expect((await ctx.archive.open(stray)).length).toBeGreaterThan(0);
    expect(await alarms()).toEqual([]);
  });

  test("a night's share is a row, is run once, and plans the next", async () => {
    await planNight(ctx);
    await planNight(ctx);
    const [first, ...more] = await ctx.db.selectFrom("fixityRun").select("id").execute();
    expect(more).toEqual([]);
    await checkFixity(ctx, first?.id ?? "");
    await checkFixity(ctx, first?.id ?? "");
    const runs = await ctx.db.selectFrom("fixityRun").selectAll().orderBy("fromShard").execute();
    expect(runs).toMatchObject([
      { fromShard: 0, shards: 10, shardsDone: 10 },
      { fromShard: 10, shards: null, finishedAt: null },
    ]);
  });
});

describe("N16 a database that is not the archive's", () => {
  test("empty, foreign or older is refused at the start; its own is not", async () => {
    const told = async (db: Context["db"], ...numbers: number[]) => {
      for (const n of numbers) await appendLog(db, ctx.clock.now(), { event: "test", n });
    };
    await told(ctx.db, 1, 2, 3);
    await keepWitness(ctx);
    await meetArchive(ctx);
    const other = await openKeeping();
    const withOther = () => meetArchive({ ...ctx, db: other.ctx.db });
    await expect(withOther()).rejects.toThrow(/database is empty/);
    // As it stands after yesterday's backup was put back: the same archive's, and its log ends earlier.
    await noteArchive(other.ctx.db, (await archivePlace(ctx.db))?.archiveId ?? "", ctx.clock.now());
    await told(other.ctx.db, 1, 2);
    await expect(withOther()).rejects.toThrow(/older than the archive .* has seen log line 3.* ends at 2/);
    await told(other.ctx.db, 4);
    await expect(withOther()).rejects.toThrow(/not the one of the archive .* another line there/);
    const third = await openKeeping();
    await meetArchive(third.ctx);
    await expect(meetArchive({ ...ctx, db: third.ctx.db })).rejects.toThrow(/another database/);
    await third.close();
    await other.close();
  });

  test("an archive folder that is empty is refused, because its disk may be away", async () => {
    await rm(place.archiveDir, { recursive: true });
    await expect(begin(await place.reopen())).rejects.toThrow(/key|empty/);
  });
});
