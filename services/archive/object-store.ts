/** Where sealed bytes are kept. Knows no keys and no pictures; `sha256` (hex) names the bytes and is their only address. */
export interface ObjectStore {
  /** Durable when it resolves; an object that is there already stays as it is. Throws `archive-full`. */
  put(sha256: string, bytes: Uint8Array): Promise<void>;
  /** Null when there is no such object. The bytes are as stored, unchecked. */
  get(sha256: string): Promise<Uint8Array | null>;
  /** Bytes still free where objects are kept. */
  freeBytes(): Promise<number>;
}
