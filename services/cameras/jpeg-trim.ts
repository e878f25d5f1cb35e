/** What the markers of a JPEG say, without decoding a pixel. */
export type TrimmedJpeg =
  | {
      ok: true;
      /** From the start marker to the end marker, both included. */
      jpeg: Uint8Array;
      /** From the first start-of-scan to the end: what changes when the scene does, unlike a header with the time in it. */
      scan: Uint8Array;
      widthPx: number;
      heightPx: number;
    }
  | { ok: false; reason: "truncated" | "not-a-picture" };

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const NOT_A_PICTURE: TrimmedJpeg = { ok: false, reason: "not-a-picture" };
const TRUNCATED: TrimmedJpeg = { ok: false, reason: "truncated" };

/**
 * Walks the segments (ITU-T T.81, annex B) to the end marker of this picture: a thumbnail inside a segment is skipped, bytes
 * after the end are cut, a picture that stops before its end is `truncated`.
 */
export function trimJpeg(bytes: Uint8Array): TrimmedJpeg {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) return NOT_A_PICTURE;
  let at = 2;
  let size: { widthPx: number; heightPx: number } | null = null;
  let scanAt: number | null = null;
  while (at < bytes.length) {
    if (bytes[at] !== 0xff) return NOT_A_PICTURE;
    const marker = bytes[at + 1];
    if (marker === undefined) return TRUNCATED;
    // Any number of fill bytes may stand before a marker.
    if (marker === 0xff) at += 1;
    else if (marker === EOI) return finish(bytes, at + 2, scanAt, size);
    else if (isBare(marker)) at += 2;
    else {
      const length = uint16(bytes, at + 2);
      if (length === null) return TRUNCATED;
      if (length < 2) return NOT_A_PICTURE;
      if (at + 2 + length > bytes.length) return TRUNCATED;
      if (isFrame(marker)) size = frameSize(bytes, at) ?? size;
      if (marker === SOS) scanAt ??= at;
      at += 2 + length;
      if (marker === SOS) at = afterEntropy(bytes, at);
    }
  }
  return TRUNCATED;
}

function finish(
  bytes: Uint8Array,
  end: number,
  scanAt: number | null,
  size: { widthPx: number; heightPx: number } | null,
): TrimmedJpeg {
  if (scanAt === null || size === null || size.widthPx === 0 || size.heightPx === 0) return NOT_A_PICTURE;
  return { ok: true, jpeg: bytes.subarray(0, end), scan: bytes.subarray(scanAt, end), ...size };
}

/** The next marker after entropy-coded data: stuffed zeros and restart markers belong to the data. */
function afterEntropy(bytes: Uint8Array, from: number): number {
  let at = bytes.indexOf(0xff, from);
  while (at !== -1) {
    const next = bytes[at + 1];
    if (next !== undefined && next !== 0 && next !== 0xff && !isRestart(next)) return at;
    at = bytes.indexOf(0xff, at + 1);
  }
  return bytes.length;
}

function isRestart(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xd7;
}

/** Markers without a length: restart, TEM and a stray start. */
function isBare(marker: number): boolean {
  return isRestart(marker) || marker === 0x01 || marker === SOI || marker === 0;
}

/** SOF0…SOF15 but the three codes in between that mean tables. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function frameSize(bytes: Uint8Array, at: number): { widthPx: number; heightPx: number } | null {
  const heightPx = uint16(bytes, at + 5);
  const widthPx = uint16(bytes, at + 7);
  return heightPx === null || widthPx === null ? null : { widthPx, heightPx };
}

function uint16(bytes: Uint8Array, at: number): number | null {
  const [high, low] = [bytes[at], bytes[at + 1]];
  return high === undefined || low === undefined ? null : high * 256 + low;
}
