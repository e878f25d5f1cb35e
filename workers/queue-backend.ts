import { createPostgresBackend, Queue, Worker, type JobsOptions, type WorkerOptions } from "bullmq";
import type { Lane } from "./queue-jobs.ts";

export type QueueBackend = { kind: "postgres"; connectionString: string } | { kind: "redis"; url: string };

/** What `queue.ts` needs of one lane, the same on both backends. */
export interface LaneQueue {
  add(name: string, data: { rowId: string }, options: JobsOptions): Promise<unknown>;
  getJobCounts(...states: ("waiting" | "active" | "delayed")[]): Promise<Record<string, number>>;
  obliterate(options: { force: boolean }): Promise<void>;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
  disconnect(): Promise<void>;
  on(event: "error", listener: (error: Error) => void): unknown;
}

export interface LaneJob {
  name: string;
  data: unknown;
  attemptsMade: number;
  opts: { attempts?: number };
}

export interface LaneWorker {
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
  cancelAllJobs(reason?: string): void;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "failed", listener: (job: LaneJob | undefined, error: Error) => void): unknown;
  on(event: "stalled", listener: (jobId: string) => void): unknown;
}

/** Named apart from other users of the same Redis or database. */
const laneName = (lane: Lane): string => `siso-${lane}`;

/** Nobody reads the event stream, so that it is kept short. */
const streams = { events: { maxLen: 100 } };

/** BullMQ's own goes up to 20 s between tries, too long after an outage for a round that is due. */
const retryStrategy = (times: number): number => Math.min(times * 200, 2_000);

/** A pool for each queue and worker; the worker's LISTEN connection comes on top. */
const pool = {
  migrate: true,
  max: 3,
  connectionTimeoutMillis: 4_000,
  statement_timeout: 30_000,
  keepAlive: true,
};

export function openLane(backend: QueueBackend, lane: Lane): LaneQueue {
  if (backend.kind === "postgres") {
    const connection = { ...pool, connectionString: backend.connectionString };
    return new Queue(laneName(lane), { connection, streams }, createPostgresBackend);
  }
  // Without the offline queue a lost Redis is an error at once instead of an add that waits for ever.
  const connection = { url: backend.url, enableOfflineQueue: false, retryStrategy };
  return new Queue(laneName(lane), { connection, streams });
}

/**
 * A job whose process died is seen by another worker 15 to 20 s later: its lock has to run out, and then a check has to
 * mark it and the next one to hand it out again. A round's time matters, so that this is shorter than BullMQ's own minute.
 */
const recovery: Omit<WorkerOptions, "connection"> = {
  lockDuration: 15_000,
  stalledInterval: 5_000,
  // A job that takes its process down each time must not do so for ever; the sweep rings again at its own pace.
  maxStalledCount: 3,
  // How long a worker waits after losing its server before it asks again; BullMQ's 15 s would cost a round.
  runRetryDelay: 1_000,
};

export function staffLane(
  backend: QueueBackend,
  lane: Lane,
  concurrency: number,
  run: (job: LaneJob, token: string | undefined, signal: AbortSignal | undefined) => Promise<void>,
): LaneWorker {
  if (backend.kind === "postgres") {
    const connection = { ...pool, connectionString: backend.connectionString };
    return new Worker(laneName(lane), run, { ...recovery, connection, concurrency }, createPostgresBackend);
  }
  const connection = { url: backend.url, maxRetriesPerRequest: null, retryStrategy };
  return new Worker(laneName(lane), run, { ...recovery, connection, concurrency });
}
