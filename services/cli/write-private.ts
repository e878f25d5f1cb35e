import { open } from "node:fs/promises";

/** Writes pictures of people where only their owner may read them, also over a file that others could read. */
export async function writePrivate(path: string, contents: Uint8Array): Promise<void> {
  const file = await open(path, "w", 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(contents);
  } finally {
    await file.close();
  }
}
