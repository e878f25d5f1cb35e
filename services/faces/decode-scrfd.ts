import type { Point } from "../types.ts";
import type { Detection } from "./detection.ts";
import type { ScrfdSpec } from "./detector-spec.ts";

/**
 * Reads SCRFD's outputs (Guo et al. 2021, as insightface exports them): per level anchors × 1 scores after the sigmoid, anchors × 4
 * distances left, top, right, bottom and anchors × 10 offsets of five points, in steps from (column, row)·step.
 */
export function decodeScrfd(
  outputs: Record<string, Float32Array>,
  size: { widthPx: number; heightPx: number },
  spec: ScrfdSpec,
): Detection[] {
  return spec.levels.flatMap((level) => {
    const scores = outputs[level.scores] as Float32Array;
    const columns = Math.ceil(size.widthPx / level.step);
    const expected = columns * Math.ceil(size.heightPx / level.step) * spec.anchorsPerCell;
    if (scores.length !== expected)
      throw new Error(`${level.scores} has ${scores.length} anchors, ${expected} were expected`);
    const at = { ...level, columns, anchorsPerCell: spec.anchorsPerCell };
    const found: Detection[] = [];
    for (const [anchor, score] of scores.entries())
      if (score >= spec.minScore) found.push({ score, ...decodeAnchor(outputs, anchor, at) });
    return found;
  });
}

function decodeAnchor(
  outputs: Record<string, Float32Array>,
  anchor: number,
  level: ScrfdSpec["levels"][number] & { columns: number; anchorsPerCell: number },
): Omit<Detection, "score"> {
  const { step, columns } = level;
  const cell = Math.floor(anchor / level.anchorsPerCell);
  const x = (cell % columns) * step;
  const y = Math.floor(cell / columns) * step;
  const distances = (outputs[level.boxes] as Float32Array).subarray(anchor * 4, anchor * 4 + 4);
  const [left = 0, top = 0, right = 0, bottom = 0] = distances;
  const box = {
    x: x - left * step,
    y: y - top * step,
    width: (left + right) * step,
    height: (top + bottom) * step,
  };
  if (level.points === null) return { box };
  const offsets = outputs[level.points] as Float32Array;
  const points: Point[] = [0, 1, 2, 3, 4].map((i) => ({
    x: x + (offsets[anchor * 10 + i * 2] as number) * step,
    y: y + (offsets[anchor * 10 + i * 2 + 1] as number) * step,
  }));
  return { box, points };
}
