/**
 * Works through items in order, at most `lanes` at a time. While one lane waits for its model run, another prepares its next
 * input on this thread, so neither the cores nor this thread idle.
 */
export async function inLanes<T>(
  items: T[],
  lanes: number,
  work: (item: T, lane: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (number: number): Promise<void> => {
    while (next < items.length) {
      const item = items[next] as T;
      next += 1;
      await work(item, number);
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, (_, number) => lane(number)));
}

/** Cuts a list into batches of at most `size`, remembering where each began. */
export function batchesOf<T>(items: T[], size: number): { start: number; batch: T[] }[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => ({
    start: i * size,
    batch: items.slice(i * size, (i + 1) * size),
  }));
}
