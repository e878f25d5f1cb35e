const lowest = "00000000-0000-0000-0000-000000000000";

/** The ids that begin so, as a range an index can read; null when none can. */
export function idsBeginning(start: string): { from: string; to: string } | null {
  const typed = start.toLowerCase();
  const shape = lowest.slice(0, typed.length);
  if (typed.replaceAll(/[0-9a-f]/g, "0") !== shape) return null;
  const rest = lowest.slice(typed.length);
  return { from: typed + rest, to: typed + rest.replaceAll("0", "f") };
}
