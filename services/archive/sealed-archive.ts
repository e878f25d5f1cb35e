import { randomBytes } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { v7 as timeOrderedId } from "uuid";
import { SisoError } from "../errors.ts";
import type { Archive, ArchiveStores, ObjectStore, Opening, SealedObject } from "../ports.ts";
import type { Bilingual } from "../types.ts";
import { cipherBytes, decrypt, encryptInto, partsOf } from "./cipher.ts";
import { openEnvelope, sealEnvelope } from "./envelope.ts";
import type { KeyRing } from "./key-file.ts";
import { sha256Of } from "./object-name.ts";

const DATA_KEY_BYTES = 32;
const SALT_BYTES = 32;

/**
 * Seals pictures into a store: a data key each, the object's id as AAD, the name from the stored bytes. The commitment is to the
 * data key: name and key together leave one picture only, and sealing it again with that key gives the stored bytes, so that a
 * picture somebody is shown can be tied to what was sealed. A hash of the picture itself would tie it to the log, not to the
 * stored bytes, and cost as much as naming them once more.
 */
export function sealedArchive(stores: ArchiveStores, ring: KeyRing): Archive {
  const reveal = async (object: SealedObject): Promise<Opening> => {
    if (object.wrappedKey.length === 0) {
      throw corrupt(object, "đã được tiêu hủy theo biên bản", "was destroyed by an approved disposal");
    }
    const stored = await storedBytes(stores, object);
    const key = openEnvelope(ring, ring.wrapping, object.wrappedKey, keyContext(object.objectId));
    if (!key.ok) throw corrupt(object, `có khóa ${key.why.vi}`, `has a key that ${key.why.en}`);
    if (sha256Of(object.commitmentSalt, key.plain) !== object.commitment) {
      throw corrupt(object, "không khớp với cam kết đã ghi", "does not fit the commitment on record");
    }
    const plain = decrypt(key.plain, stored, object.objectId);
    if (plain === null) {
      throw corrupt(object, "không khớp với khóa hoặc mã của nó", "does not fit its key or its id");
    }
    return { plain, key: key.plain, salt: object.commitmentSalt, ...partsOf(stored) };
  };
  return {
    stores,
    freeBytes: () => stores.first.freeBytes(),
    seal: async (plain) => {
      // In order of time: among millions of random ids each new one would land on a page of the index that has to be read first.
      const objectId = timeOrderedId();
      const dataKey = randomBytes(DATA_KEY_BYTES);
      const bytes = plain.length + cipherBytes;
      const adding = stores.first.add(bytes, (content) => encryptInto(content, dataKey, plain, objectId));
      const keeping = async (): Promise<
        Pick<SealedObject, "wrappedKey" | "commitment" | "commitmentSalt">
      > => {
        // The disk is set to work first.
        await setImmediate();
        const wrappedKey = sealEnvelope(ring, ring.wrapping, dataKey, keyContext(objectId));
        const commitmentSalt = randomBytes(SALT_BYTES);
        return { wrappedKey, commitment: sha256Of(commitmentSalt, dataKey), commitmentSalt };
      };
      const [sha256, kept] = await Promise.all([adding, keeping()]);
      return { objectId, sha256, bytes, ...kept };
    },
    reveal,
    open: async (object) => (await reveal(object)).plain,
  };
}

/** The first copy, or the second when the first is not whole. */
async function storedBytes({ first, second }: ArchiveStores, object: SealedObject): Promise<Uint8Array> {
  // A sector that cannot be read is as good as a file that is not there.
  const one = await wholeCopy(first, object).catch((error: unknown) => new Unreadable(error));
  if (one instanceof Uint8Array) return one;
  const other = second === null ? null : await wholeCopy(second, object).catch(() => null);
  if (other instanceof Uint8Array) return other;
  if (one instanceof Unreadable) throw one.why;
  throw corrupt(object, one.vi, one.en);
}

class Unreadable {
  readonly why: unknown;
  constructor(why: unknown) {
    this.why = why;
  }
}

async function wholeCopy(store: ObjectStore, object: SealedObject): Promise<Uint8Array | Bilingual> {
  const stored = await store.get(object.sha256);
  if (stored === null) return { vi: "không còn trong kho", en: "is missing from the store" };
  if (stored.length !== object.bytes || sha256Of(stored) !== object.sha256) {
    return { vi: "đã bị thay đổi trong kho", en: "was altered in the store" };
  }
  return stored;
}

/** Bound to the object, so that a row cannot borrow another row's key. */
function keyContext(objectId: string): string {
  return `data key ${objectId}`;
}

function corrupt(object: SealedObject, vi: string, en: string): SisoError {
  return new SisoError("archive-corrupt", {
    vi: `Đối tượng ${object.objectId} (${object.sha256}) ${vi}`,
    en: `Object ${object.objectId} (${object.sha256}) ${en}`,
  });
}
