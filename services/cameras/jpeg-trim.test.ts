import * as fc from "fast-check";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { trimJpeg } from "./jpeg-trim.ts";

const kinds: Record<string, Uint8Array> = {};

beforeAll(async () => {
  const picture = sharp({
    create: {
      width: 48,
      height: 32,
      channels: 3,
      background: "teal",
      noise: { type: "gaussian", mean: 128, sigma: 60 },
    },
  }).removeAlpha();
  const baseline = await picture.clone().jpeg({ quality: 80 }).toBuffer();
  kinds["baseline"] = baseline;
  kinds["progressive"] = await picture.clone().jpeg({ progressive: true }).toBuffer();
  kinds["grey"] = await picture.clone().greyscale().jpeg().toBuffer();
  kinds["with a thumbnail inside"] = withSegment(baseline, 0xe1, baseline);
  kinds["with fill bytes"] = Buffer.concat([
    baseline.subarray(0, 2),
    Buffer.from([0xff, 0xff]),
    baseline.subarray(2),
  ]);
});

/** The picture with one more application segment behind its start marker. */
function withSegment(jpeg: Uint8Array, marker: number, payload: Uint8Array): Uint8Array {
  const head = Buffer.from([0xff, marker, (payload.length + 2) >> 8, (payload.length + 2) & 0xff]);
  return Buffer.concat([jpeg.subarray(0, 2), head, payload, jpeg.subarray(2)]);
}

describe.each(["baseline", "progressive", "grey", "with a thumbnail inside", "with fill bytes"])(
  "a %s JPEG",
  (kind) => {
    const jpeg = (): Uint8Array => kinds[kind] ?? new Uint8Array();

    it("keeps every byte of itself and none behind it", () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 400 }), (trailing) => {
          const cut = trimJpeg(Buffer.concat([jpeg(), trailing]));
          expect(cut).toMatchObject({ ok: true, widthPx: 48, heightPx: 32 });
          expect(cut.ok && Buffer.compare(cut.jpeg, jpeg())).toBe(0);
        }),
      );
    });

    it("is truncated wherever it breaks off", () => {
      for (let length = 2; length < jpeg().length; length += 1) {
        expect(trimJpeg(jpeg().subarray(0, length))).toEqual({ ok: false, reason: "truncated" });
      }
    });

    it("ends in its end marker and its scan in the same place", () => {
      const cut = trimJpeg(jpeg());
      if (!cut.ok) throw new Error("not cut");
      expect([...cut.jpeg.subarray(-2)]).toEqual([0xff, 0xd9]);
      expect([...cut.scan.subarray(0, 2)]).toEqual([0xff, 0xda]);
    });
  },
);

describe("anything else", () => {
  it("never throws and never lets through what has no scan", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, started) => {
        const cut = trimJpeg(started ? Buffer.concat([Buffer.from([0xff, 0xd8]), bytes]) : bytes);
        expect(!cut.ok || cut.scan.length > 2).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["nothing", []],
    ["HTML", [...Buffer.from("<html></html>")]],
    ["a PNG", [0x89, 0x50, 0x4e, 0x47]],
    ["markers without a picture", [0xff, 0xd8, 0xff, 0xd9]],
  ])("%s is not a picture", (_name, bytes) => {
    expect(trimJpeg(new Uint8Array(bytes))).toEqual({ ok: false, reason: "not-a-picture" });
  });

  it("knows a changed header from a changed scene by the scan", () => {
    const jpeg = kinds["baseline"] ?? new Uint8Array();
    const [at9, at10] = ["09:00", "10:00"].map((time) =>
      trimJpeg(withSegment(jpeg, 0xfe, Buffer.from(time))),
    );
    if (at9?.ok !== true || at10?.ok !== true) throw new Error("not cut");
    expect(Buffer.compare(at9.jpeg, at10.jpeg)).not.toBe(0);
    expect(Buffer.compare(at9.scan, at10.scan)).toBe(0);
  });
});
