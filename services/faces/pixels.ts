import sharp from "sharp";
import { SisoError } from "../errors.ts";

/** A decoded picture: interleaved 8-bit RGB, upright. */
export interface Pixels {
  data: Uint8Array;
  widthPx: number;
  heightPx: number;
}

export interface PictureLimits {
  maxBytes: number;
  maxPixels: number;
}

/** Twice an 8K frame, and more than any such JPEG weighs. */
export const defaultLimits: PictureLimits = { maxBytes: 40_000_000, maxPixels: 66_400_000 };

/** Throws `file-unreadable` for anything that is not a whole picture within the limits. */
export async function decodePixels(picture: Uint8Array, limits: PictureLimits): Promise<Pixels> {
  if (picture.length > limits.maxBytes)
    throw unreadable(
      `ảnh nặng ${picture.length} byte, quá giới hạn ${limits.maxBytes} byte`,
      `the picture weighs ${picture.length} bytes, over the limit of ${limits.maxBytes}`,
    );
  try {
    const { data, info } = await sharp(picture, { limitInputPixels: limits.maxPixels, failOn: "error" })
      .autoOrient()
      .toColourspace("srgb")
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { data, widthPx: info.width, heightPx: info.height };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw unreadable(`không giải mã được ảnh (${why})`, `the picture cannot be decoded (${why})`, cause);
  }
}

function unreadable(vi: string, en: string, cause?: unknown): SisoError {
  return new SisoError(
    "file-unreadable",
    { vi: `Ảnh không đọc được: ${vi}.`, en: `Unreadable picture: ${en}.` },
    cause,
  );
}
