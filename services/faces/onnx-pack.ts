import type { FacePack, PictureFaces } from "../ports.ts";
import type { FaceObservation, Point } from "../types.ts";
import { detectFaces, planeBuffers, type PlaneBuffers } from "./detector.ts";
import type { Detection } from "./detections.ts";
import { findFivePoints } from "./landmarks.ts";
import { batchesOf, inLanes } from "./lanes.ts";
import type { OnnxManifest } from "./manifest.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import type { PackOptions } from "./pack-options.ts";
import { decodePixels, type PictureLimits, type Pixels } from "./pixels.ts";
import { measureFace } from "./quality.ts";
import { alignFace, recogniserInput, unitVectors, type AlignedCrop } from "./recogniser.ts";
import { openNetwork, shareCores, type Network } from "./session.ts";
import { Stopwatch } from "./stopwatch.ts";

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
  { threads, limits }: PackOptions,
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
  return oneAtATime(manifest, {
    analyse: (picture) => analyse(picture, engine),
    async close() {
      for (const network of [engine.detector, engine.landmarks, engine.recogniser]) await network.close();
    },
  });
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
          quality: measureFace(detection.box, points[i] as Point[], crops[i] as AlignedCrop),
          embedding: { pack: manifest.id, vector: vectors[i] as Float32Array },
        };
    });
  });
  return faces;
}
