import sharp, { type OverlayOptions } from "sharp";
import type { Bilingual, Box, MarkEvidence } from "../../types.ts";

/** A box drawn with a frame, in the colour of what it shows; `legendOf` says which is which. */
export type FramedBox = Box & { shows?: MarkEvidence["shows"] };

export interface CopyRequest {
  picture: Uint8Array;
  widthPx: number;
  heightPx: number;
  shown: readonly FramedBox[];
  /** Drawn with a dashed outline: where somebody should sit. */
  outlined?: readonly Box[];
  /**
   * What of a picture about one person stays to be seen: these, and of them not the faces in `hidden`. All else is made
   * unrecognisable, because a small or turned head that no detector finds is somebody's too. Null shows all of it.
   */
  clear: readonly Box[] | null;
  /** Faces of others. */
  hidden: readonly Box[];
  /** Written across the picture, so that a copy is never taken for the original: `watermarkOf`. */
  watermark: string;
  /** A strip below says what each frame is. */
  legend?: boolean;
}

/** What stands first is never cut off, however long the purpose. */
export function watermarkOf(purpose: string, accessId: string): string {
  return `BẢN SAO · ${accessId.slice(0, 8)} · ${purpose}`;
}

type Frame = NonNullable<MarkEvidence["shows"]> | "own-seat";

const frames: Record<Frame, { colour: string; words: Bilingual }> = {
  face: { colour: "#2f9e44", words: { vi: "học viên", en: "the trainee" } },
  sitter: { colour: "#e8308c", words: { vi: "người ngồi ở chỗ", en: "who sits in the seat" } },
  seat: { colour: "#f5d90a", words: { vi: "nơi đã tìm", en: "where was looked" } },
  "unseen-sitter": { colour: "#7048e8", words: { vi: "người không rõ mặt", en: "face not readable" } },
  room: { colour: "#f5d90a", words: { vi: "cả phòng", en: "whole room" } },
  "own-seat": { colour: "#f08c00", words: { vi: "chỗ theo sơ đồ", en: "seat by the chart" } },
};

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
  const legend = request.legend === true ? legendStrip(request, width) : null;
  const extended = sharp(marked, picture).extend({ bottom: legend?.height ?? 0, background: "#202020" });
  const strips = legend === null ? [] : [{ input: Buffer.from(legend.svg), left: 0, top: height }];
  const whole = await extended.composite(strips).removeAlpha().raw().toBuffer();
  return sharp(whole, { raw: { ...picture.raw, height: height + (legend?.height ?? 0) } })
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
  const lines = wrapped(watermark);
  const rows = [0.22, 0.52, 0.82].map((share) => {
    const y = Math.round(heightPx * share);
    const spans = lines.map(
      (line, at) =>
        `<tspan x="50%" y="${y + Math.round((at - (lines.length - 1) / 2) * 1.25 * size)}">${escaped(line)}</tspan>`,
    );
    return `<text text-anchor="middle" transform="rotate(-14 ${widthPx / 2} ${y})" font-family="sans-serif" font-size="${size}" fill="#fff" fill-opacity=".38" stroke="#000" stroke-opacity=".28" stroke-width="1">${spans.join("")}</text>`;
  });
  const wide = Math.max(3, widthPx / 480);
  const drawn = ({ x, y, width, height }: Box, style: string) =>
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="none" stroke-width="${wide}" ${style}/>`;
  const boxes = [
    ...shown.map((box) => drawn(box, `stroke="${frames[box.shows ?? "face"].colour}"`)),
    ...outlined.map((box) =>
      drawn(box, `stroke="${frames["own-seat"].colour}" stroke-dasharray="${4 * wide} ${2 * wide}"`),
    ),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">${rows.join("")}${boxes.join("")}</svg>`;
}

/** Letters of the watermark's size that a picture is wide enough for, turned as it is. */
const lettersAcross = 66;
const mostLines = 4;

function wrapped(text: string): string[] {
  const lines: string[] = [""];
  for (const word of text.split(/\s+/)) {
    const line = [lines.at(-1), word].filter(Boolean).join(" ");
    if (line.length <= lettersAcross) lines[lines.length - 1] = line;
    else lines.push(word.slice(0, lettersAcross));
  }
  if (lines.length <= mostLines) return lines;
  return [...lines.slice(0, mostLines - 1), `${lines[mostLines - 1]} …`];
}

function legendStrip(
  { shown, outlined = [] }: CopyRequest,
  widthPx: number,
): { svg: string; height: number } | null {
  const kinds: Frame[] = shown.map(({ shows }) => shows ?? "face");
  if (outlined.length > 0) kinds.push("own-seat");
  const entries = [...new Set(kinds)].map((kind) => ({ kind, ...frames[kind] }));
  if (entries.length === 0) return null;
  const height = Math.round(widthPx / 36);
  const [size, step] = [height / 2.2, widthPx / Math.max(3, entries.length)];
  const drawn = entries.map(({ kind, colour, words }, at) => {
    const x = at * step + size;
    const dashed = kind === "own-seat" ? `stroke-dasharray="${size / 2} ${size / 4}"` : "";
    return `<rect x="${x}" y="${(height - size) / 2}" width="${1.4 * size}" height="${size}" fill="none" stroke="${colour}" stroke-width="${size / 6}" ${dashed}/><text x="${x + 2 * size}" y="${height / 2 + size / 3}" font-family="sans-serif" font-size="${size}" fill="#fff">${escaped(`${words.vi} · ${words.en}`)}</text>`;
  });
  return {
    svg: `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${height}">${drawn.join("")}</svg>`,
    height,
  };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
