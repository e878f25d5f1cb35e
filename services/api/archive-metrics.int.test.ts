import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fileOf, openKeeping, type KeepingPlace } from "../../fixtures/archive/archive-place.ts";
import { addCourse, type KeptCourse } from "../../fixtures/archive/old-course.ts";
import { appendLog } from "../../db/queries/log.ts";
import { beginFixity, fixityRun, planFixity } from "../../db/queries/fixity.ts";
import { checkpointLog } from "../../workers/archive-log/checkpoint-log.ts";
import type { Context } from "../../workers/context.ts";
import { checkNextFolder, endFixity } from "../../workers/jobs/check-fixity.ts";
import { copyObjects } from "../../workers/jobs/copy-objects.ts";
import { lookAfterArchive } from "../../workers/look-after-archive.ts";
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
