import { join } from "node:path";
import { nextDueAt } from "../../../db/queries/rounds.ts";
import { flow } from "../../../workers/flow.ts";
import type { JobName } from "../../../workers/queue.ts";
import { sweep } from "../../../workers/sweep.ts";
import type { Context } from "../../../workers/context.ts";
import { SisoError } from "../../errors.ts";
import type { Demo } from "./open-demo.ts";

/** Something a person does at an instant of the story. */
export interface StoryEvent {
  at: Date;
  act(): Promise<void>;
}

/** These wait for a camera or the plan, so the clock must not run ahead of them; recognition may lag as it does in life. */
const bound: JobName[] = ["plan-session", "preflight", "capture-round"];
const pollMs = 15;
/** Rings without any row getting done before the demo gives up. */
const patience = 4;

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

async function finished({ ctx, stores, folder }: Demo, names: JobName[]): Promise<void> {
  let fewest = Infinity;
  let idleRings = 0;
  for (;;) {
    const due = await dueRows(ctx, names);
    if (due.length === 0) return;
    if (due.length < fewest) idleRings = 0;
    fewest = Math.min(fewest, due.length);
    await new Promise((resolve) => {
      setTimeout(resolve, pollMs);
    });
    const { waiting, active, delayed } = await stores.queue.counts();
    if (waiting + active + delayed > 0) continue;
    idleRings += 1;
    if (idleRings > patience) throw stuck(due, join(folder, "siso.log"));
    await sweep(ctx, stores.queue, 0, names);
  }
}

/**
 * One job's rows after another, in the order of the pipeline: read at once, a job could be done when its rows are read and what it
 * makes due not yet when those are, and the story would end before its last session is closed.
 */
async function dueRows(ctx: Context, names: JobName[]): Promise<{ name: JobName; id: string }[]> {
  const now = ctx.clock.now();
  const rows: { name: JobName; id: string }[] = [];
  for (const name of names) {
    const due = await flow[name].due(ctx.db, now, now);
    rows.push(...due.map(({ id }) => ({ name, id })));
  }
  return rows;
}

function stuck(due: { name: JobName; id: string }[], logFile: string): SisoError {
  const jobs = due.map(({ name, id }) => `${name} ${id}`).join(", ");
  return new SisoError("input-invalid", {
    vi: `Mô phỏng không đi tiếp được: các việc sau cứ hỏng: ${jobs}. Xem ${logFile}.`,
    en: `The simulation is stuck: these jobs keep failing: ${jobs}. See ${logFile}.`,
  });
}
