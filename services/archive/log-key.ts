import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { link, readFile, readdir, rename, stat } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { SisoError } from "../errors.ts";
import type { LogSigner } from "../ports.ts";
import { makeOnce } from "./make-once.ts";
import { syncFolder } from "./sync-folder.ts";

/** `/etc/siso/archive.key` → `/etc/siso/archive-log.pem`: beside the key-encryption key, outside the database and the data. */
export function logKeyFile(keyFile: string): string {
  return join(dirname(keyFile), `${basename(keyFile, extname(keyFile))}-log.pem`);
}

/** The log's Ed25519 key from its file (PKCS #8, PEM, mode 0600); made when there is none. Throws `key-missing`. */
export async function openLogSigner(keyFile: string): Promise<LogSigner> {
  const path = logKeyFile(keyFile);
  let now = signerOf((await readKey(path)) ?? (await makeKey(path)));
  return {
    get publicKey() {
      return now.publicKey;
    },
    sign: (message) => now.sign(message),
    reread: async (inUse) => {
      now = (await keyInUse(path, inUse)) ?? now;
    },
  };
}

/**
 * Where the file's key is not the one in use, because a rotation was cut short, the one that is takes its place if it lies beside
 * it; null when it is nowhere.
 */
async function keyInUse(path: string, inUse: (publicKey: Uint8Array) => boolean): Promise<LogSigner | null> {
  for (const name of [path, ...(await besides(path))]) {
    const key = await readKey(name);
    const signer = key && signerOf(key);
    if (signer === null || !inUse(signer.publicKey)) continue;
    if (name !== path) await takePlace(name, path, new Date());
    return signer;
  }
  return null;
}

/** The key in use and, in a file beside it, the one that comes after it; the same one until it takes its place. */
export async function nextLogKey(
  keyFile: string,
): Promise<{ old: LogSigner; fresh: LogSigner; adopt: (at: Date) => Promise<void> }> {
  const path = logKeyFile(keyFile);
  const old = await readKey(path);
  if (old === null) throw missing(path);
  const next = `${path}.next`;
  const fresh = (await readKey(next)) ?? (await makeKey(next));
  return { old: signerOf(old), fresh: signerOf(fresh), adopt: (at) => takePlace(next, path, at) };
}

/** Keeps the key at `path` as `….old-DATE`. */
async function takePlace(from: string, path: string, at: Date): Promise<void> {
  const kept = `${path}.old-${at.toISOString().replaceAll(/[^0-9]/g, "")}`;
  await link(path, kept);
  // Of two that mend it at once one finds it done.
  await rename(from, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  await syncFolder(dirname(path));
}

/** `….next` first, then the old ones, newest first. */
async function besides(path: string): Promise<string[]> {
  const names = await readdir(dirname(path));
  const old = names.filter((name) => name.startsWith(`${basename(path)}.old-`)).toSorted();
  return [`${path}.next`, ...old.toReversed().map((name) => join(dirname(path), name))];
}

function signerOf(key: KeyObject): LogSigner {
  const { x } = createPublicKey(key).export({ format: "jwk" });
  const publicKey = Buffer.from(x ?? "", "base64url");
  return { publicKey, sign: (message) => sign(null, message, key) };
}

async function readKey(path: string): Promise<KeyObject | null> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (info === null) return null;
  if ((info.mode & 0o077) !== 0) {
    throw new SisoError("config-invalid", {
      vi: `Tệp khóa nhật ký ${path} mở cho người khác; hãy chạy chmod 600 ${path}`,
      en: `The log's key file ${path} is open to others; run chmod 600 ${path}`,
    });
  }
  try {
    const key = createPrivateKey(await readFile(path, "utf8"));
    if (key.asymmetricKeyType === "ed25519") return key;
    throw new Error(`${key.asymmetricKeyType ?? "unknown"} instead of ed25519`);
  } catch (cause) {
    throw missing(path, cause);
  }
}

async function makeKey(path: string): Promise<KeyObject> {
  const { privateKey } = generateKeyPairSync("ed25519");
  await makeOnce(path, privateKey.export({ format: "pem", type: "pkcs8" }));
  const key = await readKey(path);
  if (key === null) throw missing(path);
  return key;
}

function missing(path: string, cause?: unknown): SisoError {
  return new SisoError(
    "key-missing",
    {
      vi: `Tệp ${path} không phải khóa Ed25519 của nhật ký; hãy khôi phục từ bản sao lưu`,
      en: `${path} is not the log's Ed25519 key; restore it from its backup`,
    },
    cause,
  );
}
