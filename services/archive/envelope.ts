import type { Bilingual } from "../types.ts";
import { decrypt, encrypt } from "./cipher.ts";

/** Bumped when the layout changes; old envelopes stay readable by their first byte. */
const VERSION = 1;
const ID_BYTES = 8;

/** Version (1 byte) ‖ key id (8 bytes) ‖ AES-256-GCM of `plain`: what is sealed directly under a key of the key file. */
export function sealEnvelope(
  ring: { id: Buffer },
  key: Uint8Array,
  plain: Uint8Array,
  context: string,
): Buffer {
  return Buffer.concat([Buffer.of(VERSION), ring.id, encrypt(key, plain, context)]);
}

/** `why` is a clause without subject. */
export function openEnvelope(
  ring: { id: Buffer },
  key: Uint8Array,
  sealed: Uint8Array,
  context: string,
): { ok: true; plain: Buffer } | { ok: false; why: Bilingual } {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes[0] !== VERSION) return refused("có định dạng lạ", "has an unknown format");
  if (!bytes.subarray(1, 1 + ID_BYTES).equals(ring.id)) {
    return refused("được niêm phong bằng khóa khác", "was sealed under another key");
  }
  const plain = decrypt(key, bytes.subarray(1 + ID_BYTES), context);
  if (plain === null) return refused("đã khác nội dung hoặc ngữ cảnh", "differs in content or context");
  return { ok: true, plain };
}

function refused(vi: string, en: string): { ok: false; why: Bilingual } {
  return { ok: false, why: { vi, en } };
}
