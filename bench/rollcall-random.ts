import { createHash } from "node:crypto";

/** A repeatable generator; the same name gives the same numbers. */
export interface SeededRandom {
  /** 0 ≤ value < 1. */
  next(): number;
  gauss(): number;
  below(limit: number): number;
  shuffle<T>(items: readonly T[]): T[];
  pick<T>(items: readonly T[]): T;
}

function turn(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** xoshiro128** (Blackman & Vigna 2018), seeded by SHA-256 of the name. */
export function seededRandom(name: string): SeededRandom {
  const digest = createHash("sha256").update(name).digest();
  const state = new Uint32Array([0, 4, 8, 12].map((at) => digest.readUInt32LE(at)));
  const next = (): number => {
    const [a = 0, b = 0, c = 0, d = 0] = state;
    const result = Math.imul(turn(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    const c1 = c ^ a;
    const d1 = d ^ b;
    state[1] = b ^ c1;
    state[0] = a ^ d1;
    state[2] = c1 ^ shifted;
    state[3] = turn(d1, 11);
    return result / 4294967296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    gauss: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    shuffle(items) {
      const result = [...items];
      for (let i = result.length - 1; i > 0; i--) {
        const j = below(i + 1);
        const kept = result[i];
        result[i] = result[j] as (typeof result)[number];
        result[j] = kept as (typeof result)[number];
      }
      return result;
    },
    pick(items) {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError("nothing to pick from");
      return item;
    },
  };
}
