import sharp, { type OverlayOptions } from "sharp";
import type { Box } from "../../types.ts";

export interface CopyRequest {
  picture: Uint8Array;
  widthPx: number;
  heightPx: number;
  /** Drawn with a frame. */
  shown: readonly Box[];
  /** Drawn with a dashed outline: where somebody should sit. */
  outlined?: readonly Box[];
  /**
   * What of a picture about one person stays to be seen: these, and of them not the faces in `hidden`. All else is made
   * unrecognisable, because a small or turned head that no detector finds is somebody's too. Null shows all of it.
   */
  clear: readonly Box[] | null;
  /** Faces of others. */
  hidden: readonly Box[];
  /** Written across the picture, so that a copy is never taken for the original. */
  watermark: string;
}

const copyWidthPx = 1280;
/** A face is hidden, or shown, with its hair and chin. */
const margin = 0.35;
/** So many cells across a picture: with rooms of nine columns and more a head is two or three of them. */
const cellsAcross = 60;
/** A near face is never more cells wide than this. */
const cellsOfFace = 4;

interface Place {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A derived picture to look at: smaller, watermarked, other people made unrecognisable. It proves nothing. */
export async function derivedCopy(request: CopyRequest): Promise<Uint8Array> {
  const { clear, hidden } = request;
  const { data, info } = await sharp(request.picture)
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const picture: Pixels = { data, raw: { width, height, channels } };
  const places = (boxes: readonly Box[]) => boxes.flatMap((box) => clipped(box, width, height) ?? []);
  const patches: OverlayOptions[] = [];
  if (clear !== null) {
    const whole = { left: 0, top: 0, width, height };
    patches.push(await mosaic(picture, whole, cellPx(width, hidden)));
    for (const place of places(clear)) {
      const own = await sharp(data, picture).extract(place).raw().toBuffer();
      patches.push(patch(own, place, picture));
    }
  }
  for (const place of places(hidden)) patches.push(await mosaic(picture, place, place.width / cellsOfFace));
  patches.push({
    input: Buffer.from(overlay({ ...request, widthPx: width, heightPx: height })),
    left: 0,
    top: 0,
  });
  const marked = await sharp(data, picture).composite(patches).removeAlpha().raw().toBuffer();
  return sharp(marked, picture)
    .resize({ width: copyWidthPx, withoutEnlargement: true })
    .jpeg({ quality: 82 })
    .toBuffer();
}

/** Decoded once: every patch is cut from these. */
interface Pixels {
  data: Buffer;
  raw: { width: number; height: number; channels: 1 | 2 | 3 | 4 };
}

/** Few flat cells: nothing of a face is left, and unlike a blur nothing can be sharpened back. */
async function mosaic(picture: Pixels, place: Place, cell: number): Promise<OverlayOptions> {
  const { channels } = picture.raw;
  const few = {
    width: Math.max(1, Math.round(place.width / cell)),
    height: Math.max(1, Math.round(place.height / cell)),
  };
  const cells = await sharp(picture.data, picture)
    .extract(place)
    .resize({ ...few, fit: "fill" })
    .raw()
    .toBuffer();
  const { width, height } = place;
  const flat = await sharp(cells, { raw: { ...few, channels } })
    .resize({ width, height, fit: "fill", kernel: "nearest" })
    .raw()
    .toBuffer();
  return patch(flat, place, picture);
}

function patch(input: Buffer, { left, top, width, height }: Place, { raw }: Pixels): OverlayOptions {
  return { input, raw: { width, height, channels: raw.channels }, left, top };
}

function cellPx(widthPx: number, faces: readonly Box[]): number {
  const widest = Math.max(0, ...faces.map(({ width }) => width * (1 + 2 * margin)));
  return Math.max(widthPx / cellsAcross, widest / cellsOfFace);
}

function clipped({ x, y, width, height }: Box, widthPx: number, heightPx: number): Place | null {
  const left = Math.max(0, Math.floor(x - margin * width));
  const top = Math.max(0, Math.floor(y - margin * height));
  const right = Math.min(widthPx, Math.ceil(x + (1 + margin) * width));
  const bottom = Math.min(heightPx, Math.ceil(y + (1 + margin) * height));
  return right > left && bottom > top ? { left, top, width: right - left, height: bottom - top } : null;
}

function overlay({ widthPx, heightPx, shown, outlined = [], watermark }: CopyRequest): string {
  const size = Math.round(widthPx / 44);
  const words = escaped(watermark);
  const rows = [0.22, 0.52, 0.82].map(
    (share) =>
      `<text x="50%" y="${Math.round(heightPx * share)}" text-anchor="middle" transform="rotate(-14 ${widthPx / 2} ${heightPx * share})" font-family="sans-serif" font-size="${size}" fill="#fff" fill-opacity=".38" stroke="#000" stroke-opacity=".28" stroke-width="1">${words}</text>`,
  );
  const wide = Math.max(3, widthPx / 480);
  const frame = ({ x, y, width, height }: Box, style: string) =>
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="none" stroke-width="${wide}" ${style}/>`;
  const frames = [
    ...outlined.map((box) => frame(box, `stroke="#f08c00" stroke-dasharray="${4 * wide} ${2 * wide}"`)),
    ...shown.map((box) => frame(box, 'stroke="#2f9e44"')),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">${rows.join("")}${frames.join("")}</svg>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
