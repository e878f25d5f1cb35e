import type { Context } from "./context.ts";
import { flow } from "./flow.ts";
import type { JobName, JobQueue } from "./queue.ts";

const stages = Object.keys(flow) as JobName[];

/** Rings the bell for every row that is due and unfinished; a queue that lost everything is refilled by it. */
export async function sweep(
  ctx: Pick<Context, "db" | "clock">,
  queue: Pick<JobQueue, "enqueue">,
  horizonMs: number,
  names: readonly JobName[] = stages,
): Promise<number> {
  const now = ctx.clock.now();
  const until = new Date(now.getTime() + horizonMs);
  let rung = 0;
  for (const name of names) {
    for (const { id, dueAt } of await flow[name].due(ctx.db, now, until)) {
      await queue.enqueue(name, id, { delayMs: Math.max(0, dueAt.getTime() - now.getTime()) });
      rung += 1;
    }
  }
  return rung;
}
