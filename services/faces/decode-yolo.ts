import type { Detection } from "./detection.ts";
import type { YoloSpec } from "./detector-spec.ts";

/** Reads a YOLO head's one output: per candidate centre x, centre y, width, height in input pixels, then score and points. */
export function decodeYolo(outputs: Record<string, Float32Array>, spec: YoloSpec): Detection[] {
  const values = outputs[spec.output] as Float32Array;
  const count = values.length / spec.valueCount;
  if (!Number.isInteger(count))
    throw new Error(`${spec.output} has ${values.length} values, no multiple of ${spec.valueCount}`);
  const valuesFirst = spec.layout === "values-first";
  const at = (candidate: number, value: number): number =>
    values[valuesFirst ? value * count + candidate : candidate * spec.valueCount + value] as number;
  const found: Detection[] = [];
  for (let candidate = 0; candidate < count; candidate += 1) {
    const score = at(candidate, spec.scoreAt);
    if (score < spec.minScore) continue;
    const [width, height] = [at(candidate, 2), at(candidate, 3)];
    const box = { x: at(candidate, 0) - width / 2, y: at(candidate, 1) - height / 2, width, height };
    const { points } = spec;
    const five = points && [0, 1, 2, 3, 4].map((i) => points.at + i * points.valuesEach);
    found.push({
      score,
      box,
      ...(five && {
        points: five.map((first) => ({ x: at(candidate, first), y: at(candidate, first + 1) })),
      }),
    });
  }
  return found;
}
