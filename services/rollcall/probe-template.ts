import type { PackId, PackVector } from "../types.ts";
import type { Adapter } from "./adapter.ts";

/**
 * The template that stands where a mean of small faces lies after the adapter: `adaptTemplate` takes the templates' own
 * mean off again, and what is left must be the probe's direction. Unit length, like every template.
 */
export function templateFromProbe<P extends PackId>(
  adapter: Adapter | null,
  vector: PackVector<P>,
): PackVector<P> {
  if (adapter === null) return vector;
  const mean = adapter.templateMean;
  let along = 0;
  let square = 0;
  for (const [i, value] of mean.entries()) {
    along += value * (vector[i] ?? 0);
    square += value * value;
  }
  // The longer root of |s·vector + mean| = 1.
  const scale = -along + Math.sqrt(Math.max(0, along * along + 1 - square));
  return vector.map((value, i) => scale * value + (mean[i] ?? 0)) as PackVector<P>;
}
