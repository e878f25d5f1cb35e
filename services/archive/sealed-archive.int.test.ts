import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fileStore } from "./file-store.ts";
import { createKeyFile } from "./key-file.ts";
import { sealedArchive } from "./sealed-archive.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "siso-sealed-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("a hashing thread that ends takes memory with it, not the picture", async () => {
  const first = await fileStore(join(folder, "archive"), 0);
  const ring = await createKeyFile(join(folder, "key"));
  let ended = 0;
  const archive = sealedArchive({ first, second: null }, ring, {
    sha256: (bytes) => {
      structuredClone(bytes, { transfer: [bytes.buffer] });
      ended += 1;
      return Promise.resolve(null);
    },
  });
  const pictures = Array.from({ length: 8 }, () => randomBytes(1_500_000));
  const objects = await Promise.all(pictures.map((picture) => archive.seal(picture)));
  expect(ended).toBe(pictures.length);
  for (const [n, object] of objects.entries()) {
    expect(await first.digest(object.sha256)).toEqual({ sha256: object.sha256, bytes: object.bytes });
    expect(pictures[n]?.equals(await archive.open(object))).toBe(true);
  }
});
