import { Worker } from "node:worker_threads";
import { digestFile, type FileDigest } from "./digest-file.ts";

/** SHA-256 beside the thread that asks. */
export interface HashThread {
  /**
   * Hex, with the bytes back: their memory goes over to the thread and returns, which costs nothing, while copying or sharing it
   * costs half as much as hashing. Null when the thread ended and the memory with it.
   */
  sha256(bytes: Uint8Array<ArrayBuffer>): Promise<{ sha256: string; bytes: Uint8Array<ArrayBuffer> } | null>;
  /** As `digestFile`, with reads that wait: a quarter quicker, and nobody else's turn is held up. */
  digestFile(path: string): Promise<FileDigest | null>;
}

/** Plain JavaScript: a worker has no TypeScript loader, and this needs none of our modules. */
const HASHER = `const { parentPort } = require("node:worker_threads");
const { createHash } = require("node:crypto");
const { closeSync, openSync, readSync } = require("node:fs");
const piece = Buffer.allocUnsafeSlow(256 * 1024);
const ofBytes = (bytes) => createHash("sha256").update(bytes).digest("hex");
const ofFile = (path) => {
  const file = openSync(path);
  try {
    const hash = createHash("sha256");
    for (let bytes = 0; ; ) {
      const read = readSync(file, piece, 0, piece.length, bytes);
      if (read === 0) return { sha256: hash.digest("hex"), bytes };
      hash.update(piece.subarray(0, read));
      bytes += read;
    }
  } finally {
    closeSync(file);
  }
};
parentPort.on("message", ({ id, bytes, path }) => {
  if (path === undefined) {
    parentPort.postMessage({ id, result: { sha256: ofBytes(bytes), bytes } }, [bytes.buffer]);
    return;
  }
  try {
    parentPort.postMessage({ id, result: ofFile(path) });
  } catch {
    parentPort.postMessage({ id, result: null });
  }
});`;

interface Answer {
  id: number;
  result: unknown;
}

/** One thread, started when first needed; it keeps no process alive, and what it cannot do or leaves undone is null. */
export function hashThread(): HashThread {
  const waiting = new Map<number, (result: unknown) => void>();
  let worker: Worker | null = null;
  let last = 0;
  const answer = (id: number, result: unknown): void => {
    waiting.get(id)?.(result);
    waiting.delete(id);
  };
  const start = (): Worker => {
    const started = new Worker(HASHER, { eval: true, execArgv: [] });
    const gone = () => {
      if (worker === started) worker = null;
      for (const id of waiting.keys()) answer(id, null);
    };
    started.on("message", ({ id, result }: Answer) => {
      answer(id, result);
      if (waiting.size === 0) started.unref();
    });
    started.on("error", gone);
    started.on("exit", gone);
    return started;
  };
  const ask = <T>(work: object, moved: ArrayBuffer[] = []): Promise<T | null> =>
    new Promise((resolve) => {
      worker ??= start();
      last += 1;
      waiting.set(last, resolve as (result: unknown) => void);
      worker.ref();
      worker.postMessage({ id: last, ...work }, moved);
    });
  return {
    sha256: (bytes) => ask({ bytes }, [bytes.buffer]),
    // Read here what could not be read there: it is missing, or fails with its own reason.
    digestFile: async (path) => (await ask<FileDigest>({ path })) ?? digestFile(path),
  };
}
