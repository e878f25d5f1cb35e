import type { CellPicture } from "../types.ts";

/** JPEG and PNG by their first bytes; other formats are not portraits anybody sends. */
export function pictureOf(bytes: Uint8Array, capBytes: number): CellPicture | null {
  if (bytes.length > capBytes) return null;
  if (bytes[0] === 0xff && bytes[1] === 0xd8)
    return { bytes: new Uint8Array(bytes), mediaType: "image/jpeg" };
  if (bytes[0] === 0x89 && bytes[1] === 0x50) return { bytes: new Uint8Array(bytes), mediaType: "image/png" };
  return null;
}
