import { open } from "node:fs/promises";

/** Makes the names in a folder durable: a file that was only renamed into it may vanish with the power. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
