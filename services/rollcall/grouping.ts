/**
 * Groups items by joining the closest pairs first (single pass over all pairs, closest first), never putting two
 * `exclusive` items into one group. Items must come in a canonical order: it breaks ties, so equal input gives equal groups.
 * @param affinity higher is closer; `-Infinity` never joins.
 */
export function groupGreedily<T>(
  items: readonly T[],
  affinity: (left: T, right: T) => number,
  exclusive: (left: T, right: T) => boolean,
): T[][] {
  const pairs: { left: number; right: number; value: number }[] = [];
  for (const [left, a] of items.entries()) {
    for (const [offset, b] of items.slice(left + 1).entries()) {
      if (exclusive(a, b)) continue;
      const value = affinity(a, b);
      if (value > Number.NEGATIVE_INFINITY) pairs.push({ left, right: left + 1 + offset, value });
    }
  }
  pairs.sort((p, q) => q.value - p.value || p.left - q.left || p.right - q.right);
  const groupOf = items.map((_, index) => index);
  const members = items.map((_, index) => [index]);
  for (const { left, right } of pairs) {
    const into = groupOf[left] ?? 0;
    const from = groupOf[right] ?? 0;
    if (into === from || clash(members[into] ?? [], members[from] ?? [], items, exclusive)) continue;
    for (const index of members[from] ?? []) groupOf[index] = into;
    members[into] = [...(members[into] ?? []), ...(members[from] ?? [])];
    members[from] = [];
  }
  return members
    .filter((group) => group.length > 0)
    .map((group) => group.sort((a, b) => a - b).flatMap((index) => items[index] ?? []));
}

function clash<T>(
  left: readonly number[],
  right: readonly number[],
  items: readonly T[],
  exclusive: (left: T, right: T) => boolean,
): boolean {
  return left.some((i) =>
    right.some((j) => {
      const a = items[i];
      const b = items[j];
      return a !== undefined && b !== undefined && exclusive(a, b);
    }),
  );
}
