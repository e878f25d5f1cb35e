import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startS3, type S3Server } from "../../fixtures/servers/s3.ts";
import { archiveContract } from "./contract.ts";
import { createKeyFile } from "./key-file.ts";
import type { S3Place } from "./s3-requests.ts";
import { s3Remover } from "./remover.ts";
import { s3Store } from "./s3-store.ts";
import { sealedArchive } from "./sealed-archive.ts";

let s3: S3Server;
let folder: string;
beforeAll(async () => {
  s3 = await startS3();
  folder = await mkdtemp(join(tmpdir(), "siso-s3-"));
});
afterAll(async () => {
  await s3.stop();
  await rm(folder, { recursive: true });
});

const yearMs = 365 * 86_400_000;
const soon = () => new Date(Date.now() + yearMs);

function place(own: Partial<S3Place> = {}): S3Place {
  const { endpoint, bucket, accessKeyId, secretAccessKey } = s3;
  const credentials = { accessKeyId, secretAccessKey };
  return { endpoint, region: "vn-hn-1", bucket, prefix: "siso/thu", ...credentials, lock: true, ...own };
}

function object(bytes = 100): { sha256: string; bytes: Buffer } {
  const content = randomBytes(bytes);
  return { sha256: createHash("sha256").update(content).digest("hex"), bytes: content };
}

function key(sha256: string): string {
  return `siso/thu/objects/${sha256.slice(0, 2)}/${sha256}`;
}

function versionsOf(sha256: string) {
  return s3.versions.get(key(sha256)) ?? [];
}

describe("an archive in an S3 bucket", () => {
  archiveContract(async () => {
    const ring = await createKeyFile(join(folder, "archive.key"));
    const open = () => sealedArchive({ first: s3Store(place()), second: null }, ring);
    return {
      archive: open(),
      reopen: () => Promise.resolve(open()),
      readStored: (sha256) => Promise.resolve(s3.versions.get(key(sha256))?.at(-1)?.bytes ?? Buffer.alloc(0)),
      overwriteStored: (sha256, bytes) => {
        s3.versions.set(key(sha256), [
          { id: "v1", bytes: Buffer.from(bytes), mode: null, retainUntil: null },
        ]);
        return Promise.resolve();
      },
      removeStored: (sha256) => {
        s3.versions.delete(key(sha256));
        return Promise.resolve();
      },
      stop: () => Promise.resolve(),
    };
  });
});

describe("Object Lock", () => {
  test("is asked for with each object, in compliance mode, until its retention ends", async () => {
    const { sha256, bytes } = object();
    const until = soon();
    await s3Store(place()).put(sha256, bytes, until);
    expect(versionsOf(sha256)).toMatchObject([{ mode: "COMPLIANCE", retainUntil: until }]);
  });

  test("is prolonged, and never shortened by anybody", async () => {
    const { sha256, bytes } = object();
    const store = s3Store(place());
    await store.put(sha256, bytes, soon());
    const later = new Date(Date.now() + 2 * yearMs);
    await store.keepUntil(sha256, later);
    expect(versionsOf(sha256)[0]?.retainUntil).toEqual(later);
    await expect(store.keepUntil(sha256, soon())).rejects.toThrow(/AccessDenied/);
  });

  test("keeps an object from being removed until it ends; then every version goes", async () => {
    const { sha256, bytes } = object();
    const store = s3Store(place());
    await store.put(sha256, bytes, soon());
    await store.put(sha256, bytes, soon());
    await expect(s3Remover(place()).remove(sha256)).rejects.toMatchObject({ code: "store-unavailable" });
    expect(await store.get(sha256)).toEqual(bytes);
    s3.now = () => new Date(Date.now() + 3 * yearMs);
    await s3Remover(place()).remove(sha256);
    s3.now = () => new Date();
    expect(versionsOf(sha256)).toEqual([]);
    expect(await store.get(sha256)).toBeNull();
  });

  test("is left out where the configuration says so", async () => {
    const { sha256, bytes } = object();
    await s3Store(place({ lock: false })).put(sha256, bytes, soon());
    expect(versionsOf(sha256)).toMatchObject([{ mode: null, retainUntil: null }]);
  });
});

describe("speaking to S3", () => {
  test("lists a folder through all its pages", async () => {
    const store = s3Store(place({ prefix: "trang" }));
    const names = Array.from({ length: 8 }, (_, index) => `ab${String(index).padStart(62, "0")}`);
    for (const name of names) await store.put(name, Buffer.from(name));
    await store.put(`ac${"0".repeat(62)}`, Buffer.from("another folder"));
    const found: string[] = [];
    for await (const { sha256, bytes } of store.list("ab")) {
      expect(bytes).toBe(64);
      found.push(sha256);
    }
    expect(found.toSorted()).toEqual(names);
  });

  test("keeps notes, and tells the service's own clock", async () => {
    const store = s3Store(place());
    expect(await store.note("archive-id")).toBeNull();
    await store.putNote("archive-id", Buffer.from("one"));
    await store.putNote("tombstones/a", Buffer.from("two"));
    expect(await store.notes("tombstones")).toEqual(["a"]);
    s3.now = () => new Date("2031-01-02T03:04:05Z");
    expect(await store.clock()).toEqual(s3.now());
    s3.now = () => new Date();
  });

  test.each([
    ["a wrong secret", { secretAccessKey: "another" }, /SignatureDoesNotMatch/],
    ["a bucket there is not", { bucket: "khac" }, /NoSuchBucket|refused|missing/],
    ["a service that is not there", { endpoint: "http://127.0.0.1:9" }, /cannot be reached/],
  ])("says what is wrong: %s", async (_, own, words) => {
    const { sha256, bytes } = object();
    const attempt = s3Store(place(own)).put(sha256, bytes);
    await expect(attempt).rejects.toMatchObject({ code: "store-unavailable", retryable: true });
    await expect(attempt).rejects.toThrow(words);
  });

  test("a service that is down is an error, not a missing object", async () => {
    s3.down = true;
    await expect(s3Store(place()).get(object().sha256)).rejects.toThrow(/503/);
    s3.down = false;
  });
});
