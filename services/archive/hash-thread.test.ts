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
  const contents = Array.from({ length: 20 }, (_, n) => Buffer.alloc(1000 + n, n));
  const paths = contents.map((_, n) => join(folder, `one of many ${n}`));
  await Promise.all(paths.map((path, n) => writeFile(path, contents[n] ?? "")));
  const expected = contents.map((content) => ({
    sha256: createHash("sha256").update(content).digest("hex"),
    bytes: content.length,
  }));
  expect(await Promise.all(paths.map((path) => thread.digestFile(path)))).toEqual(expected);
});

test("a missing file is none; what cannot be read says why", async () => {
  expect(await hashThread().digestFile(join(folder, "absent"))).toBeNull();
  await expect(hashThread().digestFile(folder)).rejects.toMatchObject({ code: "EISDIR" });
});
