import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { SisoError } from "../errors.ts";
import type { DocumentReader } from "../ports.ts";
import type { SourceDocument } from "../types.ts";
import { READ_LIMITS } from "./limits.ts";
import type { ReadLimits } from "./limits.ts";
import type { ReadingAnswer, ReadingTask } from "./reading-worker.ts";
import { refused } from "./refusal.ts";
import { isLegacyOffice } from "./true-type.ts";
import { refuseLarge } from "./read-document.ts";
import { damaged } from "./zip-gate.ts";

/** Reads each file in a worker thread of its own, so that a hostile one can cost neither the process's heap nor its time. */
export function createDocumentReader(limits: Partial<ReadLimits> = {}): DocumentReader {
  const all = { ...READ_LIMITS, ...limits };
  return {
    async read(fileName, bytes) {
      refuseLarge(fileName, bytes, all);
      return isLegacyOffice(bytes)
        ? readLegacy(fileName, bytes, all)
        : readInWorker({ fileName, bytes, limits: all });
    },
  };
}

/** An old .doc or .xls is converted first, then goes through the same gate; it keeps the hash of what was sent. */
async function readLegacy(fileName: string, bytes: Uint8Array, limits: ReadLimits): Promise<SourceDocument> {
  // Loaded when there is one: running programs takes a hundred modules, and a preview should stand there at once.
  const { convertedNote, convertOffice, legacyKind } = await import("./legacy-office.ts");
  const kind = legacyKind(fileName, bytes);
  const converted = await convertOffice(fileName, bytes, kind);
  const document = await readInWorker({ fileName, bytes: converted, limits });
  return {
    ...document,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    notes: [convertedNote(fileName, kind), ...document.notes],
  };
}

/** tsx's ESM entry by path: its CommonJS entry cannot find its own hooks from a worker (4.23). */
const TSX = new URL(
  "./dist/esm/api/index.mjs",
  pathToFileURL(createRequire(import.meta.url).resolve("tsx/package.json")),
);
const WORKER = new URL("./reading-worker.ts", import.meta.url);

/**
 * Node 20 gives a worker no TypeScript loader of its parent's, so a line of plain JavaScript registers it first. It goes
 * once our own modules are loaded: it would rewrite the PDF library as well, at 180 MB (tsx 4.23).
 */
const BOOTSTRAP = `import(${JSON.stringify(TSX.href)}).then(async (tsx) => {
  const unregister = tsx.register();
  const worker = await import(${JSON.stringify(WORKER.href)});
  await unregister();
  await worker.answerTask();
});`;

function readInWorker(task: ReadingTask): Promise<SourceDocument> {
  const worker = new Worker(BOOTSTRAP, {
    eval: true,
    workerData: task,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: task.limits.heapMegabytes },
  });
  return new Promise<SourceDocument>((resolve, reject) => {
    const timer = setTimeout(() => reject(tooHeavy(task.fileName)), task.limits.milliseconds);
    worker.once("message", (answer: ReadingAnswer) =>
      answer.ok ? resolve(answer.document) : reject(errorOf(task.fileName, answer)),
    );
    worker.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? tooHeavy(task.fileName) : error),
    );
    worker.once("exit", () => {
      clearTimeout(timer);
      reject(damaged(task.fileName, new Error("the reading ended without an answer")));
    });
  }).finally(() => void worker.terminate());
}

function errorOf(fileName: string, answer: Exclude<ReadingAnswer, { ok: true }>): SisoError {
  return answer.code === null
    ? damaged(fileName, new Error(answer.message))
    : new SisoError(answer.code, answer.words);
}

function tooHeavy(fileName: string): SisoError {
  return refused(
    fileName,
    {
      vi: "đọc tệp tốn quá nhiều thời gian hoặc bộ nhớ",
      en: "reading the file takes too much time or memory",
    },
    {
      vi: "Xóa phần thừa, chia nhỏ tệp rồi gửi lại",
      en: "Remove what is not needed, split the file and send it again",
    },
  );
}
