import type { Box } from "../types.ts";
import { cutByTile, decodeDetections, suppress, type Detection } from "./detections.ts";
import type { DetectorSpec } from "./manifest.ts";
import type { Pixels } from "./pixels.ts";
import { writePlanes } from "./prepare.ts";
import type { Network } from "./session.ts";
import type { Stopwatch } from "./stopwatch.ts";
import { planTiles } from "./tile-plan.ts";

/** Finds faces at several scales, tile by tile; boxes in picture pixels, best first. */
export async function detectFaces(
  pixels: Pixels,
  network: Network,
  spec: DetectorSpec,
  watch: Stopwatch,
): Promise<Detection[]> {
  const planesOf = growingBuffer();
  const found: Detection[] = [];
  for (const shrink of spec.shrinks) {
    const picture = {
      widthPx: Math.floor(pixels.widthPx / shrink),
      heightPx: Math.floor(pixels.heightPx / shrink),
    };
    if (picture.widthPx === 0 || picture.heightPx === 0) continue;
    for (const tile of planTiles(picture.widthPx, picture.heightPx, spec.tile)) {
      const inTile = await detectInTile(pixels, tile, shrink, { network, spec, watch, planesOf });
      const whole = inTile.filter(({ box }) => !cutByTile(box, tile, picture));
      found.push(...whole.map(({ box, score }) => ({ score, box: toPicture(box, tile, shrink) })));
    }
  }
  return watch.run("postprocess", () => suppress(found, spec));
}

interface Run {
  network: Network;
  spec: DetectorSpec;
  watch: Stopwatch;
  planesOf: (length: number) => Float32Array;
}

/** One buffer for all tiles of a picture: a fresh one each would be the largest allocation of the whole run, over and over. */
function growingBuffer(): (length: number) => Float32Array {
  let buffer = new Float32Array();
  return (length) => {
    if (buffer.length < length) buffer = new Float32Array(length);
    return buffer.subarray(0, length);
  };
}

async function detectInTile(
  pixels: Pixels,
  tile: Box,
  shrink: 1 | 2,
  { network, spec, watch, planesOf }: Run,
): Promise<Detection[]> {
  const input = watch.run("prepare", () => {
    const planes = planesOf(3 * tile.width * tile.height);
    writePlanes(pixels, tile, shrink, spec, planes);
    return planes;
  });
  const outputs = await watch.wait("modelDetect", () => network.run(input, [1, 3, tile.height, tile.width]));
  return watch.run("postprocess", () => {
    const scores = outputs[spec.scores] as Float32Array;
    const locations = outputs[spec.locations] as Float32Array;
    const size = { widthPx: tile.width, heightPx: tile.height };
    return suppress(decodeDetections(scores, locations, size, spec), spec);
  });
}

function toPicture(box: Box, tile: Box, shrink: number): Box {
  return {
    x: (box.x + tile.x) * shrink,
    y: (box.y + tile.y) * shrink,
    width: box.width * shrink,
    height: box.height * shrink,
  };
}
