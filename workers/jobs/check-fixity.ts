import { closeAlarm, openAlarm } from "../../db/queries/alarms.ts";
import { nightsLeftOut, noteFolderCaughtUp, owedFolders } from "../../db/queries/fixity-folders.ts";
import {
  addCounts,
  addFolder,
  beginFixity,
  finishFixity,
  fixityRun,
  lastShare,
  planFixity,
  standingTroubles,
  type FixityRun,
} from "../../db/queries/fixity.ts";
import { appendLog } from "../../db/queries/log.ts";
import { nextNight, nextShare } from "../../services/retention/fixity-share.ts";
import type { Context } from "../context.ts";
import type { Trx } from "../../db/client.ts";
import { checkFolder, checkOwedFolder } from "../keeping/check-folder.ts";

/** A job that runs longer than this leaves the rest to the next sweep, so that a stop never waits long for it. */
const sliceMs = 60_000;

/** So many nights in a row may pass without the second copy before somebody is told. */
const nightsBorne = 3;

/** One night's share of reading the archive back; taken up where it was left after a stop or a crash. */
export async function checkFixity(ctx: Context, id: string): Promise<void> {
  const planned = await fixityRun(ctx.db, id);
  if (planned.finishedAt !== null) return;
  if (planned.startedAt === null) {
    const { shards } = nextShare(await lastShare(ctx.db), ctx.clock.now());
    await beginFixity(ctx.db, id, shards, ctx.clock.now());
  }
  const startedAt = performance.now();
  while (performance.now() - startedAt < sliceMs) {
    if (await checkNextFolder(ctx, await fixityRun(ctx.db, id))) continue;
    if (await catchUp(ctx, id)) continue;
    await endFixity(ctx, id);
    return;
  }
}

/** One folder whose second copy was away when its turn came; false when none is owed or the store is away still. */
export async function catchUp(
  ctx: Pick<Context, "db" | "clock" | "random" | "archive">,
  id: string,
): Promise<boolean> {
  const [shard] = await owedFolders(ctx.db);
  const counts = shard === undefined ? null : await checkOwedFolder(ctx, shard);
  if (counts === null) return false;
  await addCounts(ctx.db, id, counts);
  // A folder that is there and cannot be listed is a trouble, not a debt.
  await noteFolderCaughtUp(ctx.db, shard ?? 0);
  return true;
}

/** False when all folders of the run are done. */
export async function checkNextFolder(
  ctx: Pick<Context, "db" | "clock" | "random" | "archive">,
  run: FixityRun,
  onObject?: () => void,
): Promise<boolean> {
  if (run.shardsDone >= (run.shards ?? 0)) return false;
  const folder = ((run.fromShard + run.shardsDone) % 256).toString(16).padStart(2, "0");
  await addFolder(ctx.db, run.id, run.shardsDone, await checkFolder(ctx, folder, onObject));
  return true;
}

/** Logs what was found, raises or takes back the alarm, and plans the next night. */
export async function endFixity(
  ctx: Pick<Context, "db" | "clock" | "random" | "institution">,
  id: string,
): Promise<FixityRun> {
  const now = ctx.clock.now();
  const run = await fixityRun(ctx.db, id);
  const standing = await standingTroubles(ctx.db);
  const damaged = standing.filter(({ kind }) => kind !== "without-row");
  await ctx.db.transaction().execute(async (trx) => {
    if (!(await finishFixity(trx, id, now))) return;
    const { objects, bytes, troubles, repaired, secondLeftOut } = run;
    const found = { objects, bytes, troubles, repaired, unrepaired: damaged.length, secondLeftOut };
    await appendLog(trx, now, { event: "fixity", run: id, ...found });
    await tellLeftOut(ctx, trx, now);
    if (damaged.length === 0) return closeAlarm(trx, "archive-damaged", "archive", now);
    const detail = { damaged: damaged.length, first: damaged[0]?.sha256 ?? "" };
    const alarm = { code: "archive-damaged" as const, subject: "archive", detail, at: now };
    await openAlarm(trx, { id: ctx.random.uuid(), ...alarm });
  });
  await planNight(ctx);
  return { ...run, finishedAt: now };
}

/** The copying's own alarm may be long closed by day; what was never read back by night is told apart. */
async function tellLeftOut(ctx: Pick<Context, "random">, trx: Trx, now: Date): Promise<void> {
  const owed = await owedFolders(trx);
  const nights = await nightsLeftOut(trx);
  if (owed.length === 0) return closeAlarm(trx, "second-copy-unread", "archive", now);
  if (nights < nightsBorne) return;
  const detail = { nights, folders: owed.length };
  const alarm = { code: "second-copy-unread" as const, subject: "archive", detail, at: now };
  await openAlarm(trx, { id: ctx.random.uuid(), ...alarm });
}

/** The next nightly share stands as a row; the sweep finds it. */
export async function planNight(
  ctx: Pick<Context, "db" | "clock" | "random" | "institution">,
): Promise<void> {
  const now = ctx.clock.now();
  const last = await lastShare(ctx.db);
  await planFixity(ctx.db, {
    id: ctx.random.uuid(),
    kind: "share",
    dueAt: nextNight(now, ctx.institution.campuses[0]?.timeZone ?? "Asia/Ho_Chi_Minh"),
    fromShard: last?.endShard ?? 0,
  });
}
