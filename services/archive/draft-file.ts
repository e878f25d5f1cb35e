import { constants } from "node:fs";
import { open, rm, type FileHandle } from "node:fs/promises";
import { blockBytes, directMemory } from "./direct-memory.ts";

/** A new file that is being opened. */
export interface DraftFile {
  readonly content: Uint8Array;
  /** Has `content` filled in; each step tells how many bytes are there by now. */
  fill(steps: Iterable<number>): Promise<void>;
  /** Durable when this resolves; the name is not. */
  write(): Promise<void>;
  /** Once: waits for whatever is under way and lets go of everything. Never rejects. */
  end(): Promise<void>;
}

const memory = directMemory();

/**
 * Written past the page cache where the file system lets us (open(2), O_DIRECT): nobody reads a picture again soon, and finding
 * the cache's memory for it may take four times as long as the disk does (docs/archive.md, "Speed"). Through it otherwise.
 */
export function draftFile(path: string, bytes: number, mode: number): DraftFile {
  const blocks = memory.take(bytes);
  return blocks === null
    ? throughCache(path, Buffer.allocUnsafeSlow(bytes), mode)
    : pastCache(path, blocks, bytes, mode);
}

function throughCache(path: string, content: Uint8Array, mode: number): DraftFile {
  const opened = begun(open(path, "wx", mode));
  return {
    content,
    fill: async (steps) => {
      Array.from(steps);
    },
    write: async () => {
      const file = await opened;
      await file.writeFile(content);
      await file.sync();
    },
    end: () => closed(opened),
  };
}

function pastCache(path: string, blocks: Uint8Array, bytes: number, mode: number): DraftFile {
  const content = blocks.subarray(0, bytes);
  const { O_CREAT, O_DIRECT, O_EXCL, O_WRONLY } = constants;
  const opened = begun(open(path, O_CREAT | O_DIRECT | O_EXCL | O_WRONLY, mode).catch(nullWhereRefused));
  const pieces: Promise<boolean>[] = [];
  let sent = 0;
  const send = (file: FileHandle, upTo: number): void => {
    pieces.push(begun(writeBlocks(file, blocks.subarray(sent, upTo), sent)));
    sent = upTo;
  };
  let instead: DraftFile | null = null;
  return {
    content,
    fill: async (steps) => {
      for (const filled of steps) {
        // The first half is on its way while the second is made; more pieces cost more than they save.
        if (sent > 0 || filled < bytes / 2 || filled === bytes) continue;
        const file = await opened;
        if (file !== null) send(file, filled - (filled % blockBytes));
      }
    },
    write: async () => {
      const file = await opened;
      if (file !== null) {
        const whole = Math.ceil(bytes / blockBytes) * blockBytes;
        blocks.fill(0, bytes, whole);
        send(file, whole);
        if ((await Promise.all(pieces)).every(Boolean)) {
          await file.truncate(bytes);
          return file.sync();
        }
      }
      // A file system that refuses such a file may have made it all the same.
      await rm(path, { force: true });
      instead = throughCache(path, content, mode);
      return instead.write();
    },
    end: async () => {
      await Promise.allSettled(pieces);
      await Promise.all([closed(opened), instead?.end()]);
      memory.giveBack(blocks);
    },
  };
}

/** False where the file system wants other blocks than these, or took less than all: through its cache it says why. */
async function writeBlocks(file: FileHandle, blocks: Uint8Array, at: number): Promise<boolean> {
  const written = await file.write(blocks, 0, blocks.length, at).catch(nullWhereRefused);
  return written?.bytesWritten === blocks.length;
}

function nullWhereRefused(error: NodeJS.ErrnoException): null {
  if (error.code === "EINVAL" || error.code === "ENOTSUP") return null;
  throw error;
}

/** Its failure is met where it is awaited, however late that is. */
function begun<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {});
  return work;
}

async function closed(opened: Promise<FileHandle | null>): Promise<void> {
  // What was to last is synced: closing has nothing to tell.
  await opened.then((file) => file?.close()).catch(() => {});
}
