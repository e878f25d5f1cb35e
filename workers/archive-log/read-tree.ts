import {
  consistencyRanges,
  emptyRoot,
  fold,
  inclusionRanges,
  rootOf,
  subtreesOf,
  type LeafRange,
  type Subtree,
  type SubtreeHash,
} from "../../services/evidence/merkle.ts";
import type { Db } from "../../db/client.ts";
import { storedNodes, type NodeRange } from "../../db/queries/log-tree.ts";

/** Reads of the stored tree: a handful of rows each, however large it has grown. */

const levelStep = 8;
const topLevel = 32;

export async function treeRoot(db: Db, size: number): Promise<Buffer> {
  if (size === 0) return emptyRoot;
  const [root] = await rootsOf(db, [{ begin: 0, end: size }]);
  return root as Buffer;
}

/** Inclusion proofs of leaves in the tree of `size`, in the order asked. */
export async function inclusionProofs(db: Db, indexes: readonly number[], size: number): Promise<Buffer[][]> {
  return proofs(
    db,
    indexes.map((index) => inclusionRanges(index, size)),
  );
}

/** Proofs that the trees of these sizes are beginnings of the tree of `size`. */
export async function consistencyProofs(db: Db, from: readonly number[], size: number): Promise<Buffer[][]> {
  return proofs(
    db,
    from.map((old) => (old === 0 ? [] : consistencyRanges(old, size))),
  );
}

async function proofs(db: Db, wanted: LeafRange[][]): Promise<Buffer[][]> {
  const ranges = new Map<string, LeafRange>(wanted.flat().map((range) => [key(range), range]));
  const roots = await rootsOf(db, [...ranges.values()]);
  const byRange = new Map([...ranges.keys()].map((name, index) => [name, roots[index] as Buffer]));
  return wanted.map((one) => one.map((range) => byRange.get(key(range)) as Buffer));
}

function key({ begin, end }: LeafRange): string {
  return `${begin}-${end}`;
}

async function rootsOf(db: Db, ranges: readonly LeafRange[]): Promise<Buffer[]> {
  const wanted = new Map<string, NodeRange>();
  for (const subtree of ranges.flatMap(subtreesOf)) {
    const stored = storedUnder(subtree);
    wanted.set(`${stored.level}/${stored.first}-${stored.last}`, stored);
  }
  const nodes = await storedNodes(db, [...wanted.values()]);
  const hashes = new Map(nodes.map(({ level, index, hash }) => [`${level}/${index}`, hash]));
  const folded = new Map<string, Buffer>();
  const hashOf: SubtreeHash = (subtree) => {
    const name = `${subtree.level}/${subtree.index}`;
    const known = folded.get(name) ?? fold(childrenOf(subtree, hashes));
    folded.set(name, known);
    return known;
  };
  return ranges.map((range) => rootOf(range, hashOf));
}

/** The stored nodes a whole subtree is folded from. */
function storedUnder({ level, index }: Subtree): NodeRange {
  const stored = Math.min(topLevel, level - (level % levelStep));
  const count = 2 ** (level - stored);
  return { level: stored, first: index * count, last: (index + 1) * count - 1 };
}

function childrenOf(subtree: Subtree, hashes: Map<string, Buffer>): Buffer[] {
  const { level, first, last } = storedUnder(subtree);
  return Array.from({ length: last - first + 1 }, (_, offset) => {
    const hash = hashes.get(`${level}/${first + offset}`);
    if (hash === undefined) throw new Error(`the log's tree lacks node ${first + offset} of level ${level}`);
    return hash;
  });
}
