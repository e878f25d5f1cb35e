import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { createFreshness } from "./freshness.ts";
import { checkPicture } from "./picture-check.ts";

const limits = { maxBytes: 1_000_000, maxPixels: 1_000_000 };
let jpeg: Buffer;

beforeAll(async () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"><rect width="640" height="480" fill="#357"/><circle cx="300" cy="200" r="120" fill="#fc8"/></svg>';
  jpeg = await sharp(Buffer.from(svg)).jpeg().toBuffer();
});

const flat = (grey: number, sigma: number): Promise<Buffer> =>
  sharp({
    create: {
      width: 640,
      height: 480,
      channels: 3,
      background: "#000",
      noise: { type: "gaussian", mean: grey, sigma },
    },
  })
    .jpeg()
    .toBuffer();

describe("a picture's check", () => {
  it("measures and hashes a whole one, and cuts what follows it", async () => {
    const whole = await checkPicture(jpeg, limits);
    const padded = await checkPicture(Buffer.concat([jpeg, Buffer.from("trailing")]), limits);
    expect(whole).toMatchObject({ widthPx: 640, heightPx: 480 });
    expect(padded).toEqual(whole);
    expect(Buffer.compare(padded.jpeg, jpeg)).toBe(0);
  });

  it("notices a hole in the scan although the end marker is there", async () => {
    const hole = Buffer.concat([jpeg.subarray(0, jpeg.length * 0.7), Buffer.from([0xff, 0xd9])]);
    await expect(checkPicture(hole, limits)).rejects.toMatchObject({ reason: "truncated" });
  });

  it("forgives bytes between segments that harm nothing", async () => {
    const atTables = jpeg.indexOf(Buffer.from([0xff, 0xd9]));
    const padded = Buffer.concat([jpeg.subarray(0, atTables), Buffer.from([0x00]), jpeg.subarray(atTables)]);
    await expect(checkPicture(padded, limits)).resolves.toMatchObject({ widthPx: 640 });
  });

  it.each([
    [0, 0],
    [128, 0],
    // A covered lens: sensor noise alone.
    [20, 8],
  ])("calls grey level %i with noise %i grey", async (grey, sigma) => {
    await expect(flat(grey, sigma).then((picture) => checkPicture(picture, limits))).rejects.toMatchObject({
      reason: "grey",
    });
  });

  it("does not call a dim room grey", async () => {
    const dim = await sharp(jpeg).linear(0.12, 3).jpeg().toBuffer();
    await expect(checkPicture(dim, limits)).resolves.toMatchObject({ widthPx: 640 });
  });

  it("refuses too many bytes or pixels before decoding", async () => {
    await expect(checkPicture(jpeg, { ...limits, maxBytes: 1000 })).rejects.toMatchObject({
      reason: "too-large",
    });
    await expect(checkPicture(jpeg, { ...limits, maxPixels: 1000 })).rejects.toMatchObject({
      reason: "too-large",
    });
  });

  it("refuses other formats", async () => {
    const png = await sharp(jpeg).png().toBuffer();
    await expect(checkPicture(png, limits)).rejects.toMatchObject({ reason: "not-a-picture" });
  });
});

describe("freshness", () => {
  it("knows an earlier picture by its own hash or its scan's", async () => {
    const picture = await checkPicture(jpeg, limits);
    for (const hash of [picture.sha256, picture.scanSha256.toUpperCase()]) {
      expect(() => createFreshness([hash]).admit(picture)).toThrowError(/earlier/u);
    }
    createFreshness(["00"]).admit(picture);
  });

  it("condemns both of two equal pictures only when the second try repeats it too", async () => {
    const picture = await checkPicture(jpeg, limits);
    const freshness = createFreshness([]);
    freshness.admit(picture);
    expect(() => freshness.admit(picture)).toThrowError(/twice/u);
    expect(freshness.condemned(picture.scanSha256)).toBe(false);
    expect(() => freshness.admitOrCondemn(picture)).toThrowError(/twice/u);
    expect(freshness.condemned(picture.scanSha256)).toBe(true);
  });
});
