import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { SisoError } from "../errors.ts";
import type { Archive, ObjectStore } from "../ports.ts";
import { fileStore } from "./file-store.ts";
import { createKeyFile, keyMissing, readKeyFile, type KeyRing } from "./key-file.ts";
import type { S3Place } from "./s3-requests.ts";
import { s3Store } from "./s3-store.ts";
import { sealedArchive } from "./sealed-archive.ts";
import { secondFolder } from "./second-folder.ts";
import { syncFolder } from "./sync-folder.ts";

/** A second folder, on another disk or machine, or an S3 bucket. */
export type SecondPlace = { kind: "folder"; dir: string } | ({ kind: "s3" } & S3Place);

export interface FileArchiveOptions {
  /** Made when absent. */
  dir: string;
  /** 32 random bytes, mode 0600; made only for an archive that has never had one. Keep it apart from `dir` and back it up. */
  keyFile: string;
  /** Sealing stops with `archive-full` when less than this would stay free. */
  minFreeBytes?: number;
  /** Where a second copy goes. */
  second?: SecondPlace | null;
}

/** An archive in a folder. Throws `key-missing` when the key of an existing archive is gone or is another archive's. */
export async function createFileArchive(options: FileArchiveOptions): Promise<Archive> {
  const store = await fileStore(options.dir, options.minFreeBytes ?? 0);
  const ring = await keyFor(options, await store.isEmpty());
  return sealedArchive({ first: store, second: secondStore(options.second ?? null) }, ring);
}

function secondStore(place: SecondPlace | null): ObjectStore | null {
  if (place === null) return null;
  return place.kind === "s3" ? s3Store(place) : secondFolder(place.dir);
}

/** The archive remembers which key is its own, so that a lost key is not quietly replaced nor a wrong one used. */
async function keyFor(options: FileArchiveOptions, isEmpty: boolean): Promise<KeyRing> {
  const noteFile = join(options.dir, "key-id");
  const noted = await readNote(noteFile);
  const found = await readKeyFile(options.keyFile);
  if (found === null && (noted !== null || !isEmpty)) throw keyMissing(options.keyFile);
  const ring = found ?? (await createKeyFile(options.keyFile));
  const id = ring.id.toString("hex");
  if (noted === null) await writeNote(options.dir, noteFile, id);
  else if (noted !== id) throw wrongKey(options, noted, id);
  return ring;
}

async function readNote(path: string): Promise<string | null> {
  return readFile(path, "utf8").then(
    (text) => text.trim() || null,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw error;
    },
  );
}

async function writeNote(dir: string, path: string, id: string): Promise<void> {
  const file = await open(path, "w", 0o600);
  try {
    await file.writeFile(`${id}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(dir);
}

function wrongKey(options: FileArchiveOptions, expected: string, found: string): SisoError {
  return new SisoError("key-missing", {
    vi: `Khóa ${options.keyFile} (${found}) không phải khóa của kho ${options.dir} (${expected}); hãy khôi phục đúng khóa từ bản sao lưu`,
    en: `The key ${options.keyFile} (${found}) is not that of the archive ${options.dir} (${expected}); restore the right one from its backup`,
  });
}
