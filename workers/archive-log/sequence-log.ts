import { leafHash, fold } from "../../services/evidence/merkle.ts";
import type { Db } from "../../db/client.ts";
import {
  addLeaves,
  addNodes,
  lockTree,
  pendingLines,
  storedNodes,
  treeSize,
  type TreeNode,
} from "../../db/queries/log-tree.ts";

/** Lines in one transaction: large enough to be quick, small enough not to hold the lock for long. */
const batchLines = 5_000;
const levelStep = 8;
/** Children of a stored node. */
const width = 2 ** levelStep;
const topLevel = 32;

/** Gives every committed line its place in the tree; returns the tree's size. Safe to run twice at once. */
export async function sequenceLog(db: Db): Promise<number> {
  for (;;) {
    const { size, more } = await db.transaction().execute(async (trx) => {
      await lockTree(trx);
      const from = await treeSize(trx);
      const lines = await pendingLines(trx, batchLines);
      if (lines.length === 0) return { size: from, more: false };
      const leaves = lines.map(({ seq, line }, offset) => ({
        seq,
        leafIndex: from + offset,
        hash: leafHash(line),
      }));
      await addLeaves(trx, leaves);
      const nodes = leaves.map(({ leafIndex, hash }) => ({ level: 0, index: leafIndex, hash }));
      await addNodes(trx, await completedNodes(trx, nodes));
      return { size: from + lines.length, more: lines.length === batchLines };
    });
    if (!more) return size;
  }
}

/** Stored nodes that these new leaves complete, on every level. */
async function completedNodes(db: Db, leaves: TreeNode[]): Promise<TreeNode[]> {
  const completed: TreeNode[] = [];
  let below = leaves;
  for (let level = levelStep; level <= topLevel && below.length > 0; level += levelStep) {
    below = await parentsOf(db, below, level);
    completed.push(...below);
  }
  return completed;
}

/** `children` are consecutive and newly added; their elder siblings are read. */
async function parentsOf(db: Db, children: TreeNode[], level: number): Promise<TreeNode[]> {
  const begin = children[0]?.index ?? 0;
  const end = begin + children.length;
  const first = Math.floor(begin / width);
  const count = Math.floor(end / width) - first;
  if (count <= 0) return [];
  const elder =
    begin > first * width
      ? await storedNodes(db, [{ level: level - levelStep, first: first * width, last: begin - 1 }])
      : [];
  const row = [...elder.toSorted((a, b) => a.index - b.index), ...children].map(({ hash }) => hash);
  return Array.from({ length: count }, (_, offset) => ({
    level,
    index: first + offset,
    hash: fold(row.slice(offset * width, (offset + 1) * width)),
  }));
}
