import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { ObjectStore } from "../ports.ts";
import { draftFile } from "./draft-file.ts";

/** Writes what is to be stored into `content`, step by step; each tells how many bytes are there by now, the last that all are. */
export type Fill = Parameters<ObjectStore["add"]>[1];

/**
 * A file whole under its name or not there at all, whatever happens meanwhile; durable when this resolves. Its bytes, so many,
 * are made while the draft is opened and the disk begins; `pathOf` is asked what they are called while it is at work. Draft and
 * place are on one file system.
 */
export async function placeFile(
  draftPath: string,
  bytes: number,
  fill: Fill,
  mode: number,
  pathOf: (content: Uint8Array) => string,
): Promise<void> {
  const draft = draftFile(draftPath, bytes, mode);
  try {
    await draft.fill(fill(draft.content));
    const [, { path, folder }] = await both(draft.write(), placeOf(pathOf, draft.content));
    try {
      await rename(draftPath, path);
      // Without this a file that was only renamed may vanish with the power; from here on it is there, whole.
      await folder.sync();
    } finally {
      folder.close().catch(() => {});
    }
  } catch (error) {
    await draft.end();
    await rm(draftPath, { force: true });
    throw error;
  }
  void draft.end();
}

async function placeOf(pathOf: (content: Uint8Array) => string, content: Uint8Array) {
  // The disk is set to work first.
  await setImmediate();
  const path = pathOf(content);
  return { path, folder: await open(dirname(path), "r") };
}

/** Both are over when this is, even when one failed: nothing is taken from under the other. */
async function both<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return [await one, await other];
}
