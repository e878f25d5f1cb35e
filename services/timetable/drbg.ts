import { createHmac } from "node:crypto";
import { SisoError } from "../errors.ts";

export const seedBytes = 32;

/** Draws `0 ≤ n < bound`, uniform to within 2⁻¹²⁸. */
export type Draw = (bound: bigint) => bigint;

/**
 * HMAC-SHA-256 in counter mode: block i = HMAC(seed, label ‖ 0x00 ‖ i as 4 bytes, big-endian). The blocks of one draw, 128 bits
 * longer than the bound, are read as one big-endian number and reduced: no rejection, so an auditor recomputes it in a few lines.
 * Throws `input-invalid` unless the seed is 32 bytes.
 */
export function drawsFrom(seed: Uint8Array, label: string): Draw {
  if (seed.length !== seedBytes) throw wrongSeed(seed.length);
  let counter = 0;
  return (bound) => {
    const bits = bound.toString(2).length + 128;
    const hex = Array.from({ length: Math.ceil(bits / 256) }, () => block(seed, label, counter++)).join("");
    return BigInt(`0x${hex}`) % bound;
  };
}

function block(seed: Uint8Array, label: string, counter: number): string {
  const index = Buffer.alloc(5);
  index.writeUInt32BE(counter, 1);
  return createHmac("sha256", seed).update(label, "utf8").update(index).digest("hex");
}

function wrongSeed(length: number): SisoError {
  return new SisoError("input-invalid", {
    vi: `Hạt giống của kế hoạch điểm danh dài ${length} byte, cần đúng ${seedBytes} byte ngẫu nhiên an toàn.`,
    en: `The capture plan's seed is ${length} bytes, exactly ${seedBytes} secure random bytes are needed.`,
  });
}
