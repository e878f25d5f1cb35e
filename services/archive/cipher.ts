import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Node's cipher gives its output in memory of its own; in such steps that stays in the processor's cache. */
const STEP_BYTES = 64 * 1024;
const ALGORITHM = "aes-256-gcm";

/** AES-256-GCM: nonce (12 bytes), drawn at random; ciphertext; tag (16 bytes). `aad` is bound, not stored. */
export function encrypt(key: Uint8Array, plain: Uint8Array, aad: string): Buffer {
  const sealed = Buffer.alloc(plain.length + cipherBytes);
  Array.from(encryptInto(sealed, key, plain, aad));
  return sealed;
}

/** What `encrypt` gives, written into `sealed`, which is `cipherBytes` longer than `plain`: how many bytes stand there by now. */
export function* encryptInto(
  sealed: Uint8Array,
  key: Uint8Array,
  plain: Uint8Array,
  aad: string,
): Generator<number, void> {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce);
  cipher.setAAD(Buffer.from(aad, "utf8"));
  // Into memory that threads share Node copies twice as fast by `fill` as by `set`.
  const into = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.length);
  into.set(nonce);
  let at = NONCE_BYTES;
  for (let from = 0; from < plain.length; from += STEP_BYTES) {
    const step = cipher.update(plain.subarray(from, from + STEP_BYTES));
    into.fill(step, at, at + step.length);
    yield (at += step.length);
  }
  // Of a counter mode nothing is left over.
  cipher.final();
  into.set(cipher.getAuthTag(), at);
  yield at + TAG_BYTES;
}

/** Bytes that encrypting adds. */
export const cipherBytes = NONCE_BYTES + TAG_BYTES;

/** What stands before and after the ciphertext. */
export function partsOf(sealed: Uint8Array): { nonce: Uint8Array; tag: Uint8Array } {
  return { nonce: sealed.subarray(0, NONCE_BYTES), tag: sealed.subarray(-TAG_BYTES) };
}

/** Null when the key, the AAD or any byte differs. */
export function decrypt(key: Uint8Array, sealed: Uint8Array, aad: string): Buffer | null {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(aad, "utf8"));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    return null;
  }
}
