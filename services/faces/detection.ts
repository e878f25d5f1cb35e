import type { Box, Point } from "../types.ts";

/** A face as a detector found it. */
export interface Detection {
  box: Box;
  score: number;
  /** Left eye, right eye, nose, left and right mouth corner, where the detector gives them. */
  points?: Point[];
}
