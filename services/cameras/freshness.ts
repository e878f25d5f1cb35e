import { GapError } from "./gap-error.ts";
import type { CheckedPicture } from "./picture-check.ts";

/**
 * Tells a live picture from a repeated one. The noise of a sensor makes two equal pictures all but impossible, so a picture seen
 * before means that the camera is frozen, and so was the first of the two.
 */
export interface Freshness {
  /** Throws `frozen` when this picture came before, in an earlier burst or in this one. */
  admit: (picture: CheckedPicture) => void;
  /** The same on the last try: the picture then counts as frozen wherever else in this burst it stands. */
  admitOrCondemn: (picture: CheckedPicture) => void;
  condemned(scanSha256: string): boolean;
}

/** `previousSha256`: of whole pictures or of their scans. */
export function createFreshness(previousSha256: readonly string[]): Freshness {
  const earlier = new Set(previousSha256.map((hash) => hash.toLowerCase()));
  const seen = new Set<string>();
  const frozen = new Set<string>();
  function admit(picture: CheckedPicture): void {
    if (earlier.has(picture.sha256) || earlier.has(picture.scanSha256)) {
      throw new GapError("frozen", "the same picture as in an earlier capture");
    }
    if (seen.has(picture.scanSha256)) throw new GapError("frozen", "the same picture twice in one burst");
    seen.add(picture.scanSha256);
  }

  return {
    admit,
    admitOrCondemn(picture) {
      try {
        admit(picture);
      } catch (error) {
        frozen.add(picture.scanSha256);
        throw error;
      }
    },
    condemned: (scanSha256) => frozen.has(scanSha256),
  };
}
