import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";

/** For more than this in one call the kernel wants memory in one piece, and finding it may take longer than the disk takes. */
const stepBytes = 512 * 1024;

/**
 * A file whole under its name or not there at all, whatever happens meanwhile; durable when this resolves. Its parts are made
 * while the draft is opened, and may be what names it; `pathOf` is asked while the disk is at work. Draft and place are on one
 * file system.
 */
export async function placeFile(
  draft: string,
  make: () => readonly Uint8Array[],
  mode: number,
  pathOf: (parts: readonly Uint8Array[]) => string,
): Promise<void> {
  const opened: FileHandle[] = [];
  const keep = async (path: string, ...how: [string, number?]): Promise<FileHandle> => {
    const file = await open(path, ...how);
    opened.push(file);
    return file;
  };
  const placeOf = async (parts: readonly Uint8Array[]) => {
    const path = pathOf(parts);
    return { path, folder: await keep(dirname(path), "r") };
  };
  try {
    const [file, parts] = await both(keep(draft, "wx", mode), (async () => make())());
    for (const step of stepsOf(parts)) await writeStep(file, step);
    const [, { path, folder }] = await both(file.sync(), placeOf(parts));
    await rename(draft, path);
    // Without this a file that was only renamed may vanish with the power; from here on it is there, whole.
    await folder.sync();
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    // What was to last is synced: nothing hangs on closing any more.
    for (const file of opened) file.close().catch(() => {});
  }
}

/** Both are over when this is, even when one failed: nothing is closed under the other. */
async function both<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return [await one, await other];
}

/** The parts one after another, so many bytes at a time. */
function* stepsOf(parts: readonly Uint8Array[]): Generator<Uint8Array[]> {
  let step: Uint8Array[] = [];
  let room = stepBytes;
  for (const part of parts) {
    for (let from = 0; from < part.length;) {
      const piece = part.subarray(from, from + room);
      step.push(piece);
      from += piece.length;
      room -= piece.length;
      if (room > 0) continue;
      yield step;
      [step, room] = [[], stepBytes];
    }
  }
  if (step.length > 0) yield step;
}

async function writeStep(file: FileHandle, step: readonly Uint8Array[]): Promise<void> {
  const { bytesWritten } = await file.writev(step);
  // A disk that filled up takes part of it; what is left then meets the error itself.
  if (bytesWritten < step.reduce((sum, { length }) => sum + length, 0))
    await file.writeFile(Buffer.concat(step).subarray(bytesWritten));
}
