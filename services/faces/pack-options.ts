import type { PictureLimits } from "./pixels.ts";

export interface PackOptions {
  /** Cores to use. */
  threads: number;
  limits: PictureLimits;
}
