import type { Box, Point } from "../types.ts";
import { affineOfBox, sampleCrop } from "./crop.ts";
import { batchesOf, inLanes } from "./lanes.ts";
import type { LandmarkSpec } from "./manifest.ts";
import type { Pixels } from "./pixels.ts";
import type { Network } from "./session.ts";
import type { Stopwatch } from "./stopwatch.ts";

/** Left eye, right eye, nose, left and right mouth corner of each box, in picture pixels. */
export async function findFivePoints(
  pixels: Pixels,
  boxes: Box[],
  network: Network,
  spec: LandmarkSpec,
  watch: Stopwatch,
): Promise<Point[][]> {
  const found: Point[][] = [];
  await inLanes(batchesOf(boxes, spec.batch), network.lanes, async ({ start, batch }) => {
    const input = watch.run("prepare", () => landmarkInput(pixels, batch, spec));
    const outputs = await watch.wait("modelLandmarks", () =>
      network.run(input, [batch.length, 1, spec.sidePx, spec.sidePx]),
    );
    const values = outputs[spec.output] as Float32Array;
    for (const [i, box] of batch.entries())
      found[start + i] = fivePoints(values.subarray(i * spec.count * 2, (i + 1) * spec.count * 2), box, spec);
  });
  return found;
}

/** N×1×side×side: exactly the box, stretched, grey by the manifest's weights. */
export function landmarkInput(pixels: Pixels, boxes: Box[], spec: LandmarkSpec): Float32Array {
  const plane = spec.sidePx * spec.sidePx;
  const input = new Float32Array(boxes.length * plane);
  const colours = new Float32Array(3 * plane);
  const [red, green, blue] = spec.greyWeights.map((weight) => weight / spec.divisor) as [
    number,
    number,
    number,
  ];
  for (const [n, box] of boxes.entries()) {
    sampleCrop(pixels, affineOfBox(box, spec.sidePx), spec.sidePx, colours);
    for (let i = 0; i < plane; i += 1)
      input[n * plane + i] =
        red * (colours[i] as number) +
        green * (colours[plane + i] as number) +
        blue * (colours[2 * plane + i] as number);
  }
  return input;
}

/** `values` are (x, y) pairs as shares of the box. */
export function fivePoints(values: Float32Array, box: Box, spec: LandmarkSpec): Point[] {
  return spec.five.map((group) => {
    let x = 0;
    let y = 0;
    for (const index of group) {
      x += values[index * 2] as number;
      y += values[index * 2 + 1] as number;
    }
    return { x: box.x + (x / group.length) * box.width, y: box.y + (y / group.length) * box.height };
  });
}
