import type { Context } from "./context.ts";
import { flow } from "./flow.ts";
import type { JobHandlers, JobName, JobQueue, Lane } from "./queue.ts";
import { sweep } from "./sweep.ts";

export interface FlowOptions {
  /** How far ahead delayed jobs are rung for, so that a round starts on its second and not at the next sweep. */
  horizonMs: number;
  concurrency?: Partial<Record<Lane, number>>;
  /** Told after each job, for progress and for measuring. */
  onJob?: (name: JobName, milliseconds: number) => void;
}

/** Starts taking jobs: each runs its stage, then rings for what it may have made due. */
export async function runFlow(ctx: Context, queue: JobQueue, options: FlowOptions): Promise<void> {
  const stage = (name: JobName) => (rowId: string) => runStage(ctx, queue, options, name, rowId);
  const handlers: JobHandlers = {
    "judge-portrait": stage("judge-portrait"),
    "plan-session": stage("plan-session"),
    preflight: stage("preflight"),
    "capture-round": stage("capture-round"),
    "recognise-round": stage("recognise-round"),
    "close-session": stage("close-session"),
    "review-room": stage("review-room"),
    "end-collection": stage("end-collection"),
    "build-report": stage("build-report"),
    "checkpoint-log": stage("checkpoint-log"),
    "check-course": stage("check-course"),
    "read-mail": stage("read-mail"),
    "send-mail": stage("send-mail"),
    "copy-objects": stage("copy-objects"),
    "check-fixity": stage("check-fixity"),
  };
  await queue.work(handlers, options.concurrency === undefined ? {} : { concurrency: options.concurrency });
}

async function runStage(
  ctx: Context,
  queue: JobQueue,
  options: FlowOptions,
  name: JobName,
  rowId: string,
): Promise<void> {
  const startedAt = performance.now();
  ctx.log.debug({ job: name, rowId }, "job started");
  await flow[name].run(ctx, rowId);
  options.onJob?.(name, performance.now() - startedAt);
  await sweep(ctx, queue, options.horizonMs, flow[name].next);
}
