/** Of Node's own; its types leave it out. */
declare const WebAssembly: {
  Memory: new (size: { initial: number; maximum: number; shared: true }) => { buffer: SharedArrayBuffer };
};

/**
 * So many pieces of memory, each at the beginning of a page, which Node gives no other way: that of a WebAssembly instance is.
 * Threads share them. Reserved, not used: a piece costs what was ever written into it. None where a process has little address
 * space. Should an address not be right after all, a write says so.
 */
export function directMemory(pieces: number, bytes: number): Uint8Array[] {
  const pages = (pieces * bytes) / 65_536;
  try {
    const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    return Array.from({ length: pieces }, (_, piece) => new Uint8Array(buffer, piece * bytes, bytes));
  } catch {
    return [];
  }
}
