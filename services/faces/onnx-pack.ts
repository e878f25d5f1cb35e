import type { FacePack, PictureFaces } from "../ports.ts";
import type { Box, FaceObservation, PackVector, Point } from "../types.ts";
import { detectFaces, planeBuffers, type PlaneBuffers } from "./detector.ts";
import type { Detection } from "./detection.ts";
import { findFivePoints } from "./landmarks.ts";
import { batchesOf, inLanes } from "./lanes.ts";
import type { LandmarkSpec, OnnxManifest } from "./manifest.ts";
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
  /** Null when the detector gives the points itself. */
  landmarks: { network: Network; spec: LandmarkSpec } | null;
  recogniser: Network;
}

export async function openOnnxPack(
  manifest: OnnxManifest,
  files: Map<string, Uint8Array>,
  { threads, limits }: PackOptions,
): Promise<FacePack> {
  const sharing = shareCores(threads);
  const open = (spec: OnnxManifest["detector" | "recogniser"] | LandmarkSpec): Promise<Network> => {
    const bytes = files.get(spec.file);
    if (!bytes) throw new Error(`the manifest lists no file ${spec.file}`);
    return openNetwork(bytes, spec, sharing);
  };
  const { landmarks } = manifest;
  const engine: Engine = {
    manifest,
    limits,
    planes: planeBuffers(),
    detector: await open(manifest.detector),
    landmarks: "from" in landmarks ? null : { network: await open(landmarks), spec: landmarks },
    recogniser: await open(manifest.recogniser),
  };
  return oneAtATime(manifest, {
    analyse: (picture) => analyse(picture, engine),
    async close() {
      for (const network of [engine.detector, engine.landmarks?.network, engine.recogniser])
        await network?.close();
    },
  });
}

async function analyse(picture: Uint8Array, engine: Engine): Promise<PictureFaces> {
  const { manifest } = engine;
  const watch = new Stopwatch();
  const pixels = await watch.wait("decode", () => decodePixels(picture, engine.limits));
  const detector = { network: engine.detector, planes: engine.planes };
  const found = await detectFaces(pixels, detector, manifest.detector, watch);
  const faces = await embedFaces(pixels, await withPoints(pixels, found, engine, watch), engine, watch);
  return { widthPx: pixels.widthPx, heightPx: pixels.heightPx, faces, timings: watch.timings };
}

interface Pointed {
  box: Box;
  score: number;
  points: Point[];
}

async function withPoints(
  pixels: Pixels,
  found: Detection[],
  { landmarks }: Engine,
  watch: Stopwatch,
): Promise<Pointed[]> {
  if (landmarks === null) return found.map((face) => ({ ...face, points: face.points ?? [] }));
  const boxes = found.map(({ box }) => box);
  const points = await findFivePoints(pixels, boxes, landmarks.network, landmarks.spec, watch);
  return found.map(({ box, score }, i) => ({ box, score, points: points[i] as Point[] }));
}

async function embedFaces(
  pixels: Pixels,
  found: Pointed[],
  { recogniser, manifest }: Engine,
  watch: Stopwatch,
): Promise<FaceObservation[]> {
  const spec = manifest.recogniser;
  const faces: FaceObservation[] = [];
  await inLanes(batchesOf(found, spec.batch), recogniser.lanes, async ({ start, batch }) => {
    const crops = watch.run("align", () => batch.map(({ points }) => alignFace(pixels, points, spec)));
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
      for (const [i, { box, score, points }] of batch.entries())
        faces[start + i] = {
          box,
          score,
          landmarks: points,
          quality: measureFace(box, points, crops[i] as AlignedCrop),
          embedding: { pack: manifest.id, vector: vectors[i] as PackVector },
        };
    });
  });
  return faces;
}
