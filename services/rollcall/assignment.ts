/**
 * The best one-to-one pairing: maximises the sum of `gain` over chosen pairs, each row and each column used at most
 * once, a pair only when its gain is above zero (otherwise "nobody"). Shortest augmenting paths (Jonker & Volgenant,
 * Computing 38, 1987) on the matrix widened by one "nobody" column per row; O(rows² · columns).
 * @returns for each row its column, or -1. Ties go to the lower column.
 */
export function bestAssignment(gain: readonly (readonly number[])[]): number[] {
  const rows = gain.length;
  const columns = gain[0]?.length ?? 0;
  const width = columns + rows;
  const cost = (row: number, column: number): number => {
    if (column >= columns) return column - columns === row ? 0 : Number.POSITIVE_INFINITY;
    const value = gain[row]?.[column] ?? 0;
    return value > 0 ? -value : Number.POSITIVE_INFINITY;
  };
  const rowOf = augmentAll(rows, width, cost);
  const columnOf = Array.from({ length: rows }, () => -1);
  for (let column = 0; column < columns; column++) {
    const row = rowOf[column + 1] ?? 0;
    if (row > 0) columnOf[row - 1] = column;
  }
  return columnOf;
}

/** 1-based potentials and paths; index 0 is the row being placed. */
function augmentAll(rows: number, width: number, cost: (row: number, column: number) => number): number[] {
  const rowPotential = new Float64Array(rows + 1);
  const columnPotential = new Float64Array(width + 1);
  const rowOf: number[] = Array.from({ length: width + 1 }, () => 0);
  for (let row = 1; row <= rows; row++) {
    rowOf[0] = row;
    const previous = new Int32Array(width + 1);
    const least = new Float64Array(width + 1).fill(Number.POSITIVE_INFINITY);
    const used = new Uint8Array(width + 1);
    let at = 0;
    while (rowOf[at] !== 0) {
      used[at] = 1;
      const current = rowOf[at] ?? 0;
      let step = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let column = 1; column <= width; column++) {
        if (used[column] === 1) continue;
        const reduced =
          cost(current - 1, column - 1) - (rowPotential[current] ?? 0) - (columnPotential[column] ?? 0);
        if (reduced < (least[column] ?? 0)) {
          least[column] = reduced;
          previous[column] = at;
        }
        if ((least[column] ?? 0) < step) {
          step = least[column] ?? 0;
          next = column;
        }
      }
      for (let column = 0; column <= width; column++) {
        if (used[column] === 1) {
          rowPotential[rowOf[column] ?? 0] = (rowPotential[rowOf[column] ?? 0] ?? 0) + step;
          columnPotential[column] = (columnPotential[column] ?? 0) - step;
        } else least[column] = (least[column] ?? 0) - step;
      }
      at = next;
    }
    while (at !== 0) {
      const from = previous[at] ?? 0;
      rowOf[at] = rowOf[from] ?? 0;
      at = from;
    }
  }
  return rowOf;
}
