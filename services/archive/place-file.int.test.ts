import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fileStore } from "./file-store.ts";
import { sha256Of } from "./object-name.ts";
import { placeFile } from "./place-file.ts";
import { writeThread } from "./write-thread.ts";

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

test("objects that come at the same time get the names of their own bytes", async () => {
  const store = await fileStore(join(root, "store"), 0);
  const all = Array.from({ length: 12 }, (_, index) => randomBytes(100_000 + index));
  const names = await Promise.all(
    all.map((bytes) => store.add(bytes.length, (content) => inThirds(content, bytes))),
  );
  expect(names).toEqual(all.map((bytes) => sha256Of(bytes)));
  const stored = await Promise.all(names.map((name) => store.get(name)));
  expect(stored.map((bytes, index) => all[index]!.equals(bytes!))).toEqual(all.map(() => true));
});

test("when filling fails, or nobody can name it, neither draft nor file is left and no memory is lost", async () => {
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

test("a place that is not there, or has too long a path, is said with its reason", async () => {
  const place = (path: string) =>
    placeFile(
      join(root, "drafts", "it"),
      70_000,
      () => [70_000],
      0o400,
      () => path,
    );
  await expect(place(join(root, "nowhere", "it"))).rejects.toMatchObject({
    code: "ENOENT",
    syscall: "rename",
  });
  await expect(place(join(root, "x/".repeat(2500)))).rejects.toMatchObject({ code: "ENAMETOOLONG" });
  expect(await readdir(root, { recursive: true })).toEqual(["drafts"]);
});

test("memory the disk cannot take from is written through the cache", async () => {
  const shared = new Uint8Array(new SharedArrayBuffer(400_001), 1);
  const thread = writeThread(shared);
  const [draft, path] = [join(root, "drafts", "it"), join(root, "it")];
  for (const bytes of [randomBytes(300_000), randomBytes(4096)]) {
    const over = thread.write(draft, bytes.length, 0o400);
    for (const filled of inThirds(shared, bytes)) thread.filled(filled);
    thread.called(path);
    await over;
    expect(bytes.equals(await readFile(path))).toBe(true);
  }
});
