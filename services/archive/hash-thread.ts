import { Worker } from "node:worker_threads";
import { digestFile, type FileDigest } from "./digest-file.ts";

/** SHA-256 of files beside the thread that asks. */
export interface HashThread {
  /** As `digestFile`, with reads that wait: a quarter quicker, and nobody else's turn is held up. */
  digestFile(path: string): Promise<FileDigest | null>;
}

/** Plain JavaScript: a worker has no TypeScript loader, and this needs none of our modules. */
const HASHER = `const { parentPort } = require("node:worker_threads");
const { createHash } = require("node:crypto");
const { closeSync, openSync, readSync } = require("node:fs");
const piece = Buffer.allocUnsafeSlow(256 * 1024);
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
parentPort.on("message", ({ id, path }) => {
  try {
    parentPort.postMessage({ id, result: ofFile(path) });
  } catch {
    parentPort.postMessage({ id, result: null });
  }
});`;

interface Answer {
  id: number;
  result: FileDigest | null;
}

/** One thread, started when first needed; it keeps no process alive, and what it cannot do or leaves undone is null. */
export function hashThread(): HashThread {
  const waiting = new Map<number, (result: FileDigest | null) => void>();
  let worker: Worker | null = null;
  let last = 0;
  const answer = (id: number, result: FileDigest | null): void => {
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
  const ask = (path: string): Promise<FileDigest | null> =>
    new Promise((resolve) => {
      worker ??= start();
      last += 1;
      waiting.set(last, resolve);
      worker.ref();
      worker.postMessage({ id: last, path });
    });
  return {
    // Read here what could not be read there: it is missing, or fails with its own reason.
    digestFile: async (path) => (await ask(path)) ?? digestFile(path),
  };
}
