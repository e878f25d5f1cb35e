import { mkdir, open, readFile, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { draftName, isAbandoned } from "../../archive/drafts.ts";
import { syncFolder } from "../../archive/sync-folder.ts";

/** A half-written bundle holds plain pictures wherever somebody wanted it: where each lies is noted until it is whole or gone. */
export function draftsFolder(dataDir: string): string {
  return join(dataDir, "exports");
}

/** Noted before the first byte is written; gives what takes the note back. */
export async function noteDraft(folder: string, path: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const note = join(folder, draftName());
  const file = await open(note, "wx", 0o600);
  try {
    await file.writeFile(path);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(dirname(note));
  return () => rm(note, { force: true });
}

/** Removes what killed exports left half-written; at every export and every start of the service. */
export async function sweepDrafts(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const swept: string[] = [];
  for (const name of names) {
    const note = join(folder, name);
    if (!(await isAbandoned(note, name))) continue;
    const path = await readFile(note, "utf8");
    // A note cut off by the same blow came before any draft.
    if (path.endsWith(draftEnding)) await rm(path, { force: true });
    await rm(note, { force: true });
    swept.push(path);
  }
  return swept;
}

export const draftEnding = ".dang-ghi";
