import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { placeFile } from "./place-file.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "siso-place-"));
  await mkdir(join(root, "drafts"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** In steps that end at no block's end. */
function* inThirds(content: Uint8Array, bytes: Buffer): Generator<number, void> {
  const third = Math.ceil(bytes.length / 3);
  for (let at = 0; at < bytes.length; at += third) {
    content.set(bytes.subarray(at, at + third), at);
    yield Math.min(at + third, bytes.length);
  }
}

async function placed(name: string, bytes: Buffer): Promise<Buffer> {
  const path = join(root, name);
  const fill = (content: Uint8Array) => inThirds(content, bytes);
  await placeFile(join(root, "drafts", name), bytes.length, fill, 0o400, () => path);
  expect((await stat(path)).mode & 0o777).toBe(0o400);
  return readFile(path);
}

function fail(): never {
  throw new Error("not today");
}

function* failLater(content: Uint8Array): Generator<number, void> {
  yield* inThirds(content, randomBytes(200_000));
  fail();
}

/** Around a disk's block, around what goes past the cache, and beyond what one of its pieces of memory holds. */
const lengths = [0, 1, 4096, 65_535, 65_536, 65_537, 1_500_028, 8 * 1024 * 1024, 8 * 1024 * 1024 + 1];

test.each(lengths)("%i bytes are placed whole and not one more", async (length) => {
  const bytes = randomBytes(length);
  expect(bytes.equals(await placed("one", bytes))).toBe(true);
  expect(await readdir(join(root, "drafts"))).toEqual([]);
});

test("more at once than there is memory for, long and short in turn, are all placed as they are", async () => {
  const all = Array.from({ length: 30 }, (_, index) => randomBytes(index % 2 === 0 ? 900_001 : 70_003));
  for (let round = 0; round < 2; round += 1) {
    const found = await Promise.all(all.map((bytes, index) => placed(`${round}-${index}`, bytes)));
    expect(found.map((bytes, index) => bytes.equals(all[index]!))).toEqual(all.map(() => true));
  }
});

test("when filling fails, or nobody can name it, neither draft nor file is left and memory is not lost", async () => {
  const draft = join(root, "drafts", "it");
  const path = join(root, "it");
  // More often than there is memory for.
  for (let time = 0; time < 20; time += 1) {
    await expect(placeFile(draft, 70_000, fail, 0o400, () => path)).rejects.toThrow("not today");
    await expect(placeFile(draft, 200_000, failLater, 0o400, () => path)).rejects.toThrow("not today");
    await expect(placeFile(draft, 70_000, () => [70_000], 0o400, fail)).rejects.toThrow("not today");
  }
  expect(await readdir(root, { recursive: true })).toEqual(["drafts"]);
  const bytes = randomBytes(70_000);
  expect(bytes.equals(await placed("it", bytes))).toBe(true);
});
