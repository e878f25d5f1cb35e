import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { directMemory } from "./direct-memory.ts";
import { syncFolder } from "./sync-folder.ts";
import { writeThread, type WriteThread } from "./write-thread.ts";

/** A new file on its way to its place. */
export interface DraftFile {
  readonly content: Uint8Array;
  /** So many bytes of `content` are made by now; the last time, all. */
  filled(bytes: number): void;
  /** When this resolves it is durable under its name, on the same file system. */
  place(path: string): Promise<void>;
  /** Instead of `place`, or after it has failed: no draft is left. */
  abandon(): Promise<void>;
}

/** Below this a thread and writing past the cache save less than they take. */
const worthwhileBytes = 64 * 1024;
const slotBytes = 8 * 1024 * 1024;
/** The bursts of two cameras at once and a little more; a thread each, once needed. */
const slots = 8;

let idle: WriteThread[] | null = null;

/**
 * Written past the page cache (open(2), O_DIRECT): nobody reads a picture again soon, and finding the cache's memory for it may
 * take four times as long as the disk does (docs/archive.md, "Speed"). Through it what is small, or large beyond measure, or one
 * more than there are threads for.
 */
export function draftFile(draft: string, bytes: number, mode: number): DraftFile {
  const thread = bytes < worthwhileBytes || bytes > slotBytes ? undefined : threads().pop();
  return thread === undefined ? throughCache(draft, bytes, mode) : byThread(thread, draft, bytes, mode);
}

function threads(): WriteThread[] {
  return (idle ??= directMemory(slots, slotBytes).map(writeThread));
}

function throughCache(draft: string, bytes: number, mode: number): DraftFile {
  const content = Buffer.allocUnsafeSlow(bytes);
  return {
    content,
    filled: () => {},
    place: async (path) => {
      const file = await open(draft, "wx", mode);
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, path);
      await syncFolder(dirname(path));
    },
    abandon: () => rm(draft, { force: true }),
  };
}

function byThread(thread: WriteThread, draft: string, bytes: number, mode: number): DraftFile {
  // Over in a later turn than the one that fills and names: nobody fills memory that was given back.
  const over = thread.write(draft, bytes, mode).finally(() => threads().push(thread));
  // A failure is met where it is awaited, however late that is.
  over.catch(() => {});
  return {
    content: thread.memory.subarray(0, bytes),
    filled: thread.filled,
    place: (path) => {
      thread.called(path);
      return over;
    },
    abandon: async () => {
      thread.abandon();
      await over.catch(() => {});
      await rm(draft, { force: true });
    },
  };
}
