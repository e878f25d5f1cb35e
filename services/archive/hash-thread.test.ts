import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { digestFile } from "./digest-file.ts";
import { hashThread } from "./hash-thread.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "siso-hash-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each([0, 1, 262_144, 1_500_028])("a file of %i bytes hashes the same there and here", async (bytes) => {
  const content = randomBytes(bytes);
  const path = join(folder, String(bytes));
  await writeFile(path, content);
  const expected = { sha256: createHash("sha256").update(content).digest("hex"), bytes };
  expect(await hashThread().digestFile(path)).toEqual(expected);
  expect(await digestFile(path)).toEqual(expected);
});

test("many at once each get their own answer", async () => {
  const thread = hashThread();
  const buffers = Array.from({ length: 20 }, (_, n) => new Uint8Array(1000).fill(n));
  const expected = buffers.map((buffer) => ({
    sha256: createHash("sha256").update(buffer).digest("hex"),
    bytes: buffer.slice(),
  }));
  const asked = buffers.map((buffer) => thread.sha256(buffer));
  expect(await Promise.all(asked)).toEqual(expected);
});

test("a missing file is none; what cannot be read says why", async () => {
  expect(await hashThread().digestFile(join(folder, "absent"))).toBeNull();
  await expect(hashThread().digestFile(folder)).rejects.toMatchObject({ code: "EISDIR" });
});
