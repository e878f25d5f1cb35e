import { createHash } from "node:crypto";
import sharp from "sharp";
import { GapError } from "./gap-error.ts";
import { trimJpeg } from "./jpeg-trim.ts";
import type { TrimmedJpeg } from "./jpeg-trim.ts";

/** Caps checked before a pixel is decoded: a camera is untrusted input too (ASVS 5.2.6). */
export interface PictureLimits {
  maxBytes: number;
  maxPixels: number;
}

export interface CheckedPicture {
  jpeg: Uint8Array;
  widthPx: number;
  heightPx: number;
  /** Hex SHA-256 of the whole picture. */
  sha256: string;
  /** Hex SHA-256 of the scan alone: a frozen camera still writes the time into the header. */
  scanSha256: string;
}

/**
 * Grey levels of 255 below which a picture shows nothing. Averaged down to 160 px, sensor noise of a covered lens falls below one
 * level, while the dimmest room with a door in it stays well above.
 */
const FLAT_DEVIATION = 2;
const SAMPLE_WIDTH_PX = 160;

/** Throws `GapError`: too-large, not-a-picture, truncated, grey. Bytes after the end marker are cut, not held against it. */
export async function checkPicture(bytes: Uint8Array, limits: PictureLimits): Promise<CheckedPicture> {
  if (bytes.length > limits.maxBytes) throw new GapError("too-large", `${bytes.length} bytes`);
  const cut = trimJpeg(bytes);
  if (!cut.ok) throw new GapError(cut.reason, `${bytes.length} bytes, starting ${startOf(bytes)}`);
  if (cut.widthPx * cut.heightPx > limits.maxPixels) {
    throw new GapError("too-large", `${cut.widthPx} × ${cut.heightPx} px`);
  }
  const deviation = await greyDeviation(cut, limits.maxPixels);
  if (deviation < FLAT_DEVIATION)
    throw new GapError("grey", `grey levels vary by ${deviation.toFixed(2)} only`);
  return {
    jpeg: cut.jpeg,
    widthPx: cut.widthPx,
    heightPx: cut.heightPx,
    sha256: sha256(cut.jpeg),
    scanSha256: sha256(cut.scan),
  };
}

async function greyDeviation(cut: TrimmedJpeg & { ok: true }, maxPixels: number): Promise<number> {
  const samples = await decodeSmall(cut.jpeg, maxPixels, "warning").catch((error: unknown) => {
    const words = error instanceof Error ? error.message : String(error);
    // A harmless habit of some encoders; everything else libjpeg complains of has damaged the picture.
    if (/extraneous bytes/iu.test(words) && !/premature|corrupt JPEG data: bad/iu.test(words)) {
      return decodeSmall(cut.jpeg, maxPixels, "error");
    }
    throw new GapError(
      /premature|end of (input|file|data)/iu.test(words) ? "truncated" : "not-a-picture",
      words,
    );
  });
  const mean = samples.reduce((sum, value) => sum + value, 0) / samples.length;
  const variance = samples.reduce((sum, value) => sum + (value - mean) ** 2, 0) / samples.length;
  return Math.sqrt(variance);
}

/** Decodes every coefficient (so damage shows) but only an eighth of the pixels. */
async function decodeSmall(
  jpeg: Uint8Array,
  maxPixels: number,
  failOn: "warning" | "error",
): Promise<Buffer> {
  return sharp(jpeg, { failOn, limitInputPixels: maxPixels })
    .resize({ width: SAMPLE_WIDTH_PX })
    .greyscale()
    .raw()
    .toBuffer();
}

function startOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 4)).toString("hex") || "(nothing)";
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
