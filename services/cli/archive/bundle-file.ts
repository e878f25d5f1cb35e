import { createHash, randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { draftEnding, noteDraft } from "./bundle-drafts.ts";
import { largestZipBytes, zipEnd, zipEntry } from "./plain-zip.ts";
import { SisoError } from "../../errors.ts";

/** A bundle being written: files go straight to the disk, one at a time. */
export interface BundleFile {
  add(name: string, contents: Uint8Array | string): Promise<void>;
  /** Hex SHA-256 of every file so far, in the order added. */
  readonly hashes: ReadonlyMap<string, string>;
  /** The bundle takes its name only when it is whole. */
  finish(): Promise<void>;
  abandon(): Promise<void>;
}

/** `drafts` is where the draft is noted, so that one left by a killed process is found and removed. */
export async function createBundleFile(path: string, drafts: string): Promise<BundleFile> {
  const draft = `${path}.${randomBytes(4).toString("hex")}${draftEnding}`;
  const forget = await noteDraft(drafts, draft);
  const file = await open(draft, "wx", 0o600).catch(async (cause: unknown) => {
    await forget();
    throw new SisoError(
      "input-invalid",
      { vi: `Không ghi được vào ${path}`, en: `${path} cannot be written` },
      cause,
    );
  });
  const hashes = new Map<string, string>();
  const directory: Buffer[] = [];
  let at = 0;
  return {
    hashes,
    add: async (name, contents) => {
      const bytes = typeof contents === "string" ? Buffer.from(contents, "utf8") : contents;
      if (at + bytes.length > largestZipBytes - 64_000_000) throw tooLarge();
      const entry = zipEntry(name, bytes, at);
      await file.write(entry.head);
      await file.write(bytes);
      directory.push(entry.directory);
      at += entry.head.length + bytes.length;
      hashes.set(name, createHash("sha256").update(bytes).digest("hex"));
    },
    finish: async () => {
      await file.write(zipEnd(directory, at));
      await file.sync();
      await file.close();
      await rename(draft, path);
      await forget();
    },
    abandon: async () => {
      await file.close().catch(() => undefined);
      await rm(draft, { force: true });
      await forget();
    },
  };
}

function tooLarge(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Gói vượt quá 4 GiB. Hãy xuất từng buổi học (--session) thay vì cả khóa.",
    en: "The bundle would exceed 4 GiB. Export session by session (--session) instead of the whole course.",
  });
}
