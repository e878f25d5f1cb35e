import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  consistencyRanges,
  emptyRoot,
  fold,
  inclusionRanges,
  leafHash,
  nodeHash,
  rootOf,
  type Subtree,
} from "./merkle.ts";

/** RFC 6962 by its definition: split at the largest power of two below the size. */
function definition(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 1) return leaves[0] as Buffer;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(definition(leaves.slice(0, split)), definition(leaves.slice(split)));
}

/** Verification as RFC 9162, 2.1.3.2, writes it: another algorithm than the one that made the proof. */
function rootByInclusion(index: number, size: number, leaf: Buffer, path: readonly Buffer[]): Buffer | null {
  let [fn, sn, hash] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (sn === 0) return null;
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(sibling, hash);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1];
    } else hash = nodeHash(hash, sibling);
    [fn, sn] = [fn >> 1, sn >> 1];
  }
  return sn === 0 ? hash : null;
}

/** RFC 9162, 2.1.4.2. */
function rootsByConsistency(
  from: number,
  size: number,
  old: Buffer,
  path: readonly Buffer[],
): Buffer[] | null {
  const whole = Number.isInteger(Math.log2(from)) ? [old, ...path] : [...path];
  let [fn, sn] = [from - 1, size - 1];
  while (fn % 2 === 1) [fn, sn] = [fn >> 1, sn >> 1];
  let fr = whole[0] as Buffer;
  let sr = fr;
  for (const hash of whole.slice(1)) {
    if (sn === 0) return null;
    if (fn % 2 === 1 || fn === sn) {
      [fr, sr] = [nodeHash(hash, fr), nodeHash(hash, sr)];
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1];
    } else sr = nodeHash(sr, hash);
    [fn, sn] = [fn >> 1, sn >> 1];
  }
  return sn === 0 ? [fr, sr] : null;
}

const leaves = Array.from({ length: 700 }, (_, index) => leafHash(`{"event":"test","n":${index}}`));
const hashOf = ({ level, index }: Subtree) =>
  fold(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level));
const sizes = fc.integer({ min: 1, max: leaves.length });

test("the known values of RFC 6962: the empty tree and the leaf of nothing", () => {
  expect(emptyRoot.toString("hex")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  expect(leafHash("").toString("hex")).toBe(
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  );
});

test("a root from stored subtrees is the root by definition, at every size", () => {
  fc.assert(
    fc.property(sizes, (size) => {
      expect(rootOf({ begin: 0, end: size }, hashOf)).toEqual(definition(leaves.slice(0, size)));
    }),
    { numRuns: 60 },
  );
});

test("every inclusion proof leads to the root, and no other leaf's does", () => {
  fc.assert(
    fc.property(sizes, fc.nat(), fc.nat(), (size, at, wrong) => {
      const index = at % size;
      const path = inclusionRanges(index, size).map((range) => rootOf(range, hashOf));
      const root = definition(leaves.slice(0, size));
      expect(rootByInclusion(index, size, leaves[index] as Buffer, path)).toEqual(root);
      const other = wrong % size;
      const reached = rootByInclusion(index, size, leaves[other] as Buffer, path);
      expect(reached?.equals(root)).toBe(other === index);
    }),
    { numRuns: 60 },
  );
});

test("every consistency proof leads from the old root to the new one", () => {
  fc.assert(
    fc.property(sizes, sizes, (a, b) => {
      const [from, size] = [Math.min(a, b), Math.max(a, b)];
      fc.pre(from < size);
      const path = consistencyRanges(from, size).map((range) => rootOf(range, hashOf));
      const old = definition(leaves.slice(0, from));
      expect(rootsByConsistency(from, size, old, path)).toEqual([old, definition(leaves.slice(0, size))]);
    }),
    { numRuns: 60 },
  );
  expect(consistencyRanges(5, 5)).toEqual([]);
});
