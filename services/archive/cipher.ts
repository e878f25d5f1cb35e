import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ALGORITHM = "aes-256-gcm";

/** AES-256-GCM: nonce (12 bytes), drawn at random; ciphertext; tag (16 bytes). `aad` is bound, not stored. */
export function encryptParts(key: Uint8Array, plain: Uint8Array, aad: string): [Buffer, Buffer, Buffer] {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce);
  cipher.setAAD(Buffer.from(aad, "utf8"));
  const text = cipher.update(plain);
  // Of a counter mode nothing is left over.
  cipher.final();
  return [nonce, text, cipher.getAuthTag()];
}

/** The three parts in one. */
export function encrypt(key: Uint8Array, plain: Uint8Array, aad: string): Buffer {
  return Buffer.concat(encryptParts(key, plain, aad));
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
