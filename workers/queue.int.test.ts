import { randomUUID } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startEmbedded, type EmbeddedServer } from "../db/embedded.ts";
import { describeWith } from "../fixtures/describe-with.ts";
import { startLineChild, type LineChild } from "../fixtures/servers/line-child.ts";
import { startRedis, type TestRedis } from "../fixtures/servers/redis.ts";
import { SisoError } from "../services/errors.ts";
import { createQueue, type JobHandlers, type JobName, type JobQueue, type QueueBackend } from "./queue.ts";
import { jobs } from "./queue-jobs.ts";

/** A real server that can be lost and brought back. */
interface Server {
  backend: QueueBackend;
  /** kill -9. */
  lose(): Promise<void>;
  bringBack(): Promise<void>;
  stop(): Promise<void>;
}

const log = pino({ level: "silent" });
const words = { vi: "thử", en: "trial" };

const unexpected: JobHandlers[JobName] = async () => {
  throw new SisoError("input-invalid", words);
};

function handlersWith(own: Partial<JobHandlers>): JobHandlers {
  const none = Object.fromEntries(Object.keys(jobs).map((name) => [name, unexpected])) as JobHandlers;
  return { ...none, ...own };
}

/** A promise and the means to settle it. */
function gate(): { opened: Promise<void>; open(): void } {
  const latch = new EventEmitter();
  return { opened: once(latch, "open").then(() => undefined), open: () => void latch.emit("open") };
}

function contract(start: () => Promise<Server>): void {
  let server: Server;
  let opened: JobQueue[];
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    opened = [];
  });
  afterEach(async () => {
    for (const queue of opened) await queue.close({ graceMs: 0 });
    const cleaner = await createQueue({ backend: server.backend, log });
    await cleaner.obliterate();
    await cleaner.close();
  });

  async function open(): Promise<JobQueue> {
    const queue = await createQueue({ backend: server.backend, log });
    opened.push(queue);
    return queue;
  }

  test("a row that is rung for is worked on once, and nothing of it stays behind", async () => {
    const queue = await open();
    const row = randomUUID();
    const ran: string[] = [];
    await queue.enqueue("plan-session", row);
    expect(await queue.counts()).toEqual({ waiting: 1, active: 0, delayed: 0 });
    await queue.work(handlersWith({ "plan-session": async (id) => void ran.push(id) }));
    await queue.drained();
    expect(ran).toEqual([row]);
    expect(await queue.counts()).toEqual({ waiting: 0, active: 0, delayed: 0 });
  });

  test("a worker that is already waiting takes each of many jobs, of every lane", async () => {
    const queue = await open();
    const ran = new Set<string>();
    const note = async (id: string): Promise<void> => void ran.add(id);
    await queue.work(handlersWith({ "capture-round": note, "build-report": note }));
    const rows = Array.from({ length: 60 }, () => randomUUID());
    for (const [index, row] of rows.entries())
      await queue.enqueue(index % 2 ? "capture-round" : "build-report", row);
    await queue.drained();
    expect(ran).toEqual(new Set(rows));
  });

  test("a delayed job is not run before its time", async () => {
    const queue = await open();
    let ranAt = 0;
    await queue.work(handlersWith({ preflight: async () => void (ranAt = Date.now()) }));
    const dueAt = Date.now() + 400;
    await queue.enqueue("preflight", randomUUID(), { delayMs: 400 });
    expect((await queue.counts()).delayed).toBe(1);
    await queue.drained();
    // Both servers keep due times in whole milliseconds.
    expect(ranAt).toBeGreaterThanOrEqual(dueAt - 1);
  });

  test.each([
    ["a retryable error of ours", () => new SisoError("database-unavailable", words)],
    ["an unforeseen error", () => new TypeError("x is not a function")],
  ])("%s is tried again until it works", async (_, makeError) => {
    const queue = await open();
    let tries = 0;
    await queue.work(
      handlersWith({
        "close-session": async () => {
          tries += 1;
          if (tries < 3) throw makeError();
        },
      }),
    );
    await queue.enqueue("close-session", randomUUID());
    await queue.drained();
    expect(tries).toBe(3);
  });

  test("what cannot get better is tried once, and the row can be rung for again", async () => {
    const queue = await open();
    let tries = 0;
    await queue.work(
      handlersWith({
        "close-session": async () => {
          tries += 1;
          throw new SisoError("archive-corrupt", words);
        },
      }),
    );
    const row = randomUUID();
    await queue.enqueue("close-session", row);
    await queue.drained();
    expect(tries).toBe(1);
    await queue.enqueue("close-session", row);
    await queue.drained();
    expect(tries).toBe(2);
  });

  test("tries end when they are used up", async () => {
    const queue = await open();
    let tries = 0;
    await queue.work(
      handlersWith({
        "close-session": async () => {
          tries += 1;
          throw new SisoError("camera-failed", words);
        },
      }),
    );
    await queue.enqueue("close-session", randomUUID(), { attempts: 2 });
    await queue.drained();
    expect(tries).toBe(2);
  });

  test("ringing again for a row that waits, is delayed or runs does nothing; afterwards it works again", async () => {
    const queue = await open();
    const row = randomUUID();
    const running = gate();
    const mayEnd = gate();
    let runs = 0;
    await queue.enqueue("recognise-round", row);
    await queue.enqueue("recognise-round", row);
    await queue.enqueue("capture-round", row, { delayMs: 200 });
    await queue.enqueue("capture-round", row, { delayMs: 200 });
    expect(await queue.counts()).toEqual({ waiting: 1, active: 0, delayed: 1 });
    const count = async (): Promise<void> => {
      runs += 1;
      running.open();
      await mayEnd.opened;
    };
    await queue.work(handlersWith({ "recognise-round": count, "capture-round": async () => undefined }));
    await running.opened;
    await queue.enqueue("recognise-round", row);
    mayEnd.open();
    await queue.drained();
    expect(runs).toBe(1);
    await queue.enqueue("recognise-round", row);
    await queue.drained();
    expect(runs).toBe(2);
  });

  test("a capture does not wait behind recognition, which runs one at a time", async () => {
    const queue = await open();
    const mayEnd = gate();
    const captured = gate();
    let atOnce = 0;
    let most = 0;
    await queue.work(
      handlersWith({
        "recognise-round": async () => {
          atOnce += 1;
          most = Math.max(most, atOnce);
          await mayEnd.opened;
          atOnce -= 1;
        },
        "capture-round": async () => captured.open(),
      }),
    );
    for (let backlog = 0; backlog < 5; backlog += 1) await queue.enqueue("recognise-round", randomUUID());
    await queue.enqueue("capture-round", randomUUID());
    await captured.opened;
    mayEnd.open();
    await queue.drained();
    expect(most).toBe(1);
  });

  test("an id that is none is refused and named", async () => {
    const queue = await open();
    await expect(queue.enqueue("preflight", "session:1")).rejects.toThrow(/preflight.*"session:1"/);
    expect(await queue.counts()).toEqual({ waiting: 0, active: 0, delayed: 0 });
  });

  test("closing lets what runs end and takes nothing new", async () => {
    const queue = await open();
    const running = gate();
    const mayEnd = gate();
    const ended: string[] = [];
    const [first, second] = [randomUUID(), randomUUID()];
    await queue.work(
      handlersWith({
        "build-report": async (id) => {
          running.open();
          await mayEnd.opened;
          ended.push(id);
        },
      }),
    );
    await queue.enqueue("build-report", first);
    await queue.enqueue("build-report", second);
    await running.opened;
    const closed = queue.close();
    mayEnd.open();
    await closed;
    expect(ended).toEqual([first]);
    expect(await (await open()).counts()).toEqual({ waiting: 1, active: 0, delayed: 0 });
  });

  test("who does not end in time is told by its signal, and its job is done by the next", async () => {
    const queue = await open();
    const running = gate();
    await queue.work(
      handlersWith({
        "build-report": (_, signal) => {
          running.open();
          return new Promise((_resolve, reject) => {
            signal.addEventListener("abort", () => reject(new Error("told to stop")));
          });
        },
      }),
    );
    const row = randomUUID();
    await queue.enqueue("build-report", row);
    await running.opened;
    await queue.close({ graceMs: 50 });
    const next = await open();
    const ran: string[] = [];
    await next.work(handlersWith({ "build-report": async (id) => void ran.push(id) }));
    await next.drained();
    expect(ran).toEqual([row]);
  });

  test("a job whose process is killed while doing it is done by another", async () => {
    const queue = await open();
    const row = randomUUID();
    await queue.enqueue("capture-round", row);
    const child = await startLineChild("fixtures/servers/queue-child.ts", [JSON.stringify(server.backend)]);
    expect(child.firstLine).toBe(row);
    await child.kill();
    const ran: string[] = [];
    await queue.work(handlersWith({ "capture-round": async (id) => void ran.push(id) }));
    await queue.drained();
    expect(ran).toEqual([row]);
  });

  test("with the server lost, ringing is refused; when it is back, no acknowledged job is missing and workers go on", async () => {
    const queue = await open();
    const ran = new Set<string>();
    await queue.work(handlersWith({ "plan-session": async (id) => void ran.add(id) }));
    const rows = Array.from({ length: 10 }, () => randomUUID());
    for (const row of rows) await queue.enqueue("plan-session", row, { delayMs: 1_500 });
    await server.lose();
    await expect(queue.enqueue("plan-session", randomUUID())).rejects.toMatchObject({
      code: "queue-unavailable",
    });
    expect(await queue.ready()).toBe(false);
    await server.bringBack();
    await expect.poll(() => queue.ready(), { timeout: 30_000 }).toBe(true);
    const late = randomUUID();
    await queue.enqueue("plan-session", late);
    await queue.drained();
    expect(ran).toEqual(new Set([...rows, late]));
  });

  test("with the server lost, a start says so", async () => {
    await server.lose();
    await expect(createQueue({ backend: server.backend, log })).rejects.toMatchObject({
      code: "queue-unavailable",
    });
    await server.bringBack();
  });
}

function killHard(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Held by a child process, because ours would bring a killed server back at once. */
async function postgresServer(): Promise<Server> {
  const root = await mkdtemp(join(tmpdir(), "siso-test-queue-"));
  await chmod(root, 0o755);
  const dataDir = join(root, "pg");
  const hold = (): Promise<LineChild> => startLineChild("fixtures/servers/embedded-child.ts", [dataDir]);
  let child = await hold();
  const stop = async (): Promise<void> => {
    await child.kill();
    const held: EmbeddedServer = await startEmbedded({ dataDir });
    await held.stop();
    await rm(root, { recursive: true, force: true });
  };
  return {
    backend: { kind: "postgres", connectionString: child.firstLine },
    lose: async () => {
      await child.kill();
      const pid = (await readFile(join(dataDir, "cluster", "postmaster.pid"), "utf8")).split("\n")[0];
      // Its children too: one that has not yet noticed would still take and acknowledge a statement.
      const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
      for (const victim of [pid, ...children.trim().split(" ")]) killHard(Number(victim));
    },
    bringBack: async () => {
      child = await hold();
    },
    stop,
  };
}

async function redisServer(): Promise<Server> {
  const redis = await startRedis();
  return {
    backend: { kind: "redis", url: redis.url },
    lose: () => redis.kill(),
    bringBack: () => redis.restart(),
    stop: () => redis.stop(),
  };
}

describe("the queue on PostgreSQL", () => {
  contract(postgresServer);
});

describeWith(["redis-server"], "the queue on Redis", () => {
  contract(redisServer);

  test("a server that no longer answers is noticed within the deadline", async () => {
    const redis: TestRedis = await startRedis();
    const queue = await createQueue({ backend: { kind: "redis", url: redis.url }, log });
    redis.freeze();
    await expect(queue.enqueue("preflight", randomUUID())).rejects.toThrow(/no answer within 5000 ms/);
    redis.thaw();
    await queue.close();
    await redis.stop();
  });
});
