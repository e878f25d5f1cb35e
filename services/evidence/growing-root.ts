import { emptyRoot, nodeHash } from "./merkle.ts";

/** Root of a tree that only grows, in O(log n) memory: one hash for each whole subtree on its right edge. */
export interface GrowingRoot {
  readonly size: number;
  add(leaf: Buffer): void;
  root(): Buffer;
}

export function growingRoot(): GrowingRoot {
  const edge: { level: number; hash: Buffer }[] = [];
  let size = 0;
  return {
    get size() {
      return size;
    },
    add: (leaf) => {
      let node = { level: 0, hash: leaf };
      while (edge.at(-1)?.level === node.level) {
        const left = edge.pop() as typeof node;
        node = { level: node.level + 1, hash: nodeHash(left.hash, node.hash) };
      }
      edge.push(node);
      size += 1;
    },
    root: () => {
      const hashes = edge.map(({ hash }) => hash);
      const last = hashes.pop();
      return last === undefined
        ? emptyRoot
        : hashes.reduceRight((right, left) => nodeHash(left, right), last);
    },
  };
}
