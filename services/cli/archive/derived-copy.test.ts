import { randomBytes } from "node:crypto";
import sharp from "sharp";
import { expect, test } from "vitest";
import { derivedCopy, watermarkOf } from "./derived-copy.ts";

const [width, height] = [1200, 600];

/** Noise, in which no two neighbours are alike: whatever is made unrecognisable becomes flat. */
async function noise(): Promise<Buffer> {
  const data = randomBytes(width * height * 3);
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** Mean difference of neighbours along the rows of a part of the copy, 0…255. */
async function roughness(copy: Uint8Array, left: number, top: number): Promise<number> {
  const size = { width: 40, height: 40 };
  const grey = await sharp(copy)
    .extract({ left, top, ...size })
    .greyscale()
    .raw()
    .toBuffer();
  let sum = 0;
  for (let at = 1; at < grey.length; at += 1)
    if (at % size.width !== 0) sum += Math.abs((grey[at] ?? 0) - (grey[at - 1] ?? 0));
  return sum / grey.length;
}

test("of a picture about one person nothing can be made out but that person, found by a detector or not", async () => {
  const own = { x: 300, y: 200, width: 100, height: 100 };
  const beside = { x: 360, y: 240, width: 40, height: 40 };
  const picture = await noise();
  const request = { picture, widthPx: width, heightPx: height, shown: [], watermark: "." };
  const copy = await derivedCopy({ ...request, clear: [own], hidden: [] });
  expect(await roughness(copy, 310, 210)).toBeGreaterThan(20);
  for (const [left, top] of [
    [20, 20],
    [600, 420],
    [1000, 60],
  ] as const)
    expect(await roughness(copy, left, top)).toBeLessThan(6);
  const covered = await derivedCopy({ ...request, clear: [own], hidden: [beside] });
  expect(await roughness(covered, 360, 240)).toBeLessThan(12);
  const whole = await derivedCopy({ ...request, clear: null, hidden: [] });
  expect(await roughness(whole, 1000, 60)).toBeGreaterThan(20);
});

test("a copy says that it is one however long the purpose, and nothing of that runs over the edge", async () => {
  const grey = { r: 128, g: 128, b: 128 };
  const picture = await sharp({ create: { width, height, channels: 3, background: grey } })
    .png()
    .toBuffer();
  const watermark = watermarkOf("Đối chiếu theo đơn số 12 của học viên ".repeat(8), "0123456789abcdef");
  expect(watermark).toMatch(/^BẢN SAO · 01234567 · Đối chiếu/);
  const request = { picture, widthPx: width, heightPx: height, shown: [], clear: null, hidden: [] };
  const copy = await derivedCopy({ ...request, watermark });
  const drawn = async (left: number, columns: number): Promise<number> => {
    const part = await sharp(copy).extract({ left, top: 0, width: columns, height }).png().toBuffer();
    return Math.max(...(await sharp(part).stats()).channels.map(({ stdev }) => stdev));
  };
  expect(await drawn(500, 200)).toBeGreaterThan(3);
  expect(await drawn(0, 24)).toBeLessThan(1);
  expect(await drawn(width - 24, 24)).toBeLessThan(1);
});

async function heightOf(copy: Uint8Array): Promise<number> {
  return (await sharp(copy).metadata()).height;
}

test("a strip below says what the frames are, and stands there only when asked for", async () => {
  const picture = await noise();
  const shown = [
    { x: 300, y: 200, width: 100, height: 100, shows: "sitter" as const },
    { x: 700, y: 200, width: 100, height: 100, shows: "seat" as const },
  ];
  const request = {
    picture,
    widthPx: width,
    heightPx: height,
    shown,
    clear: null,
    hidden: [],
    watermark: ".",
  };
  expect(await heightOf(await derivedCopy(request))).toBe(height);
  expect(await heightOf(await derivedCopy({ ...request, legend: true }))).toBeGreaterThan(height);
  expect(await heightOf(await derivedCopy({ ...request, shown: [], legend: true }))).toBe(height);
});
