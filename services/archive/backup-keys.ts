import { createHmac, randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { SisoError } from "../errors.ts";
import { decrypt, encrypt } from "./cipher.ts";
import { logKeyFile } from "./log-key.ts";
import { makeOnce } from "./make-once.ts";

/** What a passphrase gives for one backup. */
export interface BackupSecret {
  sealing: Buffer;
  mac: Buffer;
}

export interface KeptKey {
  name: string;
  bytes: Buffer;
}

/** 128 MiB and about half a second for every guess (OWASP's password storage cheat sheet, its strongest scrypt setting). */
const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 ** 2 };
const shortest = 16;
const context = "siso backup keys";

export function newSalt(): Buffer {
  return randomBytes(32);
}

/** The passphrase is the file's first line. Throws `config-invalid` for a file that is open to others or too short. */
export async function readPassphrase(path: string): Promise<string> {
  const info = await stat(path).catch(() => null);
  if (info === null || !info.isFile()) throw refused(path, "không có tệp ấy", "there is no such file");
  if ((info.mode & 0o077) !== 0) throw refused(path, `hãy chạy chmod 600 ${path}`, `run chmod 600 ${path}`);
  const [line = ""] = (await readFile(path, "utf8")).split(/\r?\n/);
  if (line.length >= shortest) return line;
  throw refused(
    path,
    `dòng đầu có ${line.length} ký tự, cần ít nhất ${shortest} (tạo bằng: openssl rand -base64 24)`,
    `its first line has ${line.length} characters, at least ${shortest} are needed (make one: openssl rand -base64 24)`,
  );
}

export async function secretOf(passphrase: string, salt: Uint8Array): Promise<BackupSecret> {
  const both = await new Promise<Buffer>((resolve, reject) => {
    scrypt(passphrase.normalize("NFC"), salt, 64, cost, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
  return { sealing: both.subarray(0, 32), mac: both.subarray(32) };
}

/** Hex HMAC-SHA-256 of a manifest: whoever rewrites one without the passphrase is found out. */
export function macOf({ mac }: BackupSecret, text: string): string {
  return createHmac("sha256", mac).update(text, "utf8").digest("hex");
}

export function macHolds(secret: BackupSecret, text: string, given: string): boolean {
  const own = Buffer.from(macOf(secret, text), "utf8");
  const other = Buffer.from(given, "utf8");
  return own.length === other.length && timingSafeEqual(own, other);
}

/** The key-encryption key, the log's key, and the log's earlier keys. */
export async function readKeys(keyFile: string): Promise<KeptKey[]> {
  const log = basename(logKeyFile(keyFile));
  const names = (await readdir(dirname(keyFile))).filter(
    (name) => name === basename(keyFile) || name === log || name.startsWith(`${log}.old-`),
  );
  return Promise.all(
    names.toSorted().map(async (name) => ({ name, bytes: await readFile(join(dirname(keyFile), name)) })),
  );
}

/** Names are kept relative to the key file's own, which may be called otherwise where they are restored. */
export function sealKeys({ sealing }: BackupSecret, keyFile: string, keys: readonly KeptKey[]): Buffer {
  const log = basename(logKeyFile(keyFile));
  const files = keys.map(({ name, bytes }) => ({
    role: name === basename(keyFile) ? "key" : `log${name.slice(log.length)}`,
    bytes: bytes.toString("base64"),
  }));
  return encrypt(sealing, Buffer.from(JSON.stringify(files)), context);
}

/** Null for another passphrase or altered bytes. */
export function openKeys({ sealing }: BackupSecret, keyFile: string, sealed: Uint8Array): KeptKey[] | null {
  const plain = decrypt(sealing, sealed, context);
  if (plain === null) return null;
  const files = JSON.parse(plain.toString("utf8")) as { role: string; bytes: string }[];
  return files.map(({ role, bytes }) => ({
    name: role === "key" ? basename(keyFile) : `${basename(logKeyFile(keyFile))}${role.slice("log".length)}`,
    bytes: Buffer.from(bytes, "base64"),
  }));
}

/** Those already there must be the very same: throws `archive-refused` before anything is written. */
export async function writeKeys(keyFile: string, keys: readonly KeptKey[]): Promise<void> {
  const folder = dirname(keyFile);
  const missing: KeptKey[] = [];
  for (const key of keys) {
    const there = await readFile(join(folder, key.name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw error;
    });
    if (there === null) missing.push(key);
    else if (!there.equals(key.bytes)) throw otherKey(join(folder, key.name));
  }
  // Whole or not there: half a key left by a kill would look like another one.
  for (const { name, bytes } of missing) await makeOnce(join(folder, name), bytes);
}

function otherKey(path: string): SisoError {
  return new SisoError("archive-refused", {
    vi: `${path} đã có và là khóa khác với bản sao lưu; chuyển nó đi nơi khác hoặc đặt lại SISO_KEY_FILE`,
    en: `${path} is there and is another key than the backup's; move it away or set SISO_KEY_FILE`,
  });
}

function refused(path: string, vi: string, en: string): SisoError {
  return new SisoError("config-invalid", {
    vi: `Tệp mật khẩu sao lưu ${path}: ${vi}`,
    en: `The backup's passphrase file ${path}: ${en}`,
  });
}
