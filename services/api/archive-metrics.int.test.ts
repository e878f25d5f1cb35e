import { rename, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fileOf, openKeeping, type KeepingPlace } from "../../fixtures/archive/archive-place.ts";
import { addCourse, type KeptCourse } from "../../fixtures/archive/old-course.ts";
import { useSecondPlace } from "../../db/queries/archive-place.ts";
import { appendLog } from "../../db/queries/log.ts";
import { beginFixity, fixityRun, planFixity } from "../../db/queries/fixity.ts";
import { checkpointLog } from "../../workers/archive-log/checkpoint-log.ts";
import type { Context } from "../../workers/context.ts";
import { checkNextFolder, endFixity } from "../../workers/jobs/check-fixity.ts";
import { copyObjects } from "../../workers/jobs/copy-objects.ts";
import { lookAfterArchive } from "../../workers/look-after-archive.ts";
import { measureRoom } from "../../workers/keeping/measure-room.ts";
import { meetArchiveAtStart } from "../../workers/keeping/second-at-start.ts";
import { openLogSigner } from "../archive/log-key.ts";
import { buildApi, type Api } from "./server.ts";

let place: KeepingPlace;
let ctx: Context;
let course: KeptCourse;
let api: Api;

beforeEach(async () => {
  place = await openKeeping({ second: "folder" });
  // Cameras and faces have no part in keeping what is sealed.
  ctx = { ...place.ctx, logSigner: await openLogSigner(place.keyFile), timestamps: null } as Context;
  await meetArchiveAtStart(ctx);
  course = await addCourse(ctx.db, ctx.archive, { code: "K1", startsOn: "2026-09-07", documents: 3 });
  const log = pino({ level: "silent" });
  api = await buildApi({ db: ctx.db, log, token: null, queueReady: () => Promise.resolve(true) });
});
afterEach(async () => {
  await api.close();
  await place.close();
});

/** What an operator's collector reads: a value of each `siso_` series. */
async function scraped(): Promise<Map<string, number>> {
  const { body } = await api.inject({ url: "/metrics" });
  const lines = body.split("\n").filter((line) => line.startsWith("siso_"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]));
}

async function readAll(): Promise<void> {
  const id = ctx.random.uuid();
  await planFixity(ctx.db, { id, kind: "all", dueAt: ctx.clock.now(), fromShard: 0 });
  await beginFixity(ctx.db, id, 256, ctx.clock.now());
  while (await checkNextFolder(ctx, await fixityRun(ctx.db, id)));
  await endFixity(ctx, id);
}

const free = (of: Map<string, number>, store: string) => of.get(`siso_archive_free_bytes{store="${store}"}`);

test("room in each copy and what waits for the second one; what nobody measures any more is not told", async () => {
  const waiting = "siso_second_copy_waiting_objects";
  expect(free(await scraped(), "first")).toBeUndefined();
  await lookAfterArchive(ctx);
  const behind = await scraped();
  const { bavail, bsize } = await statfs(place.archiveDir);
  expect(Math.abs((free(behind, "first") ?? 0) / (bavail * bsize) - 1)).toBeLessThan(0.2);
  expect(free(behind, "second")).toBeGreaterThan(0);
  expect(behind.get(waiting)).toBe(3);
  await copyObjects(ctx);
  expect((await scraped()).get(waiting)).toBe(0);

  await rename(place.secondDir, join(place.folder, "away"));
  await addCourse(ctx.db, ctx.archive, { code: "K2", startsOn: "2026-09-08", documents: 2 });
  await copyObjects(ctx);
  await lookAfterArchive(ctx);
  const away = await scraped();
  expect(away.get(waiting)).toBe(2);
  expect(free(away, "second")).toBeUndefined();

  // A disk that hangs holds nobody up, however often it is looked at.
  const hung = { ...ctx.archive.stores.first, freeBytes: () => new Promise<number>(() => undefined) };
  const first = { ...ctx.archive, stores: { ...ctx.archive.stores, first: hung, second: null } };
  await measureRoom({ ...ctx, archive: first });
  expect(free(await scraped(), "first")).toBeUndefined();

  await lookAfterArchive(ctx);
  expect(free(await scraped(), "first")).toBeGreaterThan(0);
  await sql`update store_room set measured_at = measured_at - interval '6 minutes'`.execute(ctx.db);
  expect(free(await scraped(), "first")).toBeUndefined();

  await useSecondPlace(ctx.db, null, ctx.clock.now());
  expect((await scraped()).get(waiting)).toBeNaN();
});

test("what operators are told to watch is there by name, and moves when something is wrong", async () => {
  const before = await scraped();
  expect(before.get("siso_fixity_owed_folders")).toBe(0);
  expect(before.get("siso_log_checkpoint_age_seconds")).toBeNaN();
  expect([...before.keys()].filter((name) => /troubles|alarms_open/.test(name))).toEqual([]);

  await copyObjects(ctx);
  for (const dir of [place.archiveDir, place.secondDir])
    await rm(fileOf(dir, course.objects[0]?.object.sha256 ?? ""));
  await readAll();
  await appendLog(ctx.db, ctx.clock.now(), { event: "test" });
  await checkpointLog(ctx, "asked");
  const damaged = await scraped();
  expect(damaged.get('siso_fixity_troubles{store="first",kind="missing"}')).toBe(1);
  expect(damaged.get('siso_fixity_troubles{store="second",kind="missing"}')).toBe(1);
  expect(damaged.get('siso_alarms_open{code="archive-damaged"}')).toBe(1);
  const ages = ['siso_fixity_oldest_reading_seconds{store="first"}', "siso_log_checkpoint_age_seconds"];
  const young = ages.filter((name) => (damaged.get(name) ?? -1) >= 0 && (damaged.get(name) ?? 1e9) < 600);
  expect(young).toEqual(ages);

  await rename(place.secondDir, join(place.folder, "away"));
  await readAll();
  await addCourse(ctx.db, ctx.archive, { code: "K2", startsOn: "2026-09-08", documents: 1 });
  await copyObjects(ctx);
  await lookAfterArchive({ ...ctx, minFreeBytes: Number.MAX_SAFE_INTEGER });
  const away = await scraped();
  expect(away.get("siso_fixity_owed_folders")).toBe(256);
  expect(away.get('siso_alarms_open{code="second-copy-behind"}')).toBe(1);
  expect(away.get('siso_alarms_open{code="disk-low"}')).toBe(1);
});
