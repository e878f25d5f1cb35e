/** Memory that threads share. Used again and again: making and zeroing a fresh one costs as long as encrypting into it. */
export interface SharedBuffers {
  /** Of exactly so many bytes, with whatever was in them before. */
  take(bytes: number): Uint8Array;
  giveBack(buffer: Uint8Array): void;
}

const step = 256 * 1024;
/** The bursts of two cameras; what more is wanted at once is made and let go. */
const mostKept = 6;

export function sharedBuffers(): SharedBuffers {
  const free: ArrayBufferLike[] = [];
  return {
    take: (bytes) => {
      const wanted = Math.ceil(bytes / step) * step;
      const at = free.findIndex(({ byteLength }) => byteLength >= wanted && byteLength <= 2 * wanted);
      const memory = at < 0 ? new SharedArrayBuffer(wanted) : free.splice(at, 1)[0];
      return new Uint8Array(memory as SharedArrayBuffer, 0, bytes);
    },
    giveBack: ({ buffer }) => {
      free.push(buffer);
      if (free.length > mostKept) free.shift();
    },
  };
}
