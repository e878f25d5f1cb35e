import { tensor3d } from "@tensorflow/tfjs";
import { normalize, toNetInput } from "@vladmandic/face-api/dist/face-api.node-wasm.js";
import { expect, it } from "vitest";
import parity from "./parity.json" with { type: "json" };
import { fileURLToPath } from "node:url";
import { facePackContract } from "./contract.ts";
import { faceApi1Manifest } from "./known-packs.ts";
import { loadPack } from "./load-pack.ts";

const MODELS = fileURLToPath(new URL("../../node_modules/@vladmandic/face-api/model", import.meta.url));

facePackContract(() => loadPack(faceApi1Manifest, MODELS), { widthPx: 64, known: 11, found: 11 });

it("prepares a face for the recogniser as its definition says: padded to a square, its own mean taken off, over 255", async () => {
  const { data, widthPx } = parity.picture;
  const corner = Array.from({ length: 6 }, (_, y) =>
    data.slice(y * widthPx * 3, y * widthPx * 3 + 8 * 3),
  ).flat();
  const batch = (await toNetInput(tensor3d(corner, [6, 8, 3], "int32"))).toBatchTensor(8, true);
  const prepared = normalize(batch, [122.782, 117.001, 104.298]).dataSync();
  expect(prepared).toHaveLength(parity.faceApi.length);
  for (const [i, value] of prepared.entries())
    expect(value / 255).toBeCloseTo(parity.faceApi[i] as number, 5);
});
