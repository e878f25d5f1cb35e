/** Memory that is used again and again: the pages of a fresh 1.5 MB cost as long as encrypting into it. */
export interface KeptBuffers {
  /** Of exactly so many bytes, with whatever was in them before. */
  take(bytes: number): Uint8Array<ArrayBuffer>;
  giveBack(buffer: Uint8Array<ArrayBuffer>): void;
}

const step = 256 * 1024;
/** The bursts of two cameras; what more is wanted at once is made and let go. */
const mostKept = 6;

export function keptBuffers(): KeptBuffers {
  const free: ArrayBuffer[] = [];
  return {
    take: (bytes) => {
      const wanted = Math.ceil(bytes / step) * step;
      const at = free.findIndex(({ byteLength }) => byteLength >= wanted && byteLength <= 2 * wanted);
      const memory = at < 0 ? undefined : free.splice(at, 1)[0];
      return new Uint8Array(memory ?? new ArrayBuffer(wanted), 0, bytes);
    },
    giveBack: ({ buffer }) => {
      free.push(buffer);
      if (free.length > mostKept) free.shift();
    },
  };
}
