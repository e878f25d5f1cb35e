import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";
import { z } from "zod";
import { SisoError } from "../../errors.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Files out of one npm tarball, each pinned by its hash. Other keys of a manifest belong to its reader. */
export const pinnedFiles = z.object({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  source: z.object({
    npm: z.string().min(1),
    version: z.string().regex(/^\d+\.\d+\.\d+\S*$/),
    integrity: z.string().startsWith("sha512-"),
  }),
  files: z
    .array(
      z.object({
        /** As stored here; flat. */
        name: z.string().regex(/^\w[\w.-]*$/),
        /** Inside the tarball; npm puts everything under `package/`. */
        path: z.string().regex(/^package\/(?!.*\.\.)/),
        sha256,
      }),
    )
    .min(1),
});
export type PinnedFiles = z.infer<typeof pinnedFiles>;

/** Names of the files that are absent from `dir` or whose bytes are not the pinned ones. */
export async function wrongFiles(manifest: PinnedFiles, dir: string): Promise<string[]> {
  const checked = await Promise.all(
    manifest.files.map(async (file) =>
      (await hashFile(join(dir, file.name))) === file.sha256 ? [] : [file.name],
    ),
  );
  return checked.flat();
}

/**
 * Copies the files out of the package where it is installed as a library already, if every one is as pinned.
 * @returns whether it did; otherwise nothing has been copied.
 */
export async function copyInstalled(
  manifest: PinnedFiles,
  nodeModulesDir: string,
  dir: string,
): Promise<boolean> {
  const inPackage = (path: string): string =>
    join(nodeModulesDir, manifest.source.npm, path.replace(/^package\//, ""));
  const hashes = await Promise.all(manifest.files.map(({ path }) => hashFile(inPackage(path))));
  if (manifest.files.some(({ sha256: pinned }, i) => hashes[i] !== pinned)) return false;
  await mkdir(dir, { recursive: true });
  for (const { path, name } of manifest.files) await copyFile(inPackage(path), join(dir, name));
  return true;
}

/**
 * Fetches the tarball with npm's own client, checks its integrity and each listed file, and moves the files into `dir`.
 * `scratchDir` must be on the same file system. Throws `file-refused` when anything differs from what is pinned, and then
 * nothing has been moved.
 */
export async function fetchPinned(manifest: PinnedFiles, dir: string, scratchDir: string): Promise<void> {
  await mkdir(scratchDir, { recursive: true });
  const work = await mkdtemp(join(scratchDir, `${manifest.id}-`));
  try {
    const tarball = await packTarball(manifest.source, work);
    await checkIntegrity(manifest.source, tarball);
    await extract(manifest, tarball, work);
    await mkdir(dir, { recursive: true });
    for (const file of manifest.files) await rename(join(work, file.path), join(dir, file.name));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function packTarball(source: PinnedFiles["source"], work: string): Promise<string> {
  const specifier = `${source.npm}@${source.version}`;
  const packed = await execa("npm", ["pack", specifier, "--pack-destination", work, "--silent"], {
    cwd: work,
    stdin: "ignore",
    reject: false,
    timeout: 600_000,
  });
  const name = packed.stdout.trim().split("\n").at(-1) ?? "";
  if (packed.failed || name === "") {
    throw new SisoError("file-unreadable", {
      vi: `Không tải được gói ${specifier}: ${lastLine(packed.stderr)}. Kiểm tra mạng rồi chạy lại.`,
      en: `Could not fetch package ${specifier}: ${lastLine(packed.stderr)}. Check the network and run again.`,
    });
  }
  return join(work, name);
}

async function checkIntegrity(source: PinnedFiles["source"], tarball: string): Promise<void> {
  const hash = createHash("sha512");
  await pipeline(createReadStream(tarball), hash);
  if (`sha512-${hash.digest("base64")}` === source.integrity) return;
  throw differs(`${source.npm}@${source.version}`);
}

async function extract(manifest: PinnedFiles, tarball: string, work: string): Promise<void> {
  const members = manifest.files.map((file) => file.path);
  await execa("tar", ["-xzf", tarball, "--no-same-owner", "-C", work, "--", ...members], { stdin: "ignore" });
  for (const file of manifest.files) {
    if ((await hashFile(join(work, file.path))) !== file.sha256) throw differs(file.path);
  }
}

async function hashFile(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) return null;
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}

function differs(what: string): SisoError {
  return new SisoError("file-refused", {
    vi: `${what} khác với bản đã ghim (sai mã băm); không dùng.`,
    en: `${what} differs from what is pinned (hash mismatch); not used.`,
  });
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
