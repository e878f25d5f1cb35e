import { constants } from "node:fs";
import { open, rm, type FileHandle } from "node:fs/promises";
import { blockBytes, directMemory } from "./direct-memory.ts";

/** A new file that is being opened. */
export interface DraftFile {
  /** What `write` will write. */
  readonly content: Uint8Array;
  readonly opened: Promise<unknown>;
  /** Durable when this resolves; the name is not. */
  write(): Promise<void>;
  /** Once, when nothing is being written any more. */
  end(): void;
}

const memory = directMemory();

/**
 * Written past the page cache where the file system lets us (open(2), O_DIRECT): nobody reads a picture again soon, and finding
 * the cache's memory for it takes one to four times as long as the disk does (docs/archive.md, "Speed"). Through it otherwise.
 */
export function draftFile(path: string, bytes: number, mode: number): DraftFile {
  const blocks = memory.take(bytes);
  return blocks === null
    ? throughCache(path, Buffer.allocUnsafeSlow(bytes), mode)
    : pastCache(path, blocks, bytes, mode);
}

function throughCache(path: string, content: Uint8Array, mode: number): DraftFile {
  const opened = open(path, "wx", mode);
  return {
    content,
    opened,
    write: async () => {
      const file = await opened;
      await file.writeFile(content);
      await file.sync();
    },
    end: () => closeSoon(opened),
  };
}

function pastCache(path: string, blocks: Uint8Array, bytes: number, mode: number): DraftFile {
  const content = blocks.subarray(0, bytes);
  const { O_CREAT, O_DIRECT, O_EXCL, O_WRONLY } = constants;
  const opened = open(path, O_CREAT | O_DIRECT | O_EXCL | O_WRONLY, mode).catch(nullWhereRefused);
  let instead: DraftFile | null = null;
  return {
    content,
    opened,
    write: async () => {
      const file = await opened;
      if (file !== null && (await writeBlocks(file, blocks, bytes))) return file.sync();
      // A file system that refuses such a file may have made it all the same.
      await rm(path, { force: true });
      instead = throughCache(path, content, mode);
      return instead.write();
    },
    end: () => {
      memory.giveBack(blocks);
      closeSoon(opened);
      instead?.end();
    },
  };
}

/** False where the file system wants other blocks than these, or took less than all: through its cache it says why. */
async function writeBlocks(file: FileHandle, blocks: Uint8Array, bytes: number): Promise<boolean> {
  const whole = Math.ceil(bytes / blockBytes) * blockBytes;
  blocks.fill(0, bytes, whole);
  const written = await file.write(blocks, 0, whole, 0).catch(nullWhereRefused);
  if (written?.bytesWritten !== whole) return false;
  await file.truncate(bytes);
  return true;
}

function nullWhereRefused(error: NodeJS.ErrnoException): null {
  if (error.code === "EINVAL" || error.code === "ENOTSUP") return null;
  throw error;
}

/** What was to last is synced: nothing hangs on closing any more. */
function closeSoon(opened: Promise<FileHandle | null>): void {
  opened.then((file) => file?.close()).catch(() => {});
}
