import { lstat, mkdir, opendir, readFile, readdir, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { SisoError } from "../errors.ts";
import type { ObjectStore } from "../ports.ts";
import { clearDrafts, draftName } from "./drafts.ts";
import { hashThread } from "./hash-thread.ts";
import { isObjectName, objectPath, sha256Of } from "./object-name.ts";
import { folders } from "./object-folders.ts";
import { placeFile, type Fill } from "./place-file.ts";
import { syncFolder } from "./sync-folder.ts";

export interface FileStore extends ObjectStore {
  /** Whether it has ever held an object. */
  isEmpty(): Promise<boolean>;
}

/** Objects as files `objects/ab/<sha256>` below `dir`. Files are read-only; nothing here removes one. */
export async function fileStore(dir: string, minFreeBytes: number): Promise<FileStore> {
  const draftsDir = join(dir, "drafts");
  const hasher = inTurn(hashThread(), hashThread());
  await makeFolders(dir, draftsDir);
  await clearDrafts(draftsDir);
  const freeBytes = async (): Promise<number> => {
    const { bavail, bsize } = await statfs(dir);
    return bavail * bsize;
  };
  const place = async (
    bytes: number,
    fill: Fill,
    mode: number,
    pathOf: (content: Uint8Array) => string,
  ): Promise<void> => {
    const draft = join(draftsDir, draftName());
    try {
      await placeFile(draft, bytes, fill, mode, (content) => join(dir, pathOf(content)));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw code === "ENOSPC" || code === "EDQUOT" ? full(dir, error) : error;
    }
  };
  const placeBytes = (bytes: Uint8Array, mode: number, path: string): Promise<void> =>
    place(
      bytes.length,
      (content) => filled(content, bytes),
      mode,
      () => path,
    );
  const refuseWhenFull = async (bytes: number): Promise<void> => {
    if (minFreeBytes > 0 && (await freeBytes()) < minFreeBytes + bytes) throw full(dir);
  };
  return {
    address: dir,
    freeBytes,
    isEmpty: async () => {
      for (const folder of folders)
        if ((await readdir(join(dir, "objects", folder))).length > 0) return false;
      return true;
    },
    put: async (sha256, bytes) => {
      await refuseWhenFull(bytes.length);
      await placeBytes(bytes, 0o400, objectPath(sha256));
    },
    add: async (bytes, fill) => {
      await refuseWhenFull(bytes);
      let sha256 = "";
      await place(bytes, fill, 0o400, (content) => objectPath((sha256 = sha256Of(content))));
      return sha256;
    },
    digest: (sha256) => hasher().digestFile(join(dir, objectPath(sha256))),
    get: (sha256) => readIfThere(join(dir, objectPath(sha256))),
    keepUntil: () => Promise.resolve(),
    list: (folder) => listFolder(join(dir, "objects", folder)),
    clock: () => Promise.resolve(null),
    note: (name) => readIfThere(join(dir, name)),
    putNote: async (name, bytes) => {
      const folder = dirname(join(dir, name));
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await syncFolder(dirname(folder));
      await placeBytes(bytes, 0o600, name);
    },
    notes: (folder) =>
      readdir(join(dir, folder)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return [];
        throw error;
      }),
  };
}

function filled(content: Uint8Array, bytes: Uint8Array): [number] {
  content.set(bytes);
  return [bytes.length];
}

/** Two files are hashed at once; one thread would reach three quarters of SHA-256 in memory, waiting for its reads. */
function inTurn<T>(one: T, other: T): () => T {
  let turn = 0;
  return () => ((turn = 1 - turn) === 0 ? one : other);
}

/** All 256 at once, so that storing an object never has to make a folder and sync the ones above it. */
async function makeFolders(dir: string, draftsDir: string): Promise<void> {
  const objectsDir = join(dir, "objects");
  try {
    await mkdir(objectsDir, { recursive: true, mode: 0o700 });
    await mkdir(draftsDir, { recursive: true, mode: 0o700 });
    const there = new Set(await readdir(objectsDir));
    const missing = folders.filter((folder) => !there.has(folder));
    await Promise.all(
      missing.map((folder) => mkdir(join(objectsDir, folder), { recursive: true, mode: 0o700 })),
    );
    if (missing.length > 0) await syncFolder(objectsDir);
    await syncFolder(dir);
  } catch (cause) {
    throw new SisoError(
      "config-invalid",
      { vi: `Không ghi được vào thư mục lưu trữ ${dir}`, en: `The archive folder ${dir} cannot be written` },
      cause,
    );
  }
}

function readIfThere(path: string): Promise<Uint8Array | null> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    throw error;
  });
}

async function* listFolder(path: string): AsyncGenerator<{ sha256: string; bytes: number }> {
  for await (const entry of await opendir(path)) {
    if (!isObjectName(entry.name)) continue;
    const info = await lstat(join(path, entry.name)).catch(() => null);
    if (info?.isFile()) yield { sha256: entry.name, bytes: info.size };
  }
}

/** Whether the folder of a store is there at all; a disk that is not mounted must not be taken for an empty store. */
export async function folderExists(dir: string): Promise<boolean> {
  return stat(dir).then(
    (info) => info.isDirectory(),
    () => false,
  );
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
