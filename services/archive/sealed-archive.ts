import { createHash, randomBytes, randomUUID } from "node:crypto";
import { SisoError } from "../errors.ts";
import type { Archive, SealedObject } from "../ports.ts";
import { decrypt, encrypt } from "./cipher.ts";
import { openEnvelope, sealEnvelope } from "./envelope.ts";
import type { KeyRing } from "./key-file.ts";
import type { ObjectStore } from "./object-store.ts";

const DATA_KEY_BYTES = 32;
const SALT_BYTES = 32;

/**
 * Seals pictures into a store: a data key each, the object's id as AAD, the name from the stored bytes, and a salted
 * commitment to the plain bytes that says nothing about them until somebody shows them.
 */
export function sealedArchive(store: ObjectStore, ring: KeyRing): Archive {
  return {
    freeBytes: () => store.freeBytes(),
    seal: async (plain) => {
      const objectId = randomUUID();
      const dataKey = randomBytes(DATA_KEY_BYTES);
      const stored = encrypt(dataKey, plain, objectId);
      const commitmentSalt = randomBytes(SALT_BYTES);
      const object: SealedObject = {
        objectId,
        sha256: sha256(stored),
        bytes: stored.length,
        wrappedKey: sealEnvelope(ring, ring.wrapping, dataKey, keyContext(objectId)),
        commitment: sha256(commitmentSalt, plain),
        commitmentSalt,
      };
      await store.put(object.sha256, stored);
      return object;
    },
    open: async (object) => {
      const stored = await store.get(object.sha256);
      if (stored === null) throw corrupt(object, "không còn trong kho", "is missing from the store");
      if (stored.length !== object.bytes || sha256(stored) !== object.sha256) {
        throw corrupt(object, "đã bị thay đổi trong kho", "was altered in the store");
      }
      const key = openEnvelope(ring, ring.wrapping, object.wrappedKey, keyContext(object.objectId));
      if (!key.ok) throw corrupt(object, `có khóa ${key.why.vi}`, `has a key that ${key.why.en}`);
      const plain = decrypt(key.plain, stored, object.objectId);
      if (plain === null) {
        throw corrupt(object, "không khớp với khóa hoặc mã của nó", "does not fit its key or its id");
      }
      if (sha256(object.commitmentSalt, plain) !== object.commitment) {
        throw corrupt(object, "không khớp với cam kết đã ghi", "does not fit the commitment on record");
      }
      return plain;
    },
  };
}

/** Bound to the object, so that a row cannot borrow another row's key. */
function keyContext(objectId: string): string {
  return `data key ${objectId}`;
}

function sha256(...parts: Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

function corrupt(object: SealedObject, vi: string, en: string): SisoError {
  return new SisoError("archive-corrupt", {
    vi: `Đối tượng ${object.objectId} (${object.sha256}) ${vi}`,
    en: `Object ${object.objectId} (${object.sha256}) ${en}`,
  });
}
