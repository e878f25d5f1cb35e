import sharp, { type OverlayOptions } from "sharp";
import type { Box } from "../../types.ts";

export interface CopyRequest {
  picture: Uint8Array;
  widthPx: number;
  heightPx: number;
  /** Drawn with a frame and left as they are. */
  shown: readonly Box[];
  /** Made unrecognisable. */
  hidden: readonly Box[];
  /** Written across the picture, so that a copy is never taken for the original. */
  watermark: string;
}

const copyWidthPx = 1280;
/** A face is hidden with its hair and chin. */
const margin = 0.35;

/** A derived picture to look at: smaller, watermarked, other people's faces made unrecognisable. It proves nothing. */
export async function derivedCopy(request: CopyRequest): Promise<Uint8Array> {
  const { picture, widthPx, heightPx } = request;
  const patches: OverlayOptions[] = [];
  for (const box of request.hidden) {
    const place = clipped(box, widthPx, heightPx);
    if (place === null) continue;
    // Eight cells across a head: nothing of a face is left, and unlike a blur nothing can be sharpened back.
    const cells = { width: 8, height: 10, fit: "fill" as const };
    const few = await sharp(picture).extract(place).resize(cells).png().toBuffer();
    const size = {
      width: place.width,
      height: place.height,
      fit: "fill" as const,
      kernel: "nearest" as const,
    };
    patches.push({ input: await sharp(few).resize(size).png().toBuffer(), left: place.left, top: place.top });
  }
  patches.push({ input: Buffer.from(overlay(request)), left: 0, top: 0 });
  const whole = await sharp(picture).composite(patches).jpeg({ quality: 90 }).toBuffer();
  return sharp(whole)
    .resize({ width: copyWidthPx, withoutEnlargement: true })
    .jpeg({ quality: 82 })
    .toBuffer();
}

function clipped(
  { x, y, width, height }: Box,
  widthPx: number,
  heightPx: number,
): { left: number; top: number; width: number; height: number } | null {
  const left = Math.max(0, Math.floor(x - margin * width));
  const top = Math.max(0, Math.floor(y - margin * height));
  const right = Math.min(widthPx, Math.ceil(x + (1 + margin) * width));
  const bottom = Math.min(heightPx, Math.ceil(y + (1 + margin) * height));
  return right > left && bottom > top ? { left, top, width: right - left, height: bottom - top } : null;
}

function overlay({ widthPx, heightPx, shown, watermark }: CopyRequest): string {
  const size = Math.round(widthPx / 44);
  const words = escaped(watermark);
  const rows = [0.22, 0.52, 0.82].map(
    (share) =>
      `<text x="50%" y="${Math.round(heightPx * share)}" text-anchor="middle" transform="rotate(-14 ${widthPx / 2} ${heightPx * share})" font-family="sans-serif" font-size="${size}" fill="#fff" fill-opacity=".38" stroke="#000" stroke-opacity=".28" stroke-width="1">${words}</text>`,
  );
  const frames = shown.map(
    ({ x, y, width, height }) =>
      `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="none" stroke="#2f9e44" stroke-width="${Math.max(3, widthPx / 480)}"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">${rows.join("")}${frames.join("")}</svg>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
