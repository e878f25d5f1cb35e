import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Vault } from "../ports.ts";
import { createVault } from "./vault.ts";

let dir: string;
let vault: Vault;
let other: Vault;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "siso-vault-"));
  for (const name of ["a.key", "b.key"]) await writeFile(join(dir, name), randomBytes(32), { mode: 0o600 });
  vault = await createVault(join(dir, "a.key"));
  other = await createVault(join(dir, "b.key"));
});
afterAll(() => rm(dir, { recursive: true }));

const secret = Buffer.from("mật khẩu camera");

test("a secret comes back in its own context, also after a restart", async () => {
  const sealed = vault.seal(secret, "camera 1");
  expect(Buffer.from(vault.open(sealed, "camera 1"))).toEqual(secret);
  expect(Buffer.from((await createVault(join(dir, "a.key"))).open(sealed, "camera 1"))).toEqual(secret);
});

test("it may be read from the middle of a larger buffer, as a driver hands it out", () => {
  const sealed = vault.seal(secret, "camera 1");
  const large = Buffer.concat([randomBytes(7), sealed, randomBytes(7)]);
  expect(Buffer.from(vault.open(large.subarray(7, -7), "camera 1"))).toEqual(secret);
});

test("the same secret sealed twice looks different and shows nothing", () => {
  const [one, two] = [Buffer.from(vault.seal(secret, "x")), Buffer.from(vault.seal(secret, "x"))];
  expect(one.equals(two)).toBe(false);
  expect(one.includes(secret)).toBe(false);
});

test("another context does not open it, and is named", () => {
  expect(() => vault.open(vault.seal(secret, "camera 1"), "camera 2")).toThrow(/camera 2/);
});

test("another key does not open it, and says that it is another key", () => {
  expect(() => other.open(vault.seal(secret, "camera 1"), "camera 1")).toThrow(/another key/);
});

test("any one flipped byte, and any shortening, is found", () => {
  const sealed = Buffer.from(vault.seal(secret, "camera 1"));
  for (let at = 0; at < sealed.length; at += 1) {
    const spoilt = Buffer.from(sealed);
    spoilt.writeUInt8(spoilt.readUInt8(at) ^ 0x80, at);
    expect(() => vault.open(spoilt, "camera 1")).toThrow(
      expect.objectContaining({ code: "archive-corrupt" }) as Error,
    );
    expect(() => vault.open(sealed.subarray(0, at), "camera 1")).toThrow(/camera 1/);
  }
});
