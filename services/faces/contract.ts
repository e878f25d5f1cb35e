import { readdir, readFile } from "node:fs/promises";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { SisoError } from "../errors.ts";
import type { FacePack, PictureFaces } from "../ports.ts";
import type { Box, FaceObservation } from "../types.ts";

const PORTRAITS = new URL("../../var/portraits/", import.meta.url);
const PEOPLE = 12;

/** Shows two people, neither larger. */
const NOT_A_PORTRAIT = "003f.jpg";

/** The demo's portraits; `./siso test` puts them there. */
export async function portraits(count: number): Promise<Buffer[]> {
  const names = (await readdir(PORTRAITS))
    .filter((name) => name.endsWith(".jpg") && name !== NOT_A_PORTRAIT)
    .toSorted();
  return Promise.all(names.slice(0, count).map((name) => readFile(new URL(name, PORTRAITS))));
}

/** Portraits side by side on grey, `sidePx` each, as one JPEG; `places` says where each lies. */
export async function mosaic(
  pictures: Buffer[],
  layout: { widthPx: number; heightPx: number; columns: number; sidePx: number },
): Promise<{ jpeg: Buffer; places: Box[] }> {
  const { widthPx, heightPx, columns, sidePx } = layout;
  const rows = Math.ceil(pictures.length / columns);
  const places = pictures.map((_, i) => ({
    x: Math.round(((i % columns) + 0.5) * (widthPx / columns) - sidePx / 2),
    y: Math.round((Math.floor(i / columns) + 0.5) * (heightPx / rows) - sidePx / 2),
    width: sidePx,
    height: sidePx,
  }));
  const parts = await Promise.all(
    pictures.map(async (picture, i) => ({
      input: await sharp(picture).resize(sidePx, sidePx).toBuffer(),
      left: places[i]!.x,
      top: places[i]!.y,
    })),
  );
  const background = { r: 120, g: 120, b: 115 };
  const jpeg = await sharp({ create: { width: widthPx, height: heightPx, channels: 3, background } })
    .composite(parts)
    .jpeg({ quality: 90 })
    .toBuffer();
  return { jpeg, places };
}

export function holds(place: Box, face: FaceObservation): boolean {
  const x = face.box.x + face.box.width / 2;
  const y = face.box.y + face.box.height / 2;
  return x > place.x && x < place.x + place.width && y > place.y && y < place.y + place.height;
}

function cosine(a: FaceObservation, b: FaceObservation): number {
  return a.embedding.vector.reduce((sum, value, i) => sum + value * b.embedding.vector[i]!, 0);
}

function largest({ faces }: PictureFaces): FaceObservation {
  const face = faces.toSorted((a, b) => b.box.width - a.box.width)[0];
  if (!face) throw new Error("no face in a portrait");
  return face;
}

/** What a pack is good for, out of twelve portraits. */
export interface Demands {
  /** Face width the portraits are shrunk to, and how many must be known again there. */
  widthPx: number;
  known: number;
  /** Faces of about 80 px to be found in one 720p picture. */
  found: number;
}

/** What every model pack must do, whatever is inside it; the numbers differ, the promises do not. */
export function facePackContract(load: () => Promise<FacePack>, demands: Demands): void {
  describe("a face pack", () => {
    let pack: FacePack;
    let people: Buffer[];
    let gallery: FaceObservation[];

    beforeAll(async () => {
      pack = await load();
      people = await portraits(PEOPLE);
      gallery = [];
      for (const portrait of people) gallery.push(largest(await pack.analyse(portrait)));
      return () => pack.close();
    });

    it("gives unit vectors of its own length, keyed by its id", () => {
      for (const { embedding } of gallery) {
        expect(embedding.pack).toBe(pack.id);
        expect(embedding.vector).toHaveLength(pack.embeddingLength);
        expect(Math.hypot(...embedding.vector)).toBeCloseTo(1, 4);
      }
    });

    it("measures each face: points inside a box around it, plausible light and pose", () => {
      for (const { box, landmarks, quality, score } of gallery) {
        expect(score).toBeGreaterThan(0.5);
        expect(score).toBeLessThanOrEqual(1);
        expect(landmarks).toHaveLength(5);
        const [leftEye, rightEye, nose, leftMouth, rightMouth] = landmarks;
        expect(leftEye!.x).toBeLessThan(rightEye!.x);
        expect(leftMouth!.x).toBeLessThan(rightMouth!.x);
        expect(nose!.y).toBeGreaterThan(Math.min(leftEye!.y, rightEye!.y));
        expect(nose!.y).toBeLessThan(Math.max(leftMouth!.y, rightMouth!.y));
        expect(quality.widthPx).toBeCloseTo(box.width, 6);
        expect(Math.abs(quality.yaw)).toBeLessThanOrEqual(1);
        expect(quality.brightness).toBeGreaterThan(20);
        expect(quality.brightness).toBeLessThan(240);
        expect(quality.alignmentResidualPx).toBeLessThan(15);
      }
    });

    it("knows people again in a smaller, compressed picture, above everybody else", async () => {
      let known = 0;
      for (const [i, portrait] of people.entries()) {
        const { width } = await sharp(portrait).metadata();
        const small = await sharp(portrait)
          .resize(Math.round((width * demands.widthPx) / gallery[i]!.box.width))
          .jpeg({ quality: 75 })
          .toBuffer();
        const { faces } = await pack.analyse(small);
        const seen = faces.toSorted((a, b) => b.box.width - a.box.width)[0];
        const scores = gallery.map((face) => (seen ? cosine(face, seen) : -1));
        if (seen && scores.indexOf(Math.max(...scores)) === i) known += 1;
      }
      expect(known).toBeGreaterThanOrEqual(demands.known);
    });

    it("finds the faces of a mosaic once each, where they are, and nothing else", async () => {
      const { jpeg, places } = await mosaic(people, {
        widthPx: 1280,
        heightPx: 720,
        columns: 4,
        sidePx: 180,
      });
      const { faces, widthPx, heightPx, timings } = await pack.analyse(jpeg);
      expect([widthPx, heightPx]).toEqual([1280, 720]);
      const counts = places.map((place) => faces.filter((face) => holds(place, face)).length);
      expect(Math.max(...counts)).toBe(1);
      expect(counts.filter((count) => count === 1).length).toBeGreaterThanOrEqual(demands.found);
      expect(faces).toHaveLength(counts.filter((count) => count === 1).length);
      expect(Object.keys(timings).some((stage) => stage.startsWith("model"))).toBe(true);
    });

    it("says the same twice, also when asked for both at once", async () => {
      const first = await pack.analyse(people[0]!);
      const [again, second] = await Promise.all([pack.analyse(people[0]!), pack.analyse(people[1]!)]);
      expect(again.faces).toEqual(first.faces);
      expect(largest(second).embedding.vector).toEqual(gallery[1]!.embedding.vector);
    });

    it("finds nobody in an empty picture", async () => {
      const background = { r: 90, g: 110, b: 100 };
      const empty = await sharp({ create: { width: 640, height: 480, channels: 3, background } })
        .png()
        .toBuffer();
      expect((await pack.analyse(empty)).faces).toEqual([]);
    });

    it("refuses what is not a whole picture, and goes on working", async () => {
      const unreadable = expect.objectContaining({ code: "file-unreadable" });
      await expect(pack.analyse(Buffer.from("not a picture"))).rejects.toEqual(unreadable);
      await expect(pack.analyse(people[0]!.subarray(0, 1500))).rejects.toBeInstanceOf(SisoError);
      expect((await pack.analyse(people[2]!)).faces).not.toHaveLength(0);
    });
  });
}
