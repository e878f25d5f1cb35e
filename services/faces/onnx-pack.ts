import type { FacePack, PictureFaces } from "../ports.ts";
import type { FaceObservation, FaceQuality, Point } from "../types.ts";
import { detectFaces, planeBuffers, type PlaneBuffers } from "./detector.ts";
import type { Detection } from "./detections.ts";
import { findFivePoints } from "./landmarks.ts";
import { batchesOf, inLanes } from "./lanes.ts";
import type { OnnxManifest } from "./manifest.ts";
import { decodePixels, type PictureLimits, type Pixels } from "./pixels.ts";
import { greyOf, greyQuality, yawOf } from "./quality.ts";
import { alignFace, recogniserInput, unitVectors } from "./recogniser.ts";
import { openNetwork, shareCores, type Network } from "./session.ts";
import { Stopwatch } from "./stopwatch.ts";

export interface OnnxPackOptions {
  /** Cores to use. */
  threads: number;
  limits: PictureLimits;
}

interface Engine {
  manifest: OnnxManifest;
  limits: PictureLimits;
  detector: Network;
  planes: PlaneBuffers;
  landmarks: Network;
  recogniser: Network;
}

export async function openOnnxPack(
  manifest: OnnxManifest,
  files: Map<string, Uint8Array>,
  { threads, limits }: OnnxPackOptions,
): Promise<FacePack> {
  const sharing = shareCores(threads);
  const open = (spec: OnnxManifest["detector" | "landmarks" | "recogniser"]): Promise<Network> => {
    const bytes = files.get(spec.file);
    if (!bytes) throw new Error(`the manifest lists no file ${spec.file}`);
    return openNetwork(bytes, spec, sharing);
  };
  const engine: Engine = {
    manifest,
    limits,
    planes: planeBuffers(),
    detector: await open(manifest.detector),
    landmarks: await open(manifest.landmarks),
    recogniser: await open(manifest.recogniser),
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    id: manifest.id,
    embeddingLength: manifest.embeddingLength,
    /** One picture at a time: it already keeps every core busy, and memory stays that of one picture. */
    analyse(picture) {
      const result = last.then(() => analyse(picture, engine));
      last = result.catch(() => null);
      return result;
    },
    async close() {
      await last;
      for (const network of [engine.detector, engine.landmarks, engine.recogniser]) await network.close();
    },
  };
}

async function analyse(picture: Uint8Array, engine: Engine): Promise<PictureFaces> {
  const { manifest } = engine;
  const watch = new Stopwatch();
  const pixels = await watch.wait("decode", () => decodePixels(picture, engine.limits));
  const detector = { network: engine.detector, planes: engine.planes };
  const detections = await detectFaces(pixels, detector, manifest.detector, watch);
  const boxes = detections.map(({ box }) => box);
  const points = await findFivePoints(pixels, boxes, engine.landmarks, manifest.landmarks, watch);
  const faces = await embedFaces(pixels, { detections, points }, engine, watch);
  return { widthPx: pixels.widthPx, heightPx: pixels.heightPx, faces, timings: watch.timings };
}

async function embedFaces(
  pixels: Pixels,
  found: { detections: Detection[]; points: Point[][] },
  { recogniser, manifest }: Engine,
  watch: Stopwatch,
): Promise<FaceObservation[]> {
  const spec = manifest.recogniser;
  const faces: FaceObservation[] = [];
  await inLanes(batchesOf(found.detections, spec.batch), recogniser.lanes, async ({ start, batch }) => {
    const points = found.points.slice(start, start + batch.length);
    const crops = watch.run("align", () => points.map((five) => alignFace(pixels, five, spec)));
    const input = watch.run("align", () =>
      recogniserInput(
        crops.map(({ planes }) => planes),
        spec,
      ),
    );
    const outputs = await watch.wait("modelEmbed", () =>
      recogniser.run(input, [crops.length, 3, spec.sidePx, spec.sidePx]),
    );
    const vectors = unitVectors(outputs[spec.output] as Float32Array, manifest.embeddingLength);
    watch.run("quality", () => {
      for (const [i, detection] of batch.entries())
        faces[start + i] = {
          ...detection,
          landmarks: points[i] as Point[],
          quality: measure(detection, points[i] as Point[], crops[i] as (typeof crops)[number], spec.sidePx),
          embedding: { pack: manifest.id, vector: vectors[i] as Float32Array },
        };
    });
  });
  return faces;
}

function measure(
  { box }: Detection,
  five: Point[],
  crop: { planes: Float32Array; residualPx: number },
  sidePx: number,
): FaceQuality {
  const grey = new Float32Array(sidePx * sidePx);
  greyOf(crop.planes, grey);
  const [leftEye, rightEye, nose] = five as [Point, Point, Point];
  return {
    widthPx: box.width,
    ...greyQuality(grey, sidePx),
    yaw: yawOf(leftEye, rightEye, nose),
    alignmentResidualPx: crop.residualPx,
  };
}
