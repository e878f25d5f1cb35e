import type { FacePack, PictureFaces } from "../ports.ts";
import type { PackManifest } from "./manifest.ts";

/** Queues pictures: one already keeps every core busy, and memory stays that of one picture. Closing waits for those begun. */
export function oneAtATime(
  manifest: PackManifest,
  engine: { analyse(picture: Uint8Array): Promise<PictureFaces>; close(): Promise<void> },
): FacePack {
  let last: Promise<unknown> = Promise.resolve();
  return {
    id: manifest.id,
    embeddingLength: manifest.embeddingLength,
    analyse(picture) {
      const result = last.then(() => engine.analyse(picture));
      last = result.catch(() => null);
      return result;
    },
    async close() {
      await last;
      await engine.close();
    },
  };
}
