import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { objectIndex } from "../../../db/dump-tables.ts";
import type { ObjectStore } from "../../ports.ts";

export interface IndexedObject {
  objectId: string;
  sha256: string;
  bytes: number;
}

/** Every object a backup knows that was not destroyed when it was made. */
export async function* readObjectIndex(folder: string): AsyncGenerator<IndexedObject> {
  const lines = createInterface({ input: createReadStream(join(folder, objectIndex)) });
  for await (const line of lines) {
    const [objectId = "", sha256 = "", bytes, destroyed] = line.split(",");
    if (destroyed === "f") yield { objectId, sha256, bytes: Number(bytes) };
  }
}

/** The bytes from the first of these that holds them whole; null when none does. A store that is away counts as none. */
export async function wholeFrom(
  stores: readonly Pick<ObjectStore, "get">[],
  sha256: string,
): Promise<Uint8Array | null> {
  for (const store of stores) {
    const bytes = await store.get(sha256).catch(() => null);
    if (bytes !== null && createHash("sha256").update(bytes).digest("hex") === sha256) return bytes;
  }
  return null;
}
