import { join } from "node:path";
import { sql } from "kysely";
import pino from "pino";
import { appendLog } from "../db/queries/log.ts";
import { treeSize } from "../db/queries/log-tree.ts";
import { openLogSigner } from "../services/archive/log-key.ts";
import { checkpointLog } from "../workers/archive-log/checkpoint-log.ts";
import type { LogContext } from "../workers/archive-log/open-log.ts";
import { systemClock, systemRandom } from "../workers/system.ts";
import { appendPictures } from "./archive-append.ts";
import type { FilledDatabase } from "./archive-databases.ts";
import { median, rounded } from "./archive-figures.ts";

export interface GrowthFigures {
  pictures: number;
  leaves: number;
  /** Median of the rounds. */
  appendPerSecond: number;
  /** Median, over the rounds, of this size's rate as a share of the smallest size's in the same round. */
  shareOfSmallest: number;
  /** Median of the rounds. */
  checkpointMs: number;
}

/** Appending and signing at every size in turn, round by round, so that whatever else the machine does falls on all of them. */
export async function measureGrowth(
  folder: string,
  databases: readonly FilledDatabase[],
  rounds: number,
): Promise<GrowthFigures[]> {
  const measured = await Promise.all(
    databases.map(async (database) => ({
      ...database,
      ctx: await logContext(folder, database),
      rates: [] as number[],
      checkpoints: [] as number[],
    })),
  );
  // A first round warms up and is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    for (const { db, ctx, rates, checkpoints } of round % 2 === 0 ? measured : measured.toReversed()) {
      const rate = await appendPictures(db);
      await appendLog(db, new Date(), { event: "bench", round });
      const signedAt = performance.now();
      await checkpointLog(ctx, "asked");
      if (round === 0) continue;
      rates.push(rate);
      checkpoints.push(performance.now() - signedAt);
    }
  }
  const smallest = measured[0]?.rates ?? [];
  return Promise.all(
    measured.map(async ({ pictures, db, rates, checkpoints }) => ({
      pictures,
      leaves: await treeSize(db),
      appendPerSecond: Math.round(median(rates)),
      shareOfSmallest: rounded(median(rates.map((rate, round) => rate / (smallest[round] ?? Number.NaN))), 3),
      checkpointMs: rounded(median(checkpoints)),
    })),
  );
}

/** The key stays beside the data: a log that was signed goes on only with its own. */
async function logContext(folder: string, { pictures, db }: FilledDatabase): Promise<LogContext> {
  await sql`checkpoint`.execute(db).catch(() => undefined);
  return {
    db,
    clock: systemClock,
    random: systemRandom,
    logSigner: await openLogSigner(join(folder, `pictures-${pictures}.key`)),
    timestamps: null,
    log: pino({ level: "silent" }),
  };
}
