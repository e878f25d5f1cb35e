import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { mayMount, onOwnDisk } from "../../fixtures/own-mount.ts";
import type { RefusalLine, SealedLine } from "../../fixtures/servers/archive-child.ts";
import type { SealedObject } from "../ports.ts";
import { archiveContract } from "./contract.ts";
import { createFileArchive } from "./file-archive.ts";
import { createVault } from "./vault.ts";

let root: string;
let dir: string;
let keyFile: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "siso-archive-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));
beforeEach(async () => {
  const own = await mkdtemp(join(root, "one-"));
  dir = join(own, "archive");
  keyFile = join(own, "keys", "archive.key");
});

const pathOf = (archiveDir: string, sha256: string): string =>
  join(archiveDir, "objects", sha256.slice(0, 2), sha256);

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Every stored file, with the hash its bytes have. */
async function storedFiles(): Promise<{ name: string; sha256: string }[]> {
  const entries = await readdir(join(dir, "objects"), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(async (entry) => ({
      name: entry.name,
      sha256: sha256(await readFile(join(entry.parentPath, entry.name))),
    })),
  );
}

describe("an archive in a folder", () => {
  archiveContract(async () => {
    const own = await mkdtemp(join(root, "contract-"));
    const options = { dir: join(own, "archive"), keyFile: join(own, "key") };
    const replace = async (sha256: string, bytes: Uint8Array): Promise<void> => {
      const path = pathOf(options.dir, sha256);
      await mkdir(join(path, ".."), { recursive: true });
      await rm(path, { force: true });
      await writeFile(path, bytes);
    };
    return {
      archive: await createFileArchive(options),
      reopen: () => createFileArchive(options),
      readStored: (sha256) => readFile(pathOf(options.dir, sha256)),
      overwriteStored: replace,
      removeStored: (sha256) => rm(pathOf(options.dir, sha256)),
      stop: async () => undefined,
    };
  });

  test("keeps objects as read-only files in sharded folders, and no draft", async () => {
    const archive = await createFileArchive({ dir, keyFile });
    const { sha256 } = await archive.seal(randomBytes(100));
    expect((await stat(pathOf(dir, sha256))).mode & 0o777).toBe(0o400);
    expect(await readdir(join(dir, "drafts"))).toEqual([]);
  });

  test("refuses to go below the free space it is told to leave", async () => {
    const archive = await createFileArchive({ dir, keyFile, minFreeBytes: Number.MAX_SAFE_INTEGER / 2 });
    await expect(archive.seal(randomBytes(10))).rejects.toMatchObject({
      code: "archive-full",
      retryable: true,
    });
    expect(await storedFiles()).toEqual([]);
  });

  test("names the folder it cannot write", async () => {
    await mkdir(join(dir, ".."), { recursive: true });
    await writeFile(dir, "a file where the folder should be");
    await expect(createFileArchive({ dir, keyFile })).rejects.toThrow(dir);
  });
});

describe("the key", () => {
  test("is made for a new archive: 32 bytes, for the owner's eyes only", async () => {
    await createFileArchive({ dir, keyFile });
    expect((await readFile(keyFile)).length).toBe(32);
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(keyFile, ".."))).toEqual(["archive.key"]);
  });

  test("is made once when two processes start together", async () => {
    const archives = await Promise.all([1, 2, 3].map(() => createFileArchive({ dir, keyFile })));
    const object = await archives[0]?.seal(Buffer.from("x"));
    for (const archive of archives)
      expect(Buffer.from(await archive.open(object as SealedObject)).toString()).toBe("x");
  });

  test.each(["with an object", "still empty"])("is never replaced when the archive is %s", async (state) => {
    const archive = await createFileArchive({ dir, keyFile });
    if (state === "with an object") await archive.seal(randomBytes(10));
    await rm(keyFile);
    const attempt = createFileArchive({ dir, keyFile });
    await expect(attempt).rejects.toMatchObject({ code: "key-missing" });
    await expect(attempt).rejects.toThrow(keyFile);
    await expect(stat(keyFile)).rejects.toThrow("ENOENT");
  });

  test("is not made for objects whose archive has lost its own notes", async () => {
    await (await createFileArchive({ dir, keyFile })).seal(randomBytes(10));
    await rm(keyFile);
    await rm(join(dir, "key-id"));
    await expect(createFileArchive({ dir, keyFile })).rejects.toMatchObject({ code: "key-missing" });
  });

  test("of another archive is refused at the start, not at the first picture", async () => {
    await createFileArchive({ dir, keyFile });
    await writeFile(keyFile, randomBytes(32));
    await expect(createFileArchive({ dir, keyFile })).rejects.toThrow(/not that of the archive/);
  });

  test("open to others is refused, with the command that mends it", async () => {
    await createFileArchive({ dir, keyFile });
    await chmod(keyFile, 0o644);
    const attempt = createFileArchive({ dir, keyFile });
    await expect(attempt).rejects.toMatchObject({ code: "config-invalid" });
    await expect(attempt).rejects.toThrow(`chmod 600 ${keyFile}`);
    await expect(createVault(keyFile)).rejects.toThrow(`chmod 600 ${keyFile}`);
  });

  test("of the wrong length is refused", async () => {
    await createFileArchive({ dir, keyFile });
    await writeFile(keyFile, randomBytes(31));
    await expect(createFileArchive({ dir, keyFile })).rejects.toThrow(/31 bytes instead of 32/);
  });

  test("is never made by the vault", async () => {
    await expect(createVault(keyFile)).rejects.toMatchObject({ code: "key-missing" });
  });
});

describe("after a crash", () => {
  test("only the drafts of processes that are gone are cleared", async () => {
    await createFileArchive({ dir, keyFile });
    // Above the highest pid Linux gives.
    const gone = 4_194_304;
    const drafts = join(dir, "drafts");
    await writeFile(join(drafts, `${hostname()}~${gone}~a`), "half a picture");
    await writeFile(join(drafts, `${hostname()}~${process.pid}~b`), "another being written");
    await writeFile(join(drafts, `other-host~1~c`), "written elsewhere");
    await createFileArchive({ dir, keyFile });
    expect((await readdir(drafts)).toSorted()).toEqual(
      [`${hostname()}~${process.pid}~b`, "other-host~1~c"].toSorted(),
    );
    expect(await storedFiles()).toEqual([]);
  });

  test.each([1, 5, 12, 30])(
    "kill -9 around object %i: all acknowledged is whole, nothing half is visible",
    async (at) => {
      const acknowledged = await sealUntilKilled(at);
      const archive = await createFileArchive({ dir, keyFile });
      for (const { object, plainSha256 } of acknowledged) {
        const plain = await archive.open(revived(object));
        expect(sha256(plain)).toBe(plainSha256);
      }
      const files = await storedFiles();
      expect(files.length).toBeGreaterThanOrEqual(acknowledged.length);
      for (const file of files) expect(file.name).toBe(file.sha256);
      expect(await readdir(join(dir, "drafts"))).toEqual([]);
    },
  );
});

/** Kills the child as soon as it has acknowledged `count` objects, wherever it then is. */
async function sealUntilKilled(count: number): Promise<SealedLine[]> {
  const args = ["--import", "tsx", "fixtures/servers/archive-child.ts", dir, keyFile, "60000"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const acknowledged: SealedLine[] = [];
  for await (const line of createInterface(child.stdout)) {
    acknowledged.push(JSON.parse(line) as SealedLine);
    if (acknowledged.length === count) child.kill("SIGKILL");
  }
  await exited;
  return acknowledged;
}

/** JSON turns a buffer into an object with its bytes as a list. */
function revived(object: SealedObject): SealedObject {
  return {
    ...object,
    wrappedKey: revivedBytes(object.wrappedKey),
    commitmentSalt: revivedBytes(object.commitmentSalt),
  };
}

function revivedBytes(value: unknown): Buffer {
  return Buffer.from((value as { data: number[] }).data);
}

(mayMount ? describe : describe.skip)(
  `on a full disk${mayMount ? "" : " [thiếu · missing: unshare + mount]"}`,
  () => {
    test("sealing says archive-full, leaves no draft, and all sealed before still opens", async () => {
      const disk = join(dir, "..", "disk");
      await mkdir(disk);
      const child = ["fixtures/servers/archive-child.ts", join(disk, "archive"), keyFile, "90000"];
      const stdout = await onOwnDisk(disk, "600k", child);
      const refusal = JSON.parse(stdout.split("\n").at(-1) ?? "") as RefusalLine;
      expect(refusal.sealed).toBeGreaterThan(2);
      expect(refusal).toEqual({
        code: "archive-full",
        stillOpening: refusal.sealed,
        sealed: refusal.sealed,
        drafts: 0,
      });
    });
  },
);
