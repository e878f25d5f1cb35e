import sharp from "sharp";
import type { FaceObservation } from "../services/types.ts";
import { seededRandom } from "./rollcall-random.ts";
import type { SeededRandom } from "./rollcall-random.ts";

/** A camera's picture, and how many a burst has. */
export interface View {
  width: number;
  height: number;
  burst: number;
}

export const fullHd: View = { width: 1920, height: 1080, burst: 3 };

export interface Photo {
  person: string;
  /** The only photo of a person: a stranger to every class. */
  alone: boolean;
  group: string;
  jpeg: Buffer;
  full: FaceObservation;
}

/** A picture full of faces of one width, and where the centre of each is. */
export interface Canvas {
  jpeg: Buffer;
  /** 0-based picture of the burst. */
  shot: number;
  places: { photo: number; x: number; y: number }[];
}

/** Pastes all photos at one face width into pictures, one set per picture of the burst. */
export async function* canvasesOf(
  photos: readonly Photo[],
  width: number,
  view: View = fullHd,
): AsyncGenerator<Canvas> {
  const cell = Math.ceil(width * 3) + 8;
  const perRow = Math.floor(view.width / cell);
  const perCanvas = perRow * Math.floor(view.height / cell);
  for (let start = 0; start < photos.length; start += perCanvas) {
    const part = photos.slice(start, start + perCanvas);
    for (let shot = 0; shot < view.burst; shot++) {
      const tiles = await Promise.all(
        part.map((photo, i) =>
          tileOf(photo, width, seededRandom(`${photo.person}/${start + i}/${width}`), shot, cell),
        ),
      );
      const jpeg = await compose(
        tiles,
        { perRow, cell, view },
        seededRandom(`canvas/${width}/${start}/${shot}`),
      );
      const places = tiles.map((tile, i) => ({
        photo: start + i,
        x: (i % perRow) * cell + tile.x,
        y: Math.floor(i / perRow) * cell + tile.y,
      }));
      yield { jpeg, shot, places };
    }
  }
}

interface Tile {
  pixels: Buffer;
  side: number;
  x: number;
  y: number;
}

/** Light and tilt stay through a burst; place and focus differ a little from picture to picture. */
async function tileOf(
  photo: Photo,
  width: number,
  random: SeededRandom,
  shot: number,
  cell: number,
): Promise<Tile> {
  const gain = 1 + 0.15 * random.gauss();
  const tilt = 3 * random.gauss();
  const blur = 0.3 + Math.abs(0.4 * random.gauss());
  for (let skip = 0; skip < shot * 4; skip++) random.gauss();
  const { box } = photo.full;
  const reach = 1.35 * box.width;
  const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const meta = await sharp(photo.jpeg).metadata();
  const left = Math.max(0, Math.round(centre.x - reach));
  const top = Math.max(0, Math.round(centre.y - reach));
  const side = Math.min(Math.round(2 * reach), meta.width - left, meta.height - top);
  const scale = (width / box.width) * (1 + 0.015 * random.gauss());
  const small = Math.min(cell - 4, Math.max(16, Math.round(side * scale)));
  const turned = await sharp(photo.jpeg)
    .removeAlpha()
    .toColourspace("srgb")
    .extract({ left, top, width: side, height: side })
    .affine(rotation(tilt + 0.7 * random.gauss()), {
      background: "#707070",
      interpolator: "bicubic",
      odx: random.gauss(),
      ody: random.gauss(),
    })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const grown = turned.info.width / side;
  const pixels = await sharp(turned.data, {
    raw: { width: turned.info.width, height: turned.info.height, channels: turned.info.channels as 3 },
  })
    .resize(Math.min(cell - 2, Math.round(small * grown)), Math.min(cell - 2, Math.round(small * grown)), {
      fit: "fill",
      kernel: "cubic",
    })
    .blur(blur)
    .linear(gain, 4 * random.gauss())
    .raw()
    .toBuffer({ resolveWithObject: true });
  const shownSide = pixels.info.width;
  const shown = shownSide / turned.info.width;
  const middle = turned.info.width / 2;
  return {
    pixels: pixels.data,
    side: shownSide,
    x: (middle + (centre.x - left - side / 2)) * shown,
    y: (middle + (centre.y - top - side / 2)) * shown,
  };
}

function rotation(degrees: number): [[number, number], [number, number]] {
  const angle = (degrees * Math.PI) / 180;
  return [
    [Math.cos(angle), -Math.sin(angle)],
    [Math.sin(angle), Math.cos(angle)],
  ];
}

async function compose(
  tiles: readonly Tile[],
  { perRow, cell, view: { width, height } }: { perRow: number; cell: number; view: View },
  random: SeededRandom,
): Promise<Buffer> {
  const raw = Buffer.alloc(width * height * 3, 112);
  for (const [i, tile] of tiles.entries()) {
    const left = (i % perRow) * cell;
    const top = Math.floor(i / perRow) * cell;
    for (let y = 0; y < tile.side; y++) {
      tile.pixels.copy(raw, ((top + y) * width + left) * 3, y * tile.side * 3, (y + 1) * tile.side * 3);
    }
  }
  const noise = Int8Array.from({ length: 65_521 }, () => Math.round(2.5 * random.gauss()));
  for (let i = 0, at = 0; i < raw.length; i++, at = at === 65_520 ? random.below(977) : at + 1) {
    raw[i] = Math.min(255, Math.max(0, (raw[i] ?? 0) + (noise[at] ?? 0)));
  }
  return sharp(raw, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 78 })
    .toBuffer();
}
