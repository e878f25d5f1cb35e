/** What a file system may ask of a write past its cache: addresses, places and lengths in whole blocks of a disk. */
export const blockBytes = 4096;

/** Below this a write past the cache saves less than the two steps more that it takes. */
const worthwhileBytes = 64 * 1024;
const slotBytes = 8 * 1024 * 1024;
const slots = 8;

/** Of Node's own; its types leave it out. */
declare const WebAssembly: {
  Memory: new (size: { initial: number; maximum: number }) => { buffer: ArrayBuffer };
};

export interface DirectMemory {
  /** Memory for so many bytes and the rest of their last block, at an address the disk can take from; null when there is none. */
  take(bytes: number): Uint8Array | null;
  giveBack(memory: Uint8Array): void;
}

/**
 * Memory at the beginning of a page, which Node gives no other way: that of a WebAssembly instance is. Reserved, not used: a
 * slot costs what was ever written into it. Where the address should not be right after all, a write says so.
 */
export function directMemory(): DirectMemory {
  let free: Uint8Array[] | null = null;
  return {
    take: (bytes) => {
      if (bytes < worthwhileBytes || bytes > slotBytes) return null;
      free ??= allSlots();
      return free.pop() ?? null;
    },
    giveBack: (memory) => free?.push(memory),
  };
}

function allSlots(): Uint8Array[] {
  const pages = (slots * slotBytes) / 65_536;
  try {
    const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages });
    return Array.from({ length: slots }, (_, slot) => new Uint8Array(buffer, slot * slotBytes, slotBytes));
  } catch {
    // A process with little address space writes through the cache.
    return [];
  }
}
