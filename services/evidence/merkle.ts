import { createHash } from "node:crypto";

/** RFC 6962 hash tree over the log's lines. Hashes are 32 bytes; sizes and indexes are below 2^53. */

/** Leaves `begin` … `end - 1`. */
export interface LeafRange {
  begin: number;
  end: number;
}

/** The whole subtree over leaves `index · 2^level` … `(index + 1) · 2^level - 1`. */
export interface Subtree {
  level: number;
  index: number;
}

/** Gives the root of a whole subtree. */
export type SubtreeHash = (subtree: Subtree) => Buffer;

export function leafHash(line: string): Buffer {
  return createHash("sha256").update(Buffer.of(0)).update(line, "utf8").digest();
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash("sha256").update(Buffer.of(1)).update(left).update(right).digest();
}

/** What a leaf's inclusion proof is made of, bottom first (RFC 6962, 2.1.1): the root of each range. */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  const ranges: LeafRange[] = [];
  let begin = 0;
  let end = size;
  while (end - begin > 1) {
    const middle = begin + splitOf(end - begin);
    const left = index < middle;
    ranges.push(left ? { begin: middle, end } : { begin, end: middle });
    if (left) end = middle;
    else begin = middle;
  }
  return ranges.reverse();
}

/** What proves that the first `from` of `size` leaves were not changed (RFC 6962, 2.1.2). `0 < from ≤ size`. */
export function consistencyRanges(from: number, size: number): LeafRange[] {
  const ranges: LeafRange[] = [];
  let begin = 0;
  let end = size;
  while (end > from) {
    const middle = begin + splitOf(end - begin);
    const left = from <= middle;
    ranges.push(left ? { begin: middle, end } : { begin, end: middle });
    if (left) end = middle;
    else begin = middle;
  }
  // The old tree's own root need not be told.
  if (begin > 0) ranges.push({ begin, end });
  return ranges.reverse();
}

/** Whole subtrees a range falls into, left to right; `begin` is a multiple of every one of their sizes. */
export function subtreesOf({ begin, end }: LeafRange): Subtree[] {
  const subtrees: Subtree[] = [];
  let at = begin;
  while (at < end) {
    const level = Math.floor(Math.log2(end - at));
    subtrees.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return subtrees;
}

/** Root of a range of at least one leaf. */
export function rootOf(range: LeafRange, hashOf: SubtreeHash): Buffer {
  const hashes = subtreesOf(range).map(hashOf);
  const last = hashes.pop();
  if (last === undefined) throw new RangeError("a tree without leaves has no subtrees");
  return hashes.reduceRight((right, left) => nodeHash(left, right), last);
}

/** Root of 2^k hashes of equal level. */
export function fold(hashes: readonly Buffer[]): Buffer {
  let row = hashes;
  while (row.length > 1) {
    const above: Buffer[] = [];
    for (let i = 0; i + 1 < row.length; i += 2) above.push(nodeHash(row[i] as Buffer, row[i + 1] as Buffer));
    row = above;
  }
  return row[0] as Buffer;
}

/** Root of the tree without leaves. */
export const emptyRoot: Buffer = createHash("sha256").digest();

/** The largest power of two below `count`. */
function splitOf(count: number): number {
  return 2 ** Math.ceil(Math.log2(count) - 1);
}
