import { createHash } from "node:crypto";
import { Worker } from "node:worker_threads";

/** SHA-256 of bytes in shared memory, beside the thread that asks. */
export interface HashThread {
  /** Hex. The bytes must not change until it resolves. */
  sha256(shared: Uint8Array): Promise<string>;
}

/** Plain JavaScript: a worker has no TypeScript loader, and this needs none of our modules. */
const HASHER = `const { parentPort } = require("node:worker_threads");
const { createHash } = require("node:crypto");
parentPort.on("message", ({ id, bytes }) =>
  parentPort.postMessage({ id, sha256: createHash("sha256").update(bytes).digest("hex") }));`;

interface Waiting {
  bytes: Uint8Array;
  resolve: (sha256: string) => void;
}

/** One thread, started when first needed; it keeps no process alive, and whatever it leaves undone is done here. */
export function hashThread(): HashThread {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let last = 0;
  const start = (): Worker => {
    const started = new Worker(HASHER, { eval: true, execArgv: [] });
    const gone = () => {
      if (worker === started) worker = null;
      for (const [id, { bytes, resolve }] of waiting) {
        waiting.delete(id);
        resolve(createHash("sha256").update(bytes).digest("hex"));
      }
    };
    started.on("message", ({ id, sha256 }: { id: number; sha256: string }) => {
      waiting.get(id)?.resolve(sha256);
      waiting.delete(id);
      if (waiting.size === 0) started.unref();
    });
    started.on("error", gone);
    started.on("exit", gone);
    return started;
  };
  return {
    sha256: (bytes) =>
      new Promise((resolve) => {
        worker ??= start();
        last += 1;
        waiting.set(last, { bytes, resolve });
        worker.ref();
        worker.postMessage({ id: last, bytes });
      }),
  };
}
