import { createRequire } from "node:module";
import { dirname } from "node:path";
import { dispose, io, ready, setBackend, tensor3d } from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import {
  detectAllFaces,
  FaceLandmark68Net,
  FaceRecognitionNet,
  nets,
  SsdMobilenetv1,
  SsdMobilenetv1Options,
} from "@vladmandic/face-api/dist/face-api.node-wasm.js";
import type { FacePack, PictureFaces } from "../ports.ts";
import type { Box, FaceObservation, PackVector, Point } from "../types.ts";
import type { FaceApiManifest } from "./manifest.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import type { PackOptions } from "./pack-options.ts";
import { decodePixels, type Pixels } from "./pixels.ts";
import { measureFace } from "./quality.ts";
import { alignFace, unitVectors } from "./recogniser.ts";
import { Stopwatch } from "./stopwatch.ts";

/** A face as face-api gives it: its 68 points in picture pixels, its 128 numbers as they come (compared by distance, 0.6). */
export interface LibraryFace {
  box: Box;
  score: number;
  landmarks: Point[];
  descriptor: Float32Array;
}

/** The library's networks are its own singletons, so this pack is loaded once a process. */
export async function openFaceApiPack(
  manifest: FaceApiManifest,
  files: Map<string, Uint8Array>,
  { limits }: PackOptions,
): Promise<FacePack> {
  await startBackend();
  loadWeights(nets.ssdMobilenetv1, "ssd_mobilenetv1_model", files);
  loadWeights(nets.faceLandmark68Net, "face_landmark_68_model", files);
  loadWeights(nets.faceRecognitionNet, "face_recognition_model", files);
  return oneAtATime(manifest, {
    async analyse(picture): Promise<PictureFaces> {
      const watch = new Stopwatch();
      const pixels = await watch.wait("decode", () => decodePixels(picture, limits));
      const found = await watch.wait("modelFaceApi", () => runLibrary(pixels, manifest));
      const faces = watch.run("quality", () => found.map((face) => observe(pixels, face, manifest)));
      return { widthPx: pixels.widthPx, heightPx: pixels.heightPx, faces, timings: watch.timings };
    },
    close: () => Promise.resolve(),
  });
}

/** The wasm file comes from the package itself; without a path the backend would fetch it from a content network. */
async function startBackend(): Promise<void> {
  const backend = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(`${dirname(backend)}/`);
  await setBackend("wasm");
  await ready();
}

type Net = SsdMobilenetv1 | FaceLandmark68Net | FaceRecognitionNet;

/** From the bytes whose checksum was verified, not from the disk again. */
function loadWeights(net: Net, name: string, files: Map<string, Uint8Array>): void {
  const manifest = files.get(`${name}-weights_manifest.json`);
  const weights = files.get(`${name}.bin`);
  if (!manifest || !weights) throw new Error(`the manifest lists no weights ${name}`);
  const [group] = JSON.parse(Buffer.from(manifest).toString("utf8")) as io.WeightsManifestConfig;
  const decoded = io.decodeWeights(Uint8Array.from(weights).buffer, group?.weights ?? []);
  // The library's types name a tensor class of their own copy; at run time it is the same one.
  net.loadFromWeightMap(decoded as unknown as Parameters<Net["loadFromWeightMap"]>[0]);
}

/** As the library's own examples do it: SSD over the whole frame, 68 landmarks, descriptors. */
export async function runLibrary(
  { data, widthPx, heightPx }: Pixels,
  options: { minScore: number; maxFaces: number },
): Promise<LibraryFace[]> {
  const input = tensor3d(data, [heightPx, widthPx, 3], "int32");
  try {
    const ssd = new SsdMobilenetv1Options({ minConfidence: options.minScore, maxResults: options.maxFaces });
    const found = await detectAllFaces(input, ssd).withFaceLandmarks().withFaceDescriptors();
    return found.map(({ detection, landmarks, descriptor }) => ({
      box: {
        x: detection.box.x,
        y: detection.box.y,
        width: detection.box.width,
        height: detection.box.height,
      },
      score: detection.score,
      landmarks: landmarks.positions.map(({ x, y }) => ({ x, y })),
      descriptor,
    }));
  } finally {
    dispose(input);
  }
}

function observe(pixels: Pixels, face: LibraryFace, manifest: FaceApiManifest): FaceObservation {
  const five = manifest.five.map((group) => {
    const points = group.map((index) => face.landmarks[index] as Point);
    const sum = points.reduce((a, b) => ({ x: a.x + b.x, y: a.y + b.y }));
    return { x: sum.x / points.length, y: sum.y / points.length };
  });
  return {
    box: face.box,
    score: face.score,
    landmarks: five,
    quality: measureFace(face.box, five, alignFace(pixels, five, manifest.aligned)),
    embedding: {
      pack: manifest.id,
      vector: unitVectors(face.descriptor, manifest.embeddingLength)[0] as PackVector,
    },
  };
}
