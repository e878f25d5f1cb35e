import { createHash } from "node:crypto";
import sharp from "sharp";
import { SisoError } from "../errors.ts";
import type { SeatDifference, SeatWatch } from "../ports.ts";
import type { Box, SeatRef } from "../types.ts";

/** Both pictures are compared at this width: noise averages out, a 16 px face of a 1080p picture is still 8 px. */
const comparedWidthPx = 960;

/** Grey levels of 255; sensor noise and JPEG at this scale stay well below. */
const changeThreshold = 20;

/** Fewer pixels than this say nothing. */
const leastPixels = 12;

type Seat = SeatRef & { x: number; y: number; faceWidthPx: number };

interface Grey {
  data: Uint8Array;
  width: number;
  height: number;
  /** Compared pixels per picture pixel. */
  scale: number;
}

/** Empty rooms kept decoded, half a megabyte each: one is compared with every picture of a camera's rounds. */
const keptReferences = 24;

export function createSeatWatch(): SeatWatch {
  const references = new Map<string, Grey>();
  const reference = async (emptyRoom: Uint8Array): Promise<Grey> => {
    const key = createHash("sha1").update(emptyRoom).digest("base64");
    const empty = references.get(key) ?? (await decode(emptyRoom));
    references.delete(key);
    references.set(key, empty);
    const [oldest] = references.keys();
    if (references.size > keptReferences && oldest !== undefined) references.delete(oldest);
    return empty;
  };
  return {
    async compare(picture, emptyRoom, seats) {
      const [now, empty] = await Promise.all([decode(picture), reference(emptyRoom)]);
      if (now.width !== empty.width || now.height !== empty.height) return [];
      const light = lightChange(now, empty);
      return seats.flatMap((seat) => seatDifference(seat, seats, now, empty, light) ?? []);
    },
  };
}

async function decode(picture: Uint8Array): Promise<Grey> {
  try {
    const image = sharp(picture, { limitInputPixels: 50_000_000, failOn: "truncated" });
    const { width: original } = await image.metadata();
    const { data, info } = await image
      .toColourspace("srgb")
      .removeAlpha()
      .resize({ width: comparedWidthPx, kernel: "cubic" })
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { data: greyOf(data), width: info.width, height: info.height, scale: info.width / original };
  } catch (cause) {
    throw new SisoError(
      "file-unreadable",
      {
        vi: "Ảnh không giải mã được nên không so được với phòng trống.",
        en: "The picture cannot be decoded for comparison with the empty room.",
      },
      cause,
    );
  }
}

/** ITU-R BT.601 luma in 1/256; four times as fast as asking the decoder for grey. */
function greyOf(rgb: Uint8Array): Uint8Array {
  const grey = new Uint8Array(rgb.length / 3);
  for (let i = 0, at = 0; i < grey.length; i += 1, at += 3)
    grey[i] = (77 * rgb[at]! + 150 * rgb[at + 1]! + 29 * rgb[at + 2]!) >> 8;
  return grey;
}

interface Light {
  gain: number;
  offset: number;
}

/** Gain and offset that bring the empty room's light to this picture's: medians of grey and of its spread, robust to people. */
function lightChange(now: Grey, empty: Grey): Light {
  const a = quartiles(now.data);
  const b = quartiles(empty.data);
  const gain = Math.min(Math.max((a.high - a.low) / Math.max(b.high - b.low, 1), 0.5), 2);
  const differences = new Int32Array(1024);
  for (let i = 0; i < now.data.length; i += 7) {
    const bin = Math.round((now.data[i] ?? 0) - gain * (empty.data[i] ?? 0)) + 512;
    differences[Math.min(Math.max(bin, 0), 1023)]! += 1;
  }
  return { gain, offset: quantile(differences, 0.5) - 512 };
}

function quartiles(data: Uint8Array): { low: number; high: number } {
  const counts = new Int32Array(256);
  for (let i = 0; i < data.length; i += 7) counts[data[i]!]! += 1;
  return { low: quantile(counts, 0.1), high: quantile(counts, 0.9) };
}

function quantile(counts: Int32Array, share: number): number {
  const wanted = counts.reduce((sum, count) => sum + count, 0) * share;
  let seen = 0;
  const at = counts.findIndex((count) => (seen += count) >= wanted);
  return Math.max(at, 0);
}

function seatDifference(
  seat: Seat,
  seats: readonly Seat[],
  now: Grey,
  empty: Grey,
  light: Light,
): SeatDifference | null {
  const head = headPatch(seat, now.scale);
  if (head.x < 0 || head.y < 0 || head.x + head.width > now.width || head.y + head.height > now.height)
    return null;
  const nearer = seats
    .filter((other) => other.faceWidthPx > seat.faceWidthPx * 1.02)
    .map((other) => sitterPatch(other, now.scale));
  const headShare = changedShare(head, [], now, empty, light);
  if (headShare === null) return null;
  const bodyChanged = changedShare(bodyPatch(seat, now.scale), nearer, now, empty, light);
  return { row: seat.row, column: seat.column, headChanged: headShare, bodyChanged };
}

const headPatch = (seat: Seat, scale: number): Box => patch(seat, scale, -0.5, 0.5, -0.6, 0.5);
const bodyPatch = (seat: Seat, scale: number): Box => patch(seat, scale, -0.8, 0.8, 0.7, 1.5);
const sitterPatch = (seat: Seat, scale: number): Box => patch(seat, scale, -0.9, 0.9, -0.9, 1.6);

/** A box in face widths around the expected centre of the face, in compared pixels. */
function patch(seat: Seat, scale: number, left: number, right: number, top: number, bottom: number): Box {
  const w = seat.faceWidthPx * scale;
  const x = Math.round(seat.x * scale + left * w);
  const y = Math.round(seat.y * scale + top * w);
  return {
    x,
    y,
    width: Math.max(3, Math.round((right - left) * w)),
    height: Math.max(3, Math.round((bottom - top) * w)),
  };
}

function changedShare(
  box: Box,
  covered: readonly Box[],
  now: Grey,
  empty: Grey,
  light: Light,
): number | null {
  let changed = 0;
  let total = 0;
  const near = covered.filter((other) => meets(other, box));
  for (let y = Math.max(box.y, 0); y < Math.min(box.y + box.height, now.height); y += 1) {
    for (let x = Math.max(box.x, 0); x < Math.min(box.x + box.width, now.width); x += 1) {
      if (near.some((other) => inside(other, x, y))) continue;
      const at = y * now.width + x;
      const expected = light.gain * (empty.data[at] ?? 0) + light.offset;
      total += 1;
      if (Math.abs((now.data[at] ?? 0) - expected) > changeThreshold) changed += 1;
    }
  }
  return total < leastPixels ? null : changed / total;
}

function meets(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function inside(box: Box, x: number, y: number): boolean {
  return x >= box.x && y >= box.y && x < box.x + box.width && y < box.y + box.height;
}
