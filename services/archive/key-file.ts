import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { SisoError } from "../errors.ts";
import { makeOnce } from "./make-once.ts";

/** Keys drawn from the one in the file, so that no use of one can be mistaken for a use of the other. */
export interface KeyRing {
  /** 8 bytes naming the key without telling it; stands in everything sealed, so that a rotation can tell keys apart. */
  id: Buffer;
  /** Wraps the objects' data keys. AES-256. */
  wrapping: Buffer;
  /** Seals small secrets. AES-256. */
  vault: Buffer;
}

const KEY_BYTES = 32;

/** Null when there is no such file. Throws `key-missing` for one that is no key, `config-invalid` for one others can read. */
export async function readKeyFile(path: string): Promise<KeyRing | null> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    throw unreadable(path, error);
  });
  if (info === null) return null;
  if ((info.mode & 0o077) !== 0) {
    throw new SisoError("config-invalid", {
      vi: `Tệp khóa ${path} mở cho người khác (quyền ${octal(info.mode)}); hãy chạy chmod 600 ${path}`,
      en: `The key file ${path} is open to others (mode ${octal(info.mode)}); run chmod 600 ${path}`,
    });
  }
  const bytes = await readFile(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (bytes.length !== KEY_BYTES) {
    throw new SisoError("key-missing", {
      vi: `Tệp khóa ${path} có ${bytes.length} byte thay vì ${KEY_BYTES}; hãy khôi phục khóa từ bản sao lưu`,
      en: `The key file ${path} holds ${bytes.length} bytes instead of ${KEY_BYTES}; restore the key from its backup`,
    });
  }
  return ringOf(bytes);
}

/** Makes the key when there is none; of two processes one makes it and both read the same. */
export async function createKeyFile(path: string): Promise<KeyRing> {
  await makeOnce(path, randomBytes(KEY_BYTES));
  const ring = await readKeyFile(path);
  if (ring) return ring;
  throw keyMissing(path);
}

export function keyMissing(path: string): SisoError {
  return new SisoError("key-missing", {
    vi: `Không có tệp khóa ${path} của kho lưu trữ đã có dữ liệu; hãy khôi phục khóa từ bản sao lưu, khóa mới không mở được ảnh cũ`,
    en: `The key file ${path} of an archive that holds data is missing; restore the key from its backup, a new one opens none of it`,
  });
}

function ringOf(key: Buffer): KeyRing {
  return {
    id: createHmac("sha256", key).update("siso key id").digest().subarray(0, 8),
    wrapping: derive(key, "siso archive data keys"),
    vault: derive(key, "siso vault"),
  };
}

function derive(key: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", key, Buffer.alloc(0), purpose, KEY_BYTES));
}

function unreadable(path: string, cause: unknown): SisoError {
  return new SisoError(
    "key-missing",
    { vi: `Không đọc được tệp khóa ${path}`, en: `The key file ${path} cannot be read` },
    cause,
  );
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(3, "0");
}
