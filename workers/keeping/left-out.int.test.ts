import { chmod, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fileOf, openKeeping, type KeepingPlace } from "../../fixtures/archive/archive-place.ts";
import { addCourse, type KeptCourse } from "../../fixtures/archive/old-course.ts";
import { openAlarms } from "../../db/queries/alarms.ts";
import { oldestReading, owedFolders } from "../../db/queries/fixity-folders.ts";
import { fixityRun, planFixity, standingTroubles } from "../../db/queries/fixity.ts";
import type { Context } from "../context.ts";
import { checkFixity } from "../jobs/check-fixity.ts";
import { copyObjects } from "../jobs/copy-objects.ts";
import { lookAfterArchive } from "../look-after-archive.ts";
import { keepWitness } from "./meet-archive.ts";
import { meetArchiveAtStart } from "./second-at-start.ts";

const dayMs = 86_400_000;
let now: Date;
let place: KeepingPlace;
let ctx: Context;
let course: KeptCourse;

beforeEach(async () => {
  now = new Date();
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  place = await openKeeping({ second: "folder", clock });
  // Cameras and faces have no part in keeping what is sealed.
  ctx = place.ctx as Context;
  await meetArchiveAtStart(ctx);
  await keepWitness(ctx);
  course = await addCourse(ctx.db, ctx.archive, { code: "K1", startsOn: "2026-09-07", documents: 2 });
  await copyObjects(ctx);
});
afterEach(() => place.close());

function sha256Of(index: number): string {
  return course.objects[index]?.object.sha256 ?? "";
}

async function alarms(): Promise<string[]> {
  return (await openAlarms(ctx.db)).map(({ code }) => code).toSorted();
}

/** A night whose share begins with the folder of the first object; the next one is a day later. */
async function night(): Promise<Awaited<ReturnType<typeof fixityRun>>> {
  await ctx.db.deleteFrom("fixityRun").where("startedAt", "is", null).execute();
  const id = ctx.random.uuid();
  const fromShard = Number.parseInt(sha256Of(0).slice(0, 2), 16);
  await planFixity(ctx.db, { id, kind: "share", dueAt: now, fromShard });
  await checkFixity(ctx, id);
  now = new Date(now.getTime() + dayMs);
  return fixityRun(ctx.db, id);
}

async function away(work: () => Promise<void>): Promise<void> {
  await rename(place.secondDir, `${place.secondDir}.away`);
  await work();
  await rename(`${place.secondDir}.away`, place.secondDir);
}

describe("nights on which the second store was away", () => {
  test("say so, are told after three of them, and are made up for by the next", async () => {
    await away(async () => {
      const { shards, secondLeftOut, finishedAt } = await night();
      expect(secondLeftOut).toBe(shards);
      expect(finishedAt).not.toBeNull();
      await night();
      expect(await alarms()).not.toContain("second-copy-unread");
      await night();
      expect(await alarms()).toContain("second-copy-unread");
    });
    const owed = await owedFolders(ctx.db);
    expect(owed.length).toBeGreaterThanOrEqual(10);
    const copy = fileOf(place.secondDir, sha256Of(0));
    const whole = await readFile(copy);
    await chmod(copy, 0o600);
    await writeFile(copy, "altered while nobody looked");
    await ctx.db.updateTable("fixityRun").set({ fromShard: 0 }).execute();
    expect(await night()).toMatchObject({ secondLeftOut: 0, troubles: 1, repaired: 1 });
    expect(await readFile(copy)).toEqual(whole);
    expect(await owedFolders(ctx.db)).toEqual([]);
    expect(await alarms()).not.toContain("second-copy-unread");
  });
});

describe("a folder that cannot be listed", () => {
  test("is told, holds up no other, and is told no more when it is back", async () => {
    const folder = dirname(fileOf(place.archiveDir, sha256Of(0)));
    await rename(folder, `${folder}.away`);
    await writeFile(folder, "a file in the folder's place");
    const run = await night();
    expect(run.shardsDone).toBe(run.shards);
    expect(await standingTroubles(ctx.db)).toContainEqual(
      expect.objectContaining({ sha256: sha256Of(0).slice(0, 2), kind: "unlisted", store: "first" }),
    );
    expect(await alarms()).toContain("archive-damaged");
    await rm(folder);
    await rename(`${folder}.away`, folder);
    await night();
    expect(await standingTroubles(ctx.db)).toEqual([]);
    expect(await alarms()).not.toContain("archive-damaged");
  });

  test("because its disk gives EIO: the same, in either store", async () => {
    const { first, second } = ctx.archive.stores;
    if (second === null) throw new Error("a second store is needed");
    const bad = sha256Of(0).slice(0, 2);
    const failing = <S extends typeof first>(store: S): S => ({
      ...store,
      list: (folder: string) => {
        if (folder === bad) throw Object.assign(new Error("EIO: i/o error, scandir"), { code: "EIO" });
        return store.list(folder);
      },
    });
    const whole = ctx.archive;
    ctx = { ...ctx, archive: { ...whole, stores: { first: failing(first), second: failing(second) } } };
    const run = await night();
    expect(run).toMatchObject({ shardsDone: run.shards, secondLeftOut: 0 });
    const troubles = (await standingTroubles(ctx.db)).map(({ store, kind }) => `${store} ${kind}`);
    expect(troubles.toSorted()).toEqual(["first unlisted", "second unlisted"]);
    ctx = { ...ctx, archive: whole };
    await night();
    expect(await standingTroubles(ctx.db)).toEqual([]);
  });
});

test("folders nobody has read back for five weeks are an alarm, store by store", async () => {
  const began = now;
  await lookAfterArchive(ctx);
  expect(await alarms()).toEqual([]);
  now = new Date(began.getTime() + 36 * dayMs);
  await lookAfterArchive(ctx);
  expect((await openAlarms(ctx.db)).map(({ code, subject }) => `${code} ${subject}`).toSorted()).toEqual([
    "fixity-late first",
    "fixity-late second",
  ]);
  const all = Array.from({ length: 256 }, (_, shard) => ({ shard, firstReadAt: now, secondReadAt: now }));
  await ctx.db.insertInto("fixityFolder").values(all).execute();
  expect(await oldestReading(ctx.db)).toEqual({ first: now, second: now });
  await lookAfterArchive(ctx);
  expect(await alarms()).toEqual([]);
});
