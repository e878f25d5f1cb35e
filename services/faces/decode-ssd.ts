import type { Box } from "../types.ts";
import type { Detection } from "./detection.ts";
import type { SsdSpec } from "./detector-spec.ts";

/**
 * Reads a single-shot detector's raw outputs. `scores` is anchors × 2 (face second), `locations` anchors × 4; anchors run
 * layer by layer, row by row, size by size over maps of ceil(side / step), centred at (i + ½)·step.
 */
export function decodeSsd(
  outputs: Record<string, Float32Array>,
  size: { widthPx: number; heightPx: number },
  spec: SsdSpec,
): Detection[] {
  const scores = outputs[spec.scores] as Float32Array;
  const locations = outputs[spec.locations] as Float32Array;
  const found: Detection[] = [];
  let anchor = 0;
  for (const [layer, step] of spec.steps.entries()) {
    const sizes = spec.anchorSizes[layer] ?? [];
    const columns = Math.ceil(size.widthPx / step);
    const end = anchor + columns * Math.ceil(size.heightPx / step) * sizes.length;
    for (let cell = anchor; anchor < end; anchor += 1) {
      const score = scores[anchor * 2 + 1] as number;
      if (score < spec.minScore) continue;
      const index = anchor - cell;
      const place = Math.floor(index / sizes.length);
      const box = decodeBox(locations, anchor, {
        centreX: ((place % columns) + 0.5) * step,
        centreY: (Math.floor(place / columns) + 0.5) * step,
        side: sizes[index % sizes.length] as number,
        spec,
      });
      found.push({ box, score });
    }
  }
  if (anchor * 2 !== scores.length)
    throw new Error(`the detector gave ${scores.length / 2} anchors, ${anchor} were expected`);
  return found;
}

function decodeBox(
  locations: Float32Array,
  anchor: number,
  at: { centreX: number; centreY: number; side: number; spec: SsdSpec },
): Box {
  const [dx = 0, dy = 0, dw = 0, dh = 0] = locations.subarray(anchor * 4, anchor * 4 + 4);
  const width = at.side * Math.exp(at.spec.sizeVariance * dw);
  const height = at.side * Math.exp(at.spec.sizeVariance * dh);
  return {
    x: at.centreX + at.spec.centreVariance * at.side * dx - width / 2,
    y: at.centreY + at.spec.centreVariance * at.side * dy - height / 2,
    width,
    height,
  };
}
