import { setTimeout as sleep } from "node:timers/promises";
import { UnrecoverableError } from "bullmq";
import type { Logger } from "pino";
import { SisoError } from "../services/errors.ts";
import {
  openLane,
  staffLane,
  type LaneJob,
  type LaneQueue,
  type LaneWorker,
  type QueueBackend,
} from "./queue-backend.ts";
import { jobs, lanes, type JobName, type Lane } from "./queue-jobs.ts";

export type { JobName, Lane, QueueBackend };

export type JobHandlers = Record<JobName, (rowId: string, signal: AbortSignal) => Promise<void>>;

export interface JobCounts {
  waiting: number;
  active: number;
  /** Not due yet, or waiting to be tried again. */
  delayed: number;
}

/** A bell for rows that are due. It may lose everything at any time: the rows are the truth and the sweep rings again. */
export interface JobQueue {
  /**
   * Rings for one row. A job of the same name and row that is waiting, delayed or running makes this a no-op.
   * Throws `queue-unavailable` within 5 s, `input-invalid` when `rowId` is no UUID.
   */
  enqueue(name: JobName, rowId: string, options?: { delayMs?: number; attempts?: number }): Promise<void>;
  /** Starts taking jobs and resolves when it does. `signal` aborts when the job is no longer ours or we must stop. */
  work(handlers: JobHandlers, options?: { concurrency?: Partial<Record<Lane, number>> }): Promise<void>;
  counts(): Promise<JobCounts>;
  /** Resolves when nothing is waiting, running or delayed. */
  drained(): Promise<void>;
  /** Whether the backend answers. */
  ready(): Promise<boolean>;
  /**
   * Takes no more jobs, waits for those running, then disconnects; call it before the database is closed. After
   * `graceMs` the signals of those still running are aborted and their jobs are tried again by whoever comes next.
   */
  close(options?: { graceMs?: number }): Promise<void>;
  /** Forgets every job. */
  obliterate(): Promise<void>;
}

export interface QueueOptions {
  backend: QueueBackend;
  log: Pick<Logger, "info" | "warn" | "error">;
}

const ENQUEUE_DEADLINE_MS = 5_000;
const START_DEADLINE_MS = 10_000;
const READY_DEADLINE_MS = 2_000;
const GRACE_MS = 30_000;
const DRAINED_POLL_MS = 15;
/** Tried again after 0.5, 1, 2, 4 s. */
const RETRY_AFTER_MS = 500;
/** A lost server makes every connection complain many times a second; one line in this time says it. */
const COMPLAIN_EVERY_MS = 10_000;
const DEFAULT_CONCURRENCY: Record<Lane, number> = { light: 16, heavy: 1 };

/** Throws `queue-unavailable` when the backend does not answer. */
export async function createQueue({ backend, log }: QueueOptions): Promise<JobQueue> {
  const complain = complainer(log);
  const queues = openLanes(backend, complain);
  const workers: LaneWorker[] = [];
  await within(START_DEADLINE_MS, Promise.all(all(queues).map((queue) => queue.waitUntilReady()))).catch(
    (error) => {
      for (const queue of all(queues)) queue.disconnect().catch(() => undefined);
      throw error;
    },
  );

  const counts = async (): Promise<JobCounts> => {
    const total = { waiting: 0, active: 0, delayed: 0 };
    for (const queue of all(queues)) {
      const lane = await queue.getJobCounts("waiting", "active", "delayed");
      for (const state of ["waiting", "active", "delayed"] as const) total[state] += lane[state] ?? 0;
    }
    return total;
  };

  return {
    enqueue: async (name, rowId, options = {}) => {
      const data = jobs[name].payload.safeParse({ rowId });
      if (!data.success) throw badPayload(name, rowId);
      await within(
        ENQUEUE_DEADLINE_MS,
        queues[jobs[name].lane].add(name, data.data, {
          // BullMQ keeps the colon for itself.
          jobId: `${name}.${rowId}`,
          attempts: options.attempts ?? jobs[name].attempts,
          backoff: { type: "exponential", delay: RETRY_AFTER_MS },
          // A kept job would make BullMQ ignore the next one with its id.
          removeOnComplete: true,
          removeOnFail: true,
          ...(options.delayMs === undefined ? {} : { delay: options.delayMs }),
        }),
      );
    },
    work: async (handlers, options = {}) => {
      for (const lane of lanes) {
        const concurrency = options.concurrency?.[lane] ?? DEFAULT_CONCURRENCY[lane];
        // BullMQ passes a signal only to a function that declares three parameters.
        const worker = staffLane(backend, lane, concurrency, (job, _token, signal) =>
          runJob(handlers, job, signal),
        );
        watch(worker, log, complain);
        workers.push(worker);
      }
      await within(START_DEADLINE_MS, Promise.all(workers.map((worker) => worker.waitUntilReady())));
    },
    counts,
    drained: async () => {
      for (;;) {
        const { waiting, active, delayed } = await counts();
        if (waiting + active + delayed === 0) return;
        await sleep(DRAINED_POLL_MS);
      }
    },
    ready: () =>
      within(READY_DEADLINE_MS, counts()).then(
        () => true,
        () => false,
      ),
    close: async ({ graceMs = GRACE_MS } = {}) => {
      const patience = setTimeout(
        () => workers.forEach((worker) => worker.cancelAllJobs("stopping")),
        graceMs,
      );
      await Promise.all(workers.map((worker) => worker.close())).finally(() => clearTimeout(patience));
      await Promise.all(all(queues).map((queue) => queue.close()));
    },
    obliterate: async () => {
      for (const queue of all(queues)) await queue.obliterate({ force: true });
    },
  };
}

type Lanes = Record<Lane, LaneQueue>;

function openLanes(backend: QueueBackend, complain: (error: Error) => void): Lanes {
  const queues = { light: openLane(backend, "light"), heavy: openLane(backend, "heavy") };
  for (const queue of all(queues)) queue.on("error", complain);
  return queues;
}

function all(queues: Lanes): LaneQueue[] {
  return lanes.map((lane) => queues[lane]);
}

/** An unforeseen error is mostly a lost database connection and worth another try; ours say themselves whether they are. */
async function runJob(handlers: JobHandlers, job: LaneJob, signal: AbortSignal | undefined): Promise<void> {
  const name = job.name as JobName;
  const payload = jobs[name]?.payload.safeParse(job.data);
  if (!payload?.success) throw new UnrecoverableError(`job ${job.name}: unknown, or not its payload`);
  try {
    await handlers[name](payload.data.rowId, signal ?? new AbortController().signal);
  } catch (error) {
    if (!(error instanceof SisoError) || error.retryable) throw error;
    throw Object.assign(new UnrecoverableError(error.message), { cause: error });
  }
}

function watch(worker: LaneWorker, log: QueueOptions["log"], complain: (error: Error) => void): void {
  worker.on("error", complain);
  worker.on("stalled", (jobId) =>
    log.warn({ jobId }, "việc dở dang được giao lại | an abandoned job is handed out again"),
  );
  worker.on("failed", (job, error) => {
    const attempts = job?.opts.attempts ?? 1;
    const final = error instanceof UnrecoverableError || (job?.attemptsMade ?? attempts) >= attempts;
    const what = { job: job?.name, data: job?.data, attempt: job?.attemptsMade, err: error.cause ?? error };
    if (final) log.error(what, "việc không làm được | a job failed");
    else log.warn(what, "việc sẽ được làm lại | a job will be tried again");
  });
}

function complainer(log: QueueOptions["log"]): (error: Error) => void {
  const lastAt = new Map<string, number>();
  return (error) => {
    const now = Date.now();
    if (now - (lastAt.get(error.message) ?? 0) < COMPLAIN_EVERY_MS) return;
    lastAt.set(error.message, now);
    log.warn(
      { err: error },
      "hàng đợi mất kết nối hoặc trục trặc | the queue lost its connection or is in trouble",
    );
  };
}

async function within<T>(deadlineMs: number, work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  try {
    return await Promise.race([
      work,
      sleep(deadlineMs, undefined, timer).then(() =>
        Promise.reject(new Error(`no answer within ${deadlineMs} ms`)),
      ),
    ]);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message || cause.name : String(cause);
    throw new SisoError(
      "queue-unavailable",
      { vi: `Hàng đợi không trả lời: ${why}`, en: `The queue does not answer: ${why}` },
      cause,
    );
  } finally {
    timer.abort();
  }
}

function badPayload(name: JobName, rowId: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `Việc ${name} cần mã dòng dạng UUID, không phải "${rowId}"`,
    en: `Job ${name} needs a row's UUID, not "${rowId}"`,
  });
}
