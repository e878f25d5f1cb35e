import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, readdir, rename, rm, stat, statfs } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { SisoError } from "../errors.ts";
import type { ObjectStore } from "./object-store.ts";
import { syncFolder } from "./sync-folder.ts";

export interface FileStore extends ObjectStore {
  /** Whether it has ever held an object. */
  isEmpty(): Promise<boolean>;
}

const ABANDONED_AFTER_MS = 24 * 3_600_000;

/** Objects as files `objects/ab/cd/<sha256>` below `dir`. Files are read-only; nothing here removes one. */
export async function fileStore(dir: string, minFreeBytes: number): Promise<FileStore> {
  const objectsDir = join(dir, "objects");
  const draftsDir = join(dir, "drafts");
  try {
    await mkdir(objectsDir, { recursive: true, mode: 0o700 });
    await mkdir(draftsDir, { recursive: true, mode: 0o700 });
    await syncFolder(dir);
  } catch (cause) {
    throw new SisoError(
      "config-invalid",
      { vi: `Không ghi được vào thư mục lưu trữ ${dir}`, en: `The archive folder ${dir} cannot be written` },
      cause,
    );
  }
  await clearDrafts(draftsDir);
  const freeBytes = async (): Promise<number> => {
    const { bavail, bsize } = await statfs(dir);
    return bavail * bsize;
  };
  return {
    freeBytes,
    isEmpty: async () => (await readdir(objectsDir)).length === 0,
    put: async (sha256, bytes) => {
      if (minFreeBytes > 0 && (await freeBytes()) < minFreeBytes + bytes.length) throw full(dir);
      const draft = join(draftsDir, draftName());
      try {
        await writeDurably(draft, bytes);
        await publish(draft, pathOf(objectsDir, sha256));
      } catch (error) {
        await rm(draft, { force: true });
        const { code } = error as NodeJS.ErrnoException;
        throw code === "ENOSPC" || code === "EDQUOT" ? full(dir, error) : error;
      }
    },
    get: (sha256) =>
      readFile(pathOf(objectsDir, sha256)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
        throw error;
      }),
  };
}

/** A path is only ever made of a hash, so that no row can point outside the archive. */
function pathOf(objectsDir: string, sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    throw new SisoError("archive-corrupt", {
      vi: `"${sha256}" không phải mã băm SHA-256 của một đối tượng`,
      en: `"${sha256}" is not the SHA-256 of an object`,
    });
  }
  return join(objectsDir, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "wx", 0o400);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** From here on the object is there, whole, whatever happens. The folders above it may be new, so that they are synced too. */
async function publish(draft: string, path: string): Promise<void> {
  const shard = dirname(path);
  await mkdir(shard, { recursive: true, mode: 0o700 });
  await rename(draft, path);
  await syncFolder(shard);
  await syncFolder(dirname(shard));
  await syncFolder(dirname(dirname(shard)));
}

function draftName(): string {
  return `${hostname()}~${process.pid}~${randomUUID()}`;
}

/** What a killed process left half-written. Another live process's drafts, here or on another host, are left alone. */
async function clearDrafts(draftsDir: string): Promise<void> {
  for (const name of await readdir(draftsDir)) {
    const path = join(draftsDir, name);
    if (await isAbandoned(path, name)) await rm(path, { force: true });
  }
}

async function isAbandoned(path: string, name: string): Promise<boolean> {
  const [host, pid] = name.split("~");
  if (host === hostname()) return !isAlive(Number(pid));
  const info = await stat(path).catch(() => null);
  return info !== null && Date.now() - info.mtimeMs > ABANDONED_AFTER_MS;
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function full(dir: string, cause?: unknown): SisoError {
  return new SisoError(
    "archive-full",
    {
      vi: `Hết chỗ trên đĩa của kho lưu trữ ${dir}; hãy thêm dung lượng, không xóa ảnh đã lưu`,
      en: `The disk of the archive ${dir} is full; add space, do not delete what is archived`,
    },
    cause,
  );
}
