import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { SisoError } from "../../errors.ts";
import { READ_LIMITS } from "../../readers/limits.ts";
import { unpackGuarded } from "../../readers/zip-gate.ts";

/** Files by their path inside the folder or the .zip, each read when asked for. */
export type PortraitFiles = Map<string, () => Promise<Uint8Array>>;

/** A class's portraits as a camera saves them; pictures hardly shrink in a zip. */
const ZIP_LIMITS = { ...READ_LIMITS, fileBytes: 400 << 20, unpackedBytes: 400 << 20, ratio: 20 };

/** Throws `file-unreadable` for what is neither, `file-refused` for a zip that is a bomb, holds another or has a password. */
export async function portraitFiles(path: string): Promise<PortraitFiles> {
  const found = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  if (found.isDirectory()) return filesOfFolder(path);
  const bytes = found.size > ZIP_LIMITS.fileBytes ? null : await readFile(path);
  if (bytes === null || bytes.length < 4 || bytes.readUInt32BE(0) !== 0x504b0304) throw unreadable(path);
  const parts = await unpackGuarded(basename(path), bytes, ZIP_LIMITS);
  return withoutOuterFolder(new Map([...parts].map(([name, part]) => [name, async () => part])));
}

async function filesOfFolder(dir: string): Promise<PortraitFiles> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(files.map((file) => [file.slice(join(dir, "/").length), () => readFile(file)]));
}

/** Zipping a folder puts all its files below its own name, which says nothing of whose they are. */
function withoutOuterFolder(files: PortraitFiles): PortraitFiles {
  const names = [...files.keys()];
  const outer = names[0]?.split("/")[0] ?? "";
  const inside = names.every((name) => name.startsWith(`${outer}/`));
  const several = names.some((name) => /\.(jpe?g|png)$/i.test(name.split("/")[1] ?? ""));
  if (!inside || !several || /^\d+$/.test(outer)) return files;
  return new Map([...files].map(([name, read]) => [name.slice(outer.length + 1), read]));
}

function unreadable(path: string, cause?: unknown): SisoError {
  const words = {
    vi: `${path}: không đọc được. Cần một thư mục hoặc một tệp .zip (dưới 400 MB) chứa ảnh .jpg, .png.`,
    en: `${path} cannot be read. A folder or a .zip (under 400 MB) of .jpg and .png pictures is needed.`,
  };
  return new SisoError("file-unreadable", words, cause);
}
