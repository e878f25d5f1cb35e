import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Small enough that the cipher's own output stays in the processor's cache. */
const STRIDE_BYTES = 64 * 1024;
const ALGORITHM = "aes-256-gcm";

/** AES-256-GCM: nonce (12 bytes) ‖ ciphertext ‖ tag (16 bytes), the nonce drawn at random. `aad` is bound, not stored. */
export function encrypt(key: Uint8Array, plain: Uint8Array, aad: string): Buffer {
  const nonce = newNonce();
  const cipher = createCipheriv(ALGORITHM, key, nonce);
  cipher.setAAD(Buffer.from(aad, "utf8"));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Drawn for one encryption, never for a second with other bytes. */
export function newNonce(): Uint8Array {
  return randomBytes(NONCE_BYTES);
}

/** Bytes that `encrypt` adds. */
export const cipherBytes = NONCE_BYTES + TAG_BYTES;

/** What `encrypt` gives, written into `target`, which is `cipherBytes` longer than `plain`. */
export function encryptInto(
  target: Uint8Array,
  key: Uint8Array,
  plain: Uint8Array,
  aad: string,
  nonce: Uint8Array,
): void {
  const cipher = createCipheriv(ALGORITHM, key, nonce);
  cipher.setAAD(Buffer.from(aad, "utf8"));
  target.set(nonce);
  for (let from = 0; from < plain.length; from += STRIDE_BYTES)
    target.set(cipher.update(plain.subarray(from, from + STRIDE_BYTES)), NONCE_BYTES + from);
  cipher.final();
  target.set(cipher.getAuthTag(), NONCE_BYTES + plain.length);
}

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
