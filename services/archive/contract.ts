import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SisoError } from "../errors.ts";
import type { Archive, SealedObject } from "../ports.ts";

/** An archive and the means to go behind its back. */
export interface ArchiveUnderTest {
  archive: Archive;
  /** The same store and key opened anew, as after a restart. */
  reopen(): Promise<Archive>;
  readStored(sha256: string): Promise<Uint8Array>;
  overwriteStored(sha256: string, bytes: Uint8Array): Promise<void>;
  removeStored(sha256: string): Promise<void>;
  stop(): Promise<void>;
}

/** What every archive holds to, wherever it keeps its bytes. Call it inside a `describe`. */
export function archiveContract(start: () => Promise<ArchiveUnderTest>): void {
  let started: ArchiveUnderTest;
  beforeAll(async () => {
    started = await start();
  });
  afterAll(() => started.stop());
  keeping(() => started);
  spoiledBytes(() => started);
  spoiledRows(() => started);
}

function keeping(under: () => ArchiveUnderTest): void {
  test.each([0, 1, 1_500_000])(
    "a picture of %i bytes comes back as it was, after a restart too",
    async (length) => {
      const plain = randomBytes(length);
      const object = await under().archive.seal(plain);
      expect(plain.equals(await under().archive.open(object))).toBe(true);
      expect(plain.equals(await (await under().reopen()).open(object))).toBe(true);
    },
  );

  test("what is stored is named by its hash and shows nothing of the picture", async () => {
    const plain = Buffer.from("a picture of somebody ".repeat(50));
    const object = await under().archive.seal(plain);
    const stored = Buffer.from(await under().readStored(object.sha256));
    expect(createHash("sha256").update(stored).digest("hex")).toBe(object.sha256);
    expect(stored.length).toBe(object.bytes);
    // A nonce of 12 bytes and a tag of 16.
    expect(object.bytes).toBe(plain.length + 28);
    expect(stored.includes("somebody")).toBe(false);
  });

  test("sealed again under its key a picture gives the stored bytes, and the commitment is to that key", async () => {
    const plain = randomBytes(100_001);
    const object = await under().archive.seal(plain);
    const opening = await under().archive.reveal(object);
    expect(plain.equals(opening.plain)).toBe(true);
    // GCM is counter mode whose first block of text has the number 2 (NIST SP 800-38D, 7.1).
    const counter = Buffer.concat([opening.nonce, Buffer.of(0, 0, 0, 2)]);
    const cipher = createCipheriv("aes-256-ctr", opening.key, counter);
    const again = Buffer.concat([opening.nonce, cipher.update(plain), cipher.final(), opening.tag]);
    expect(again.equals(await under().readStored(object.sha256))).toBe(true);
    expect(opening.salt.length).toBe(32);
    const recomputed = createHash("sha256").update(opening.salt).update(opening.key).digest("hex");
    expect(object.commitment).toBe(recomputed);
  });

  test("the same picture sealed twice shares nothing that could be compared", async () => {
    const plain = randomBytes(100);
    const [one, two] = [await under().archive.seal(plain), await under().archive.seal(plain)];
    for (const field of ["objectId", "sha256", "commitment"] as const)
      expect(one[field]).not.toBe(two[field]);
    expect(one.wrappedKey).not.toEqual(two.wrappedKey);
    expect(one.commitmentSalt).not.toEqual(two.commitmentSalt);
  });

  test("many at once are all kept", async () => {
    const plains = Array.from({ length: 40 }, () => randomBytes(2_000));
    const objects = await Promise.all(plains.map((plain) => under().archive.seal(plain)));
    const opened = await Promise.all(objects.map((object) => under().archive.open(object)));
    expect(opened.map((bytes) => Buffer.from(bytes))).toEqual(plains);
  });

  test("free space is told in bytes", async () => {
    expect(await under().archive.freeBytes()).toBeGreaterThan(1_000_000);
  });
}

function spoiledBytes(under: () => ArchiveUnderTest): void {
  test("any one flipped byte of what is stored is found", async () => {
    const object = await under().archive.seal(randomBytes(40));
    const whole = Buffer.from(await under().readStored(object.sha256));
    for (let at = 0; at < whole.length; at += 1) {
      await under().overwriteStored(object.sha256, flipped(whole, at));
      expect(await refusal(under().archive, object)).toBe(NAMED);
    }
    await under().overwriteStored(object.sha256, whole);
    expect((await under().archive.open(object)).length).toBe(40);
  });

  test("a forger who also corrects the hash on record is found by the tag, at any byte", async () => {
    const object = await under().archive.seal(randomBytes(40));
    const whole = Buffer.from(await under().readStored(object.sha256));
    for (let at = 0; at < whole.length; at += 1) {
      const forged = flipped(whole, at);
      const sha256 = createHash("sha256").update(forged).digest("hex");
      await under().overwriteStored(sha256, forged);
      expect(await refusal(under().archive, { ...object, sha256 })).toBe(NAMED);
    }
  });

  test.each([
    ["cut short", (whole: Buffer) => whole.subarray(0, -1)],
    ["made longer", (whole: Buffer) => Buffer.concat([whole, Buffer.of(0)])],
    ["emptied", () => Buffer.alloc(0)],
  ])("an object %s is found", async (_, spoil) => {
    const object = await under().archive.seal(randomBytes(40));
    const whole = Buffer.from(await under().readStored(object.sha256));
    await under().overwriteStored(object.sha256, spoil(whole));
    expect(await refusal(under().archive, object)).toBe(NAMED);
  });

  test("an object that is gone is missed by name", async () => {
    const object = await under().archive.seal(randomBytes(40));
    await under().removeStored(object.sha256);
    expect(await refusal(under().archive, object)).toBe(NAMED);
    await expect(under().archive.open(object)).rejects.toThrow(/missing/);
  });
}

function spoiledRows(under: () => ArchiveUnderTest): void {
  test("pictures cannot change places: not by bytes, not by key, not by id", async () => {
    const one = await under().archive.seal(randomBytes(40));
    const two = await under().archive.seal(randomBytes(40));
    expect(await refusal(under().archive, { ...one, sha256: two.sha256 })).toBe(NAMED);
    expect(await refusal(under().archive, { ...one, sha256: two.sha256, wrappedKey: two.wrappedKey })).toBe(
      NAMED,
    );
    expect(await refusal(under().archive, { ...two, objectId: one.objectId })).toBe(NAMED);
    expect(
      await refusal(under().archive, {
        ...one,
        commitment: two.commitment,
        commitmentSalt: two.commitmentSalt,
      }),
    ).toBe(NAMED);
  });

  test("any one flipped byte of a row's key, salt or commitment is found", async () => {
    const object = await under().archive.seal(randomBytes(40));
    for (const field of ["wrappedKey", "commitmentSalt"] as const) {
      const value = Buffer.from(object[field]);
      for (let at = 0; at < value.length; at += 1)
        expect(await refusal(under().archive, { ...object, [field]: flipped(value, at) })).toBe(NAMED);
    }
    expect(await refusal(under().archive, { ...object, commitment: "0".repeat(64) })).toBe(NAMED);
    expect(await refusal(under().archive, { ...object, bytes: object.bytes + 1 })).toBe(NAMED);
  });

  test("a name that is no hash leads nowhere", async () => {
    const object = await under().archive.seal(randomBytes(40));
    for (const sha256 of ["../../../../etc/passwd", "", object.sha256.toUpperCase(), `${object.sha256}/..`]) {
      await expect(under().archive.open({ ...object, sha256 })).rejects.toMatchObject({
        code: "archive-corrupt",
      });
    }
  });
}

const NAMED = "archive-corrupt, naming the object";

/** How opening ends. */
async function refusal(archive: Archive, object: SealedObject): Promise<string> {
  try {
    await archive.open(object);
    return "opened";
  } catch (error) {
    if (!(error instanceof SisoError)) throw error;
    return `${error.code}, ${error.message.includes(object.objectId) ? "naming the object" : "nameless"}`;
  }
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 0x01, at);
  return copy;
}
