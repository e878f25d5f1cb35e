/** Part of every mark's decision version. */
export const pairingConstants = {
  MAX_PASSES: 500,
  TOLERANCE: 1e-9,
  /** Beyond it a pair is certain, and its weight still a number. */
  MOST_LOG_WEIGHT: 60,
};
const { MAX_PASSES, TOLERANCE, MOST_LOG_WEIGHT } = pairingConstants;

/**
 * Marginal probabilities of a one-to-one pairing in which rows and columns may stay alone, by belief propagation
 * (Williams & Lau, IEEE Trans. Aerospace 50(4), 2014: converges, and is close to the exact permanent).
 * `logWeight[row][column]` is the log weight of the pair against both staying alone.
 * @returns probability of each pair; what a row lacks to 1 is the probability that it stays alone.
 */
export function pairMarginals(logWeight: readonly (readonly number[])[]): number[][] {
  const weight = logWeight.map((row) =>
    row.map((value) => Math.exp(Math.min(Math.max(value, -MOST_LOG_WEIGHT), MOST_LOG_WEIGHT))),
  );
  const columns = weight[0]?.length ?? 0;
  let fromColumn = weight.map((row) => row.map(() => 1));
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const fromRow = weight.map((row, r) => rowMessages(row, fromColumn[r] ?? []));
    const next = columnMessages(fromRow, columns);
    const moved = largestMove(fromColumn, next);
    fromColumn = next;
    if (moved < TOLERANCE) break;
  }
  return weight.map((row, r) => {
    const terms = row.map((value, c) => value * (fromColumn[r]?.[c] ?? 0));
    const total = 1 + terms.reduce((sum, term) => sum + term, 0);
    return terms.map((term) => term / total);
  });
}

function rowMessages(weights: readonly number[], fromColumn: readonly number[]): number[] {
  const others = sumOfOthers(weights.map((value, c) => value * (fromColumn[c] ?? 0)));
  return weights.map((value, c) => value / (1 + (others[c] ?? 0)));
}

function columnMessages(fromRow: readonly (readonly number[])[], columns: number): number[][] {
  const others = Array.from({ length: columns }, (_, c) => sumOfOthers(fromRow.map((row) => row[c] ?? 0)));
  return fromRow.map((row, r) => row.map((_, c) => 1 / (1 + (others[c]?.[r] ?? 0))));
}

/** For each term the sum of all the others, without the cancellation that total minus term suffers. */
function sumOfOthers(terms: readonly number[]): number[] {
  const others = terms.map(() => 0);
  let before = 0;
  for (const [i, term] of terms.entries()) {
    others[i] = before;
    before += term;
  }
  let after = 0;
  for (let i = terms.length - 1; i >= 0; i--) {
    others[i] = (others[i] ?? 0) + after;
    after += terms[i] ?? 0;
  }
  return others;
}

function largestMove(before: readonly (readonly number[])[], after: readonly (readonly number[])[]): number {
  let largest = 0;
  for (const [r, row] of after.entries()) {
    for (const [c, value] of row.entries())
      largest = Math.max(largest, Math.abs(value - (before[r]?.[c] ?? 0)));
  }
  return largest;
}
