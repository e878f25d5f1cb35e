import type { Bilingual, CellPicture, ReadingProblem } from "../types.ts";
import type { ReadLimits } from "./limits.ts";

/** A portrait, or why the picture cannot be one: its format, its bytes, or pixels that would flood whoever decodes it. */
export function pictureOf(
  bytes: Buffer,
  limits: Pick<ReadLimits, "pictureBytes" | "picturePixels">,
): CellPicture | "format" | "bytes" | "pixels" {
  const read = jpegSize(bytes) ?? pngSize(bytes);
  if (!read) return "format";
  if (bytes.length > limits.pictureBytes) return "bytes";
  if (read.width * read.height > limits.picturePixels) return "pixels";
  return { bytes: ownBytes(bytes), mediaType: read.mediaType };
}

/** Without the rest of a shared memory pool, so that they can be handed to another thread; copied only when they lie in one. */
function ownBytes(bytes: Buffer): Uint8Array {
  const whole = bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength;
  return whole ? new Uint8Array(bytes.buffer) : new Uint8Array(bytes);
}

interface PictureSize {
  width: number;
  height: number;
  mediaType: string;
}

/** Stated in the frame header (SOF0–SOF15 but for the three markers of tables); nothing is decoded. */
function jpegSize(bytes: Buffer): PictureSize | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
  for (let at = 2; at + 9 < bytes.length;) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff) return null;
    if (marker === 0xff) at += 1;
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return {
        width: bytes.readUInt16BE(at + 7),
        height: bytes.readUInt16BE(at + 5),
        mediaType: "image/jpeg",
      };
    else at += 2 + bytes.readUInt16BE(at + 2);
  }
  return null;
}

function pngSize(bytes: Buffer): PictureSize | null {
  if (bytes.length < 24 || bytes.readUInt32BE(0) !== 0x89504e47) return null;
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), mediaType: "image/png" };
}

const WHY = {
  format: { vi: "không phải JPEG hay PNG còn đọc được", en: "is no readable JPEG or PNG" },
  bytes: { vi: "quá nhiều byte", en: "has too many bytes" },
  pixels: { vi: "quá nhiều điểm ảnh", en: "has too many pixels" },
};

/** Why a whole file that is a picture is not taken. */
export function pictureWords(why: "format" | "bytes" | "pixels"): Bilingual {
  return { vi: `ảnh ${WHY[why].vi}`, en: `the picture ${WHY[why].en}` };
}

export function pictureNote(where: string, why: "format" | "bytes" | "pixels"): ReadingProblem {
  return {
    where,
    why: {
      vi: `Ảnh trong ô ${WHY[why].vi} nên không được dùng.`,
      en: `The picture in the cell ${WHY[why].en}, so it was not used.`,
    },
    fix: {
      vi: "Chèn lại ảnh chân dung JPEG hoặc PNG cỡ vừa (dưới 5 MB).",
      en: "Insert a portrait of moderate size (JPEG or PNG under 5 MB).",
    },
    severity: "note",
  };
}
