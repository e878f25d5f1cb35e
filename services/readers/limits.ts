/** What one uploaded file may cost. A 500-row roster with portraits stays far below each of these. */
export interface ReadLimits {
  fileBytes: number;
  /** Parts in the zip. */
  entries: number;
  /** Unpacked bytes of one part, counted while streaming: the size in the zip's directory can lie. */
  entryBytes: number;
  unpackedBytes: number;
  /** Unpacked ÷ packed of one part, looked at once it exceeds `ratioFloorBytes`; Office XML stays below 40. */
  ratio: number;
  ratioFloorBytes: number;
  rows: number;
  columns: number;
  cells: number;
  /** Of a PDF. */
  pages: number;
  pictureBytes: number;
  /** Width × height stated by a picture; a whole class photo of a good camera has 24 million. */
  picturePixels: number;
  /** The whole reading, in the worker thread. */
  milliseconds: number;
  /** Heap of the worker thread. */
  heapMegabytes: number;
}

export const READ_LIMITS: ReadLimits = {
  fileBytes: 40 << 20,
  entries: 2_000,
  entryBytes: 32 << 20,
  unpackedBytes: 80 << 20,
  ratio: 120,
  ratioFloorBytes: 1 << 20,
  rows: 5_000,
  columns: 1_000,
  cells: 100_000,
  pages: 50,
  pictureBytes: 5 << 20,
  picturePixels: 40_000_000,
  milliseconds: 20_000,
  heapMegabytes: 256,
};
