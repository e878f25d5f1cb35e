import { parentPort, workerData } from "node:worker_threads";
import { SisoError } from "../errors.ts";
import type { ErrorCode } from "../errors.ts";
import type { Bilingual, SourceDocument } from "../types.ts";
import type { ReadLimits } from "./limits.ts";
import { readDocument } from "./read-document.ts";

export interface ReadingTask {
  fileName: string;
  bytes: Uint8Array;
  limits: ReadLimits;
}

export type ReadingAnswer =
  | { ok: true; document: SourceDocument }
  | { ok: false; code: ErrorCode; words: Bilingual }
  | { ok: false; code: null; message: string };

async function answer({ fileName, bytes, limits }: ReadingTask): Promise<ReadingAnswer> {
  try {
    return { ok: true, document: await readDocument(fileName, bytes, limits) };
  } catch (error) {
    if (error instanceof SisoError) return { ok: false, code: error.code, words: error.words };
    return { ok: false, code: null, message: String(error) };
  }
}

/** Reads the file this thread was started for and posts the answer. */
export async function answerTask(): Promise<void> {
  const reading = await answer(workerData as ReadingTask);
  parentPort?.postMessage(reading, reading.ok ? picturesOf(reading.document) : []);
}

/** Handed over, not copied: the portraits of a class are most of a file. A picture may stand in several cells. */
function picturesOf({ grids }: SourceDocument): ArrayBuffer[] {
  const buffers = grids.flatMap(({ cells }) =>
    cells.flatMap(({ picture }) =>
      picture?.bytes.buffer instanceof ArrayBuffer ? [picture.bytes.buffer] : [],
    ),
  );
  return [...new Set(buffers)];
}
