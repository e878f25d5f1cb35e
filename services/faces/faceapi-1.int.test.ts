import { fileURLToPath } from "node:url";
import { facePackContract } from "./contract.ts";
import { faceApi1Manifest } from "./known-packs.ts";
import { loadPack } from "./load-pack.ts";

const MODELS = fileURLToPath(new URL("../../node_modules/@vladmandic/face-api/model", import.meta.url));

facePackContract(() => loadPack(faceApi1Manifest, MODELS), { widthPx: 64, known: 11, found: 11 });
