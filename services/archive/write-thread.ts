import { Worker } from "node:worker_threads";

/** What a file system may ask of a write past its cache: addresses, places and lengths in whole blocks of a disk. */
const blockBytes = 4096;

/** Writes one file at a time, from memory that is being filled meanwhile. */
export interface WriteThread {
  readonly memory: Uint8Array;
  /** When this resolves, so many bytes are durable under the path told meanwhile; when it rejects the draft may be left. */
  write(draft: string, bytes: number, mode: number): Promise<void>;
  /** So many of them are in `memory` by now. */
  filled(bytes: number): void;
  /** What the draft is to be called, on the same file system. */
  called(path: string): void;
  /** Nothing more will be told: `write` rejects, unless it is over. */
  abandon(): void;
}

/** What the two tell each other by: how many bytes are filled; how long the path is, once known; the path (4096: PATH_MAX). */
const shared = { filled: 0, named: 1, path: 8, bytes: 8 + 4096, abandoned: -1 };

/**
 * Plain JavaScript: a worker has no TypeScript loader, and this needs none of our modules. Each step waits for the disk here: to
 * hand each to the pool and be woken for the next takes half as long as the disk does (docs/archive.md, "Speed").
 */
const WRITER = `const { parentPort, workerData } = require("node:worker_threads");
const fs = require("node:fs");
const { dirname } = require("node:path");
const { memory, state, shared, blockBytes } = workerData;
const { O_CREAT, O_DIRECT, O_EXCL, O_WRONLY } = fs.constants;

const told = (what, least) => {
  for (;;) {
    const now = Atomics.load(state, what);
    if (now === shared.abandoned) throw new Error("abandoned");
    if (now >= least) return now;
    Atomics.wait(state, what, now);
  }
};
class TookLess extends Error {}
const pastCache = (file, bytes) => {
  const whole = Math.ceil(bytes / blockBytes) * blockBytes;
  for (let at = 0; at < whole; ) {
    // Whatever is there by now: while the disk has it, more comes.
    const filled = told(shared.filled, Math.min(at + blockBytes, bytes));
    if (filled === bytes) memory.fill(0, bytes, whole);
    const to = filled === bytes ? whole : filled - (filled % blockBytes);
    if (fs.writeSync(file, memory, at, to - at, at) !== to - at) throw new TookLess();
    at = to;
  }
  fs.ftruncateSync(file, bytes);
};
const throughCache = (file, bytes) => {
  told(shared.filled, bytes);
  fs.writeFileSync(file, memory.subarray(0, bytes));
};
const synced = (file, work) => {
  try {
    work();
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
};
const written = (flags, write, { draft, bytes, mode }) => {
  const file = fs.openSync(draft, O_CREAT | O_EXCL | O_WRONLY | flags, mode);
  synced(file, () => write(file, bytes));
};
const writtenSomehow = (file) => {
  try {
    written(O_DIRECT, pastCache, file);
  } catch (error) {
    if (!(error instanceof TookLess) && error.code !== "EINVAL" && error.code !== "ENOTSUP") throw error;
    // A file system that refuses such a file may have made it all the same. Through its cache it says why, or takes it.
    fs.rmSync(file.draft, { force: true });
    written(0, throughCache, file);
  }
};
const named = ({ draft }) => {
  const path = Buffer.from(state.buffer, shared.path, told(shared.named, 1)).toString();
  fs.renameSync(draft, path);
  // Without this a file that was only renamed may vanish with the power; from here on it is there, whole.
  synced(fs.openSync(dirname(path)), () => {});
};
parentPort.on("message", (file) => {
  try {
    writtenSomehow(file);
    named(file);
    parentPort.postMessage(null);
  } catch ({ message, code, errno, syscall }) {
    parentPort.postMessage({ message, code, errno, syscall });
  }
});`;

type Failure = { message: string } & Partial<NodeJS.ErrnoException>;

/** A thread for this memory, started when first needed, and anew should it have died; idle, it keeps no process alive. */
export function writeThread(memory: Uint8Array): WriteThread {
  const buffer = new SharedArrayBuffer(shared.bytes);
  const state = new Int32Array(buffer);
  const path = Buffer.from(buffer, shared.path);
  let worker: Worker | null = null;
  let over: ((failure: Failure | null) => void) | null = null;
  const start = (): Worker => {
    const workerData = { memory, state, shared, blockBytes };
    const started = new Worker(WRITER, { eval: true, execArgv: [], workerData });
    const gone = (why: unknown): void => {
      if (worker === started) worker = null;
      over?.({ message: `the thread that writes has ended: ${String(why)}` });
    };
    started.on("message", (failure: Failure | null) => over?.(failure));
    started.on("error", gone);
    started.on("exit", gone);
    return started;
  };
  const tell = (what: number, value: number): void => {
    Atomics.store(state, what, value);
    Atomics.notify(state, what);
  };
  return {
    memory,
    write: async (draft, bytes, mode) => {
      tell(shared.filled, 0);
      tell(shared.named, 0);
      const busy = (worker ??= start());
      busy.ref();
      busy.postMessage({ draft, bytes, mode });
      const failure = await new Promise<Failure | null>((resolve) => (over = resolve));
      busy.unref();
      if (failure !== null) throw Object.assign(new Error(failure.message), failure);
    },
    filled: (bytes) => tell(shared.filled, bytes),
    called: (name) => tell(shared.named, path.write(name)),
    abandon: () => {
      tell(shared.named, shared.abandoned);
      tell(shared.filled, shared.abandoned);
    },
  };
}
