import { SisoError } from "../errors.ts";
import type { Embedding, PackId, PackVector } from "../types.ts";

/** Cosine of two faces of one pack. Throws `input-invalid` for two packs: their numbers have nothing to do with each other. */
export function similarityOf<P extends PackId>(left: Embedding<P>, right: Embedding<P>): number {
  if (left.pack === right.pack && left.vector.length === right.vector.length) {
    return cosine(left.vector, right.vector);
  }
  throw new SisoError("input-invalid", {
    vi: `Không so sánh được khuôn mặt của hai bộ mô hình: ${left.pack} và ${right.pack}.`,
    en: `Faces of two model packs cannot be compared: ${left.pack} and ${right.pack}.`,
  });
}

/** Cosine of two L2-normalised vectors of one pack. */
export function cosine<P extends PackId>(left: PackVector<P>, right: PackVector<P>): number {
  let sum = 0;
  for (let i = 0; i < left.length; i++) sum += (left[i] ?? 0) * (right[i] ?? 0);
  return sum;
}

/** Weighted mean direction, L2-normalised; null when nothing has weight or the mean vanishes. */
export function meanDirection<P extends PackId>(
  parts: { vector: PackVector<P>; weight: number }[],
): PackVector<P> | null {
  const first = parts[0];
  if (first === undefined) return null;
  const sum = new Float64Array(first.vector.length);
  for (const { vector, weight } of parts) {
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + weight * (vector[i] ?? 0);
  }
  let squares = 0;
  for (const value of sum) squares += value * value;
  const norm = Math.sqrt(squares);
  if (norm < 1e-9) return null;
  const unit = new Float32Array(sum.length);
  for (let i = 0; i < unit.length; i++) unit[i] = (sum[i] ?? 0) / norm;
  return unit as PackVector<P>;
}
