import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { facePackContract, holds, mosaic, portraits } from "./contract.ts";
import { fr1Manifest } from "./known-packs.ts";
import { loadPack } from "./load-pack.ts";
import type { PackManifest } from "./manifest.ts";

const MODELS = fileURLToPath(new URL("../../var/models/fr-1", import.meta.url));

facePackContract(() => loadPack(fr1Manifest, MODELS), { widthPx: 32, known: 12, found: 12 });

describe("pack fr-1", () => {
  it("finds in tiles the faces it finds in the whole frame, one box each", async () => {
    const { jpeg, places } = await mosaic(await portraits(48), {
      widthPx: 2560,
      heightPx: 1440,
      columns: 8,
      sidePx: 190,
    });
    const whole: PackManifest = {
      ...fr1Manifest,
      detector: { ...fr1Manifest.detector, tile: { maxAreaPx: 4_000_000, overlapPx: 0 } },
    };
    const [tiled, untiled] = [await analyseOnce(fr1Manifest, jpeg), await analyseOnce(whole, jpeg)];
    for (const place of places) {
      const [a, b] = [tiled, untiled].map((faces) => faces.filter((face) => holds(place, face)));
      expect(a).toHaveLength(1);
      expect(b).toHaveLength(1);
      expect(Math.abs(a![0]!.box.x - b![0]!.box.x)).toBeLessThan(0.12 * a![0]!.box.width);
      expect(Math.abs(a![0]!.box.width - b![0]!.box.width)).toBeLessThan(0.15 * a![0]!.box.width);
    }
    expect(tiled).toHaveLength(untiled.length);
  });

  it("gives the same faces on one core as on two", async () => {
    const { jpeg } = await mosaic(await portraits(6), {
      widthPx: 960,
      heightPx: 540,
      columns: 3,
      sidePx: 160,
    });
    const [one, two] = [await analyseOnce(fr1Manifest, jpeg, 1), await analyseOnce(fr1Manifest, jpeg, 2)];
    expect(two).toEqual(one);
  });
});

async function analyseOnce(manifest: PackManifest, jpeg: Buffer, threads = 2) {
  const pack = await loadPack(manifest, MODELS, { threads });
  try {
    return (await pack.analyse(jpeg)).faces;
  } finally {
    await pack.close();
  }
}

describe("the pack's files", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "siso-pack-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("refuses a missing file and names the command that fetches it", async () => {
    await expect(loadPack(fr1Manifest, folder)).rejects.toMatchObject({
      code: "model-missing",
      message: expect.stringContaining("./siso setup"),
    });
  });

  it("refuses a file that is not the pinned one", async () => {
    for (const { name } of fr1Manifest.files) await copyFile(join(MODELS, name), join(folder, name));
    await writeFile(join(folder, "fr_feature.onnx"), "changed");
    await expect(loadPack(fr1Manifest, folder)).rejects.toMatchObject({
      code: "model-missing",
      message: expect.stringContaining("fr_feature.onnx"),
    });
  });
});
