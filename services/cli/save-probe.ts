import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import type { CapturedPicture } from "../ports.ts";
import type { FaceObservation } from "../types.ts";

/** Writes the picture as it came and, when faces were looked for, a copy with each one boxed and its width in px. Gives the paths. */
export async function saveProbe(
  dir: string,
  picture: CapturedPicture,
  faces: FaceObservation[] | null,
): Promise<string[]> {
  await mkdir(dir, { recursive: true });
  const stamp = picture.takenAt.toISOString().replaceAll(/[:.]/g, "-");
  const plain = join(dir, `${stamp}.jpg`);
  await writeFile(plain, picture.jpeg);
  if (!faces) return [plain];
  const boxed = join(dir, `${stamp}-faces.jpg`);
  await sharp(picture.jpeg)
    .composite([{ input: Buffer.from(overlay(picture, faces)) }])
    .jpeg({ quality: 90 })
    .toFile(boxed);
  return [plain, boxed];
}

function overlay({ widthPx, heightPx }: CapturedPicture, faces: FaceObservation[]): string {
  const shapes = faces.map(({ box, quality }) => {
    const stroke = Math.max(1, Math.round(box.width / 24));
    const size = Math.max(11, Math.round(box.width / 4));
    const frame = `<rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" fill="none" stroke="#00e676" stroke-width="${stroke}"/>`;
    const label = `<text x="${box.x}" y="${box.y - 3}" font-family="sans-serif" font-size="${size}" fill="#00e676" stroke="#000" stroke-width="3" paint-order="stroke">${Math.round(quality.widthPx)}</text>`;
    return frame + label;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">${shapes.join("")}</svg>`;
}
