import type { ObjectStore } from "../ports.ts";
import { draftFile } from "./draft-file.ts";

/** Writes what is to be stored into `content`, step by step; each tells how many bytes are there by now, the last that all are. */
export type Fill = Parameters<ObjectStore["add"]>[1];

/**
 * A file whole under its name or not there at all, whatever happens meanwhile; durable when this resolves. Its bytes, so many,
 * are made, and named by `pathOf`, while the disk is at work on those that are there. Draft and place are on one file system.
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
    for (const filled of fill(draft.content)) draft.filled(filled);
    // What came at the same time is filled first: by the time this has its name, the disk may have all of it.
    await Promise.resolve();
    await draft.place(pathOf(draft.content));
  } catch (error) {
    await draft.abandon();
    throw error;
  }
}
