import { randomUUID } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

const ABANDONED_AFTER_MS = 24 * 3_600_000;

/** Names the process that writes it, so that what a killed one left can be told from what is being written. */
export function draftName(): string {
  return `${hostname()}~${process.pid}~${randomUUID()}`;
}

/** What a killed process left half-written. Another live process's drafts, here or on another host, are left alone. */
export async function clearDrafts(draftsDir: string): Promise<void> {
  for (const name of await readdir(draftsDir)) {
    const path = join(draftsDir, name);
    if (await isAbandoned(path, name)) await rm(path, { force: true });
  }
}

/** Whether the process that a draft names is no more. */
export async function isAbandoned(path: string, name: string): Promise<boolean> {
  const [host, pid] = name.split("~");
  if (host === hostname()) return !isAlive(Number(pid));
  const info = await stat(path).catch(() => null);
  return info !== null && Date.now() - info.mtimeMs > ABANDONED_AFTER_MS;
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
