import { Matrix, SVD } from "ml-matrix";
import { SisoError } from "../errors.ts";
import type { Point, SeatRef } from "../types.ts";

/** Where the face of a seat's sitter is in a picture. */
export interface SeatPoint {
  seat: SeatRef;
  x: number;
  y: number;
}

/** Seat plane (column, row) → picture, with how well it fits. */
export interface Homography {
  /** Row-major 3×3, last element free; maps (column, row, 1). */
  matrix: number[];
  /** Root mean square distance of the points it was fitted on, pixels. */
  residualPx: number;
  /** Covariance 9×9 of `matrix` (unit Frobenius norm), row-major, for one pixel of point noise. */
  covariance: number[];
  points: number;
}

/**
 * Least-squares projective fit of four or more seats marked in a picture: normalised DLT (Hartley, IEEE PAMI 19(6), 1997).
 * Throws `input-invalid` for fewer than four points, repeated seats, or three of four on one line.
 */
export function fitHomography(points: readonly SeatPoint[]): Homography {
  if (points.length < 4) throw degenerate(points.length);
  const plane = points.map(({ seat }) => ({ x: seat.column, y: seat.row }));
  const from = normaliser(plane);
  const to = normaliser(points);
  const design = designMatrix(
    plane.map((point) => from.apply(point)),
    points.map((point) => to.apply(point)),
  );
  const svd = new SVD(design, { autoTranspose: false, computeLeftSingularVectors: false });
  const values = svd.diagonal;
  // Rank 8 is needed: a vanishing eighth value means the points leave the fit undetermined.
  if ((values[7] ?? 0) < 1e-6 * (values[0] ?? 0)) throw degenerate(points.length);
  const vector = svd.rightSingularVectors.getColumn(8);
  const shape = new Matrix([vector.slice(0, 3), vector.slice(3, 6), vector.slice(6, 9)]);
  const full = to.inverse.mmul(shape).mmul(from.matrix);
  const matrix = unitNorm(full.to1DArray(), plane);
  const residualPx = rms(points.map((point) => distance(project(matrix, point.seat), point)));
  return { matrix, residualPx, covariance: covarianceOf(matrix, plane), points: points.length };
}

/** The picture point of a seat. */
export function project(matrix: readonly number[], seat: SeatRef): Point {
  const [a, b, c, d, e, f, g, h, i] = matrix as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const w = g * seat.column + h * seat.row + i;
  return { x: (a * seat.column + b * seat.row + c) / w, y: (d * seat.column + e * seat.row + f) / w };
}

/** The seat-plane position (fractions of seats) under a picture point. */
export function unproject(matrix: readonly number[], point: Point): { column: number; row: number } {
  const m = new Matrix([matrix.slice(0, 3), matrix.slice(3, 6), matrix.slice(6, 9)]);
  const inverse = adjugate(m);
  const [column, row, w] = inverse.mmul(Matrix.columnVector([point.x, point.y, 1])).to1DArray() as [
    number,
    number,
    number,
  ];
  return { column: column / w, row: row / w };
}

function adjugate(m: Matrix): Matrix {
  const at = (r: number, c: number): number => m.get(r % 3, c % 3);
  const cofactor = (r: number, c: number): number =>
    at(r + 1, c + 1) * at(r + 2, c + 2) - at(r + 1, c + 2) * at(r + 2, c + 1);
  return new Matrix([0, 1, 2].map((r) => [0, 1, 2].map((c) => cofactor(c, r))));
}

function designMatrix(plane: readonly Point[], picture: readonly Point[]): Matrix {
  const rows = plane.flatMap(({ x, y }, index) => {
    const { x: u, y: v } = picture[index] ?? { x: 0, y: 0 };
    return [
      [-x, -y, -1, 0, 0, 0, u * x, u * y, u],
      [0, 0, 0, -x, -y, -1, v * x, v * y, v],
    ];
  });
  // Nine rows at least, so that the decomposition has the ninth direction.
  while (rows.length < 9) rows.push([0, 0, 0, 0, 0, 0, 0, 0, 0]);
  return new Matrix(rows);
}

interface Normaliser {
  matrix: Matrix;
  inverse: Matrix;
  apply(point: Point): Point;
}

/** Centroid to the origin, mean distance √2. */
function normaliser(points: readonly Point[]): Normaliser {
  const cx = mean(points.map(({ x }) => x));
  const cy = mean(points.map(({ y }) => y));
  const spread = mean(points.map(({ x, y }) => Math.hypot(x - cx, y - cy)));
  if (spread < 1e-9) throw degenerate(points.length);
  const s = Math.SQRT2 / spread;
  return {
    matrix: new Matrix([
      [s, 0, -s * cx],
      [0, s, -s * cy],
      [0, 0, 1],
    ]),
    inverse: new Matrix([
      [1 / s, 0, cx],
      [0, 1 / s, cy],
      [0, 0, 1],
    ]),
    apply: ({ x, y }) => ({ x: s * (x - cx), y: s * (y - cy) }),
  };
}

/** Unit Frobenius norm, and the depth term positive at the points, so that equal fits compare equal. */
function unitNorm(matrix: number[], plane: readonly Point[]): number[] {
  const norm = Math.hypot(...matrix);
  const [g, h, i] = matrix.slice(6) as [number, number, number];
  const depth = plane.map(({ x, y }) => (g * x + h * y + i) / norm);
  const sign = (depth[0] ?? 1) < 0 ? -1 : 1;
  if (depth.some((value) => value * sign < 1e-9)) throw folded();
  return matrix.map((value) => (sign * value) / norm);
}

/**
 * First-order propagation of one pixel of noise in each coordinate. The overall scale of the matrix moves nothing, so any
 * generalised inverse serves; columns are brought to one size first because their natural sizes differ a thousandfold.
 */
function covarianceOf(matrix: readonly number[], plane: readonly Point[]): number[] {
  const rows = plane.flatMap(({ x, y }) => pixelGradient(matrix, x, y));
  const sizes = matrix.map((_, c) => Math.hypot(...rows.map((row) => row[c] ?? 0)));
  const scaled = rows.map((row) => row.map((value, c) => value / (sizes[c] ?? 1)));
  while (scaled.length < 9) scaled.push(matrix.map(() => 0));
  const svd = new SVD(new Matrix(scaled), { computeLeftSingularVectors: false });
  const inverse = svd.diagonal.map((value, i) => (i < 8 ? 1 / value ** 2 : 0));
  const v = svd.rightSingularVectors;
  const spread = v.mmul(Matrix.diag(inverse)).mmul(v.transpose());
  return spread
    .to2DArray()
    .flatMap((row, r) => row.map((value, c) => value / (sizes[r] ?? 1) / (sizes[c] ?? 1)));
}

/** d(u, v)/d(matrix) at a seat: two rows of nine. */
export function pixelGradient(matrix: readonly number[], column: number, row: number): number[][] {
  const { x: u, y: v } = project(matrix, { row, column });
  const w = (matrix[6] ?? 0) * column + (matrix[7] ?? 0) * row + (matrix[8] ?? 0);
  const p = [column / w, row / w, 1 / w];
  return [
    [...p, 0, 0, 0, ...p.map((value) => -u * value)],
    [0, 0, 0, ...p, ...p.map((value) => -v * value)],
  ];
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function rms(values: readonly number[]): number {
  return Math.sqrt(mean(values.map((value) => value * value)));
}

function degenerate(count: number): SisoError {
  return new SisoError("input-invalid", {
    vi: `Không xác định được vị trí các chỗ ngồi từ ${count} điểm đã đánh dấu: cần ít nhất 4 chỗ khác nhau, không có 3 chỗ thẳng hàng. Hãy đánh dấu thêm chỗ ở các góc phòng.`,
    en: `The seats cannot be placed from the ${count} marked point(s): mark at least 4 different seats, no 3 of them in line, best at the corners of the room.`,
  });
}

function folded(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Các điểm đã đánh dấu mâu thuẫn với nhau (mặt bằng bị gấp lại): có thể hai chỗ bị đánh dấu nhầm cho nhau. Hãy xem lại từng điểm.",
    en: "The marked points contradict each other (the floor folds over): two seats were probably swapped. Check each point.",
  });
}
