import { nextDueAt } from "../../../db/queries/rounds.ts";
import { flow } from "../../../workers/flow.ts";
import type { JobName } from "../../../workers/queue.ts";
import { sweep } from "../../../workers/sweep.ts";
import type { Demo } from "./open-demo.ts";

/** Something a person does at an instant of the story. */
export interface StoryEvent {
  at: Date;
  act(): Promise<void>;
}

/** These wait for a camera or the plan, so the clock must not run ahead of them; recognition may lag as it does in life. */
const bound: JobName[] = ["plan-session", "preflight", "capture-round"];
const pollMs = 15;

/** Jumps the clock from one due instant to the next until nothing is left to do; the rows alone say what is due. */
export async function tellTime(demo: Demo, events: StoryEvent[], untilAt: Date): Promise<void> {
  const waiting = events.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const { ctx, clock, campus, stores } = demo;
  for (;;) {
    await campus.settle();
    await sweep(ctx, stores.queue, 0);
    await finished(demo, bound);
    const nextRow = await nextDueAt(ctx.db, clock.now());
    const instants = [nextRow, waiting[0]?.at].filter((at) => at !== undefined && at !== null);
    const next = instants.toSorted((a, b) => a.getTime() - b.getTime())[0];
    if (next === undefined || next > untilAt) break;
    clock.advanceTo(next);
    while (waiting[0] && waiting[0].at <= clock.now()) await waiting.shift()?.act();
  }
  await finished(demo, Object.keys(flow) as JobName[]);
}

async function finished({ ctx, stores }: Demo, names: JobName[]): Promise<void> {
  for (;;) {
    const now = ctx.clock.now();
    let due = 0;
    for (const name of names) due += (await flow[name].due(ctx.db, now, now)).length;
    if (due === 0) return;
    await new Promise((resolve) => {
      setTimeout(resolve, pollMs);
    });
    const { waiting, active, delayed } = await stores.queue.counts();
    if (waiting + active + delayed === 0) await sweep(ctx, stores.queue, 0, names);
  }
}
