import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Transform, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { DatabaseDump } from "../../../db/dump-tables.ts";
import { macHolds, macOf, secretOf, type BackupSecret } from "../../archive/backup-keys.ts";
import { syncFolder } from "../../archive/sync-folder.ts";
import { canonicalJson } from "../../canonical-json.ts";
import { SisoError } from "../../errors.ts";
import type { ObjectStore } from "../../ports.ts";

export interface BackupFile {
  name: string;
  sha256: string;
  bytes: number;
}

/** Written last: a folder without one is a backup that was cut off. */
export interface Manifest extends DatabaseDump {
  format: 1;
  madeAt: string;
  archiveId: string;
  /** Of the passphrase, hex. */
  salt: string;
  files: BackupFile[];
}

export interface Backup {
  folder: string;
  manifest: Manifest;
  /** Hex SHA-256 of the manifest's file. */
  sha256: string;
  secret: BackupSecret;
}

/** What backups of one place share, read without writing there: it may be a medium that cannot be written. */
export type SharedStore = Pick<ObjectStore, "address" | "get" | "note" | "notes">;

const manifestName = "manifest.json";
export const sealedKeysName = "keys.sealed";

/** Durable when it resolves. */
export async function writeBackupFile(folder: string, name: string, rows: Readable): Promise<BackupFile> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const hash = createHash("sha256");
  let bytes = 0;
  const counted = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const file = await open(path, "wx", 0o600);
  await pipeline(rows, counted, file.createWriteStream({ flush: true }));
  return { name, sha256: hash.digest("hex"), bytes };
}

export async function writeManifest(folder: string, secret: BackupSecret, manifest: Manifest): Promise<void> {
  const text = canonicalJson({ ...manifest, mac: macOf(secret, canonicalJson(manifest)) });
  const draft = join(folder, `${manifestName}.draft`);
  const file = await open(draft, "wx", 0o600);
  try {
    await file.writeFile(`${text}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  for (const below of new Set(manifest.files.map(({ name }) => dirname(join(folder, name)))))
    await syncFolder(below);
  await rename(draft, join(folder, manifestName));
  await syncFolder(folder);
  await syncFolder(dirname(folder));
}

/**
 * The backup at `from`, or the newest finished one below it, with its manifest and every file of it checked.
 * Throws `not-found`, `file-refused`.
 */
export async function openBackup(from: string, passphrase: string): Promise<Backup> {
  const folder = await findBackup(from);
  const text = await readFile(join(folder, manifestName), "utf8");
  const { mac, ...manifest } = parse(folder, text);
  const secret = await secretOf(passphrase, Buffer.from(manifest.salt, "hex"));
  if (!macHolds(secret, canonicalJson(manifest), mac)) throw wrongPassphrase(folder);
  for (const file of manifest.files) {
    const hash = createHash("sha256");
    await pipeline(createReadStream(join(folder, file.name)), hash).catch((error: unknown) => {
      throw altered(join(folder, file.name), error);
    });
    if (hash.digest("hex") !== file.sha256) throw altered(join(folder, file.name));
  }
  return { folder, manifest, sha256: createHash("sha256").update(text).digest("hex"), secret };
}

/** Objects and notes lie beside the backups, once for all of them. */
export function sharedStore(folder: string): SharedStore {
  const dir = dirname(folder);
  const read = (path: string) => ifThere(readFile(join(dir, path)), null);
  return {
    address: dir,
    get: (sha256) => read(join("objects", sha256.slice(0, 2), sha256)),
    note: read,
    notes: (below) => ifThere(readdir(join(dir, below)), []),
  };
}

async function ifThere<T, N>(reading: Promise<T>, otherwise: N): Promise<T | N> {
  return reading.catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return otherwise;
    throw error;
  });
}

async function findBackup(from: string): Promise<string> {
  const names = await ifThere(readdir(from), null);
  if (names === null) {
    throw new SisoError("not-found", { vi: `Không có thư mục ${from}`, en: `There is no folder ${from}` });
  }
  if (names.includes(manifestName)) return from;
  for (const name of names
    .filter((each) => /^\d{8}T/.test(each))
    .toSorted()
    .toReversed()) {
    if ((await readdir(join(from, name))).includes(manifestName)) return join(from, name);
  }
  throw new SisoError("not-found", {
    vi: `${from} không có bản sao lưu hoàn chỉnh nào (thiếu ${manifestName})`,
    en: `${from} holds no finished backup (no ${manifestName})`,
  });
}

function parse(folder: string, text: string): Manifest & { mac: string } {
  try {
    const manifest = JSON.parse(text) as Manifest & { mac: string };
    if (manifest.format === 1 && typeof manifest.salt === "string" && typeof manifest.mac === "string")
      return manifest;
  } catch (error) {
    throw altered(join(folder, manifestName), error);
  }
  throw altered(join(folder, manifestName));
}

function wrongPassphrase(folder: string): SisoError {
  return new SisoError("file-refused", {
    vi: `Mật khẩu không phải của bản sao lưu ${folder}, hoặc ${manifestName} của nó đã bị sửa; chưa có gì được khôi phục`,
    en: `The passphrase is not that of the backup ${folder}, or its ${manifestName} was altered; nothing was restored`,
  });
}

function altered(path: string, cause?: unknown): SisoError {
  return new SisoError(
    "file-refused",
    {
      vi: `${path} thiếu hoặc đã khác lúc sao lưu; hãy lấy một bản sao lưu khác, chưa có gì được khôi phục`,
      en: `${path} is missing or is not what was backed up; take another backup, nothing was restored`,
    },
    cause,
  );
}
