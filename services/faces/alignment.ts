import type { Point } from "../types.ts";

/** Crop pixel (u, v) → picture pixel (a·u − b·v + tx, b·u + a·v + ty): rotation, one scale, translation. */
export interface Similarity {
  a: number;
  b: number;
  tx: number;
  ty: number;
}

/**
 * The similarity that brings `from` nearest to `to` in the least-squares sense (Umeyama 1991; in the plane it has this closed form).
 * Throws when all points of `from` coincide.
 */
export function fitSimilarity(from: Point[], to: Point[]): Similarity {
  const centreFrom = centre(from);
  const centreTo = centre(to);
  let dot = 0;
  let cross = 0;
  let spread = 0;
  for (const [i, source] of from.entries()) {
    const target = to[i] ?? centreTo;
    const x = source.x - centreFrom.x;
    const y = source.y - centreFrom.y;
    const u = target.x - centreTo.x;
    const v = target.y - centreTo.y;
    dot += x * u + y * v;
    cross += x * v - y * u;
    spread += x * x + y * y;
  }
  if (!(spread > 0)) throw new Error("the points to align coincide");
  const a = dot / spread;
  const b = cross / spread;
  return {
    a,
    b,
    tx: centreTo.x - a * centreFrom.x + b * centreFrom.y,
    ty: centreTo.y - b * centreFrom.x - a * centreFrom.y,
  };
}

export function apply(map: Similarity, point: Point): Point {
  return { x: map.a * point.x - map.b * point.y + map.tx, y: map.b * point.x + map.a * point.y + map.ty };
}

/** Undoes a similarity. */
export function invert(map: Similarity): Similarity {
  const scale = map.a * map.a + map.b * map.b;
  const a = map.a / scale;
  const b = -map.b / scale;
  return { a, b, tx: -(a * map.tx - b * map.ty), ty: -(b * map.tx + a * map.ty) };
}

/** Root mean square distance left between `map(from)` and `to`, in the units of `to`. */
export function residual(map: Similarity, from: Point[], to: Point[]): number {
  let sum = 0;
  for (const [i, source] of from.entries()) {
    const target = to[i] ?? source;
    const reached = apply(map, source);
    sum += (reached.x - target.x) ** 2 + (reached.y - target.y) ** 2;
  }
  return Math.sqrt(sum / from.length);
}

function centre(points: Point[]): Point {
  let x = 0;
  let y = 0;
  for (const point of points) {
    x += point.x;
    y += point.y;
  }
  return { x: x / points.length, y: y / points.length };
}
