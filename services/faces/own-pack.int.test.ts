import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeOwnPack } from "../../fixtures/packs/own-pack.ts";
import { checkFolder } from "../cli/pack/check-folder.ts";
import { facePackContract } from "./contract.ts";
import { findPack } from "./find-pack.ts";
import { loadPack } from "./load-pack.ts";

let ownDir: string;
beforeAll(async () => {
  ownDir = await mkdtemp(join(tmpdir(), "siso-packs-"));
});
afterAll(() => rm(ownDir, { recursive: true }));

async function open(id: string) {
  const { manifest, dir } = await findPack(id, { modelsDir: "/nowhere", ownDir });
  return loadPack(manifest, dir);
}

facePackContract(
  async () => {
    await writeOwnPack(ownDir, "hv-1");
    return open("hv-1");
  },
  { widthPx: 32, known: 12, found: 12 },
);

type Change = (manifest: never) => Record<string, unknown>;
let count = 0;

/** What the check says of a pack of which one thing was changed. */
async function checked(change: Change | null, spoil: (dir: string) => Promise<unknown> = async () => {}) {
  count += 1;
  const dir = await writeOwnPack(ownDir, `thu-${count}`, (change ?? undefined) as never);
  await spoil(dir);
  return checkFolder(dir);
}

const of =
  (key: string, part: Record<string, unknown>): Change =>
  (manifest: Record<string, object>) => ({ ...manifest, [key]: { ...manifest[key], ...part } });

describe("./siso pack check", () => {
  it("lets a sound pack pass, and says what an unmeasured one may do", async () => {
    const { text, usable } = await checked(null);
    expect(usable).toBe(true);
    expect(text).toMatch(/Chưa có bảng hiệu chuẩn.*không ai được ghi có mặt hay vắng/);
    expect(text).toMatch(/No calibration.*only a proposal/);
    expect(text).toContain("SISO_MODEL_PACK=thu-1");
  });

  it.each<[string, Change | null, (dir: string) => Promise<unknown>, RegExp, RegExp]>([
    [
      "a missing file",
      null,
      (dir) => rm(join(dir, "fr_feature.onnx")),
      /fr_feature.onnx: không có tệp/,
      /no such file/,
    ],
    [
      "an altered file",
      null,
      (dir) => appendFile(join(dir, "fr_detect.onnx"), "x"),
      /fr_detect.onnx: SHA-256 là/,
      /SHA-256 is/,
    ],
    [
      "an empty licence",
      null,
      (dir) => writeFile(join(dir, "LICENSE.txt"), " \n"),
      /thiếu nguyên văn giấy phép/,
      /licence's text is missing/,
    ],
    [
      "an unknown preparation",
      of("recogniser", { channels: "hsv" }),
      nothing,
      /recogniser.channels: chỉ nhận rgb, bgr/,
      /only rgb, bgr/,
    ],
    [
      "an unknown detector family",
      of("detector", { family: "detr" }),
      nothing,
      /detector.family: chỉ nhận ssd, scrfd, yolo/,
      /only ssd, scrfd, yolo/,
    ],
    [
      "a wrong tensor name",
      of("recogniser", { input: "data" }),
      nothing,
      /không có đầu vào "data"; mô hình có: input/,
      /no input "data"/,
    ],
    [
      "a value the graph has not",
      of("detector", { scores: "probs" }),
      nothing,
      /không có đầu ra "probs"/,
      /no output "probs"/,
    ],
    [
      "anchors of another model",
      of("detector", { anchorSizes: [[16, 32], [64, 128], [256], [512]] }),
      nothing,
      /không đúng bố cục "ssd"/,
      /not of the declared layout "ssd"/,
    ],
    [
      "outputs of another family",
      scrfdOfSsd,
      nothing,
      /không đúng bố cục "scrfd"/,
      /not of the declared layout "scrfd"/,
    ],
    [
      "another size of embedding",
      (m: object) => ({ ...m, embeddingLength: 128 }),
      nothing,
      /mỗi mặt ra 512 số, manifest ghi embeddingLength 128/,
      /gives 512 numbers a face/,
    ],
    [
      "points no detector gives",
      (m: object) => ({ ...m, landmarks: { from: "detector" } }),
      nothing,
      /không khai báo năm điểm mốc/,
      /declares no points/,
    ],
    [
      "the id of another pack",
      (m: object) => ({ ...m, id: "fr-1" }),
      nothing,
      /là mã của một gói có sẵn/,
      /id of a pack that comes with the code/,
    ],
    [
      "a calibration of another pack",
      (m: object) => ({ ...m, calibration: "c.json" }),
      otherTable,
      /c.json › bảng đo cho gói "fr-1"/,
      /measured for the pack "fr-1"/,
    ],
  ])("refuses %s in both languages", async (_, change, spoil, vi, en) => {
    const { text, usable } = await checked(change, spoil);
    expect(usable).toBe(false);
    expect(text).toMatch(vi);
    expect(text).toMatch(en);
  });
});

async function nothing(): Promise<void> {}

function scrfdOfSsd(manifest: { detector: Record<string, unknown> }): Record<string, unknown> {
  const {
    scores: _,
    locations: __,
    steps: ___,
    anchorSizes: ____,
    centreVariance: _____,
    sizeVariance: ______,
    ...common
  } = manifest.detector;
  const levels = [{ step: 8, scores: "scores", boxes: "462", points: null }];
  return { ...manifest, detector: { ...common, family: "scrfd", levels, anchorsPerCell: 2 } };
}

async function otherTable(dir: string): Promise<void> {
  const spread = { mean: 0, sd: 0.1 };
  const separation = { genuine: { mean: 0.6, sd: 0.1 }, impostor: spread, lost: 0.01 };
  const table = {
    pack: "fr-1",
    source: "đo thử",
    bands: [{ widthPx: 30, byRounds: [separation], pairs: separation }],
    gate: { sameAsOther: 0.6, leastLikeOwn: 0.3 },
    adapter: null,
  };
  await writeFile(join(dir, "c.json"), JSON.stringify(table));
}
