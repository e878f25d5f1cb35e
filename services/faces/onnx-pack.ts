import type { FacePack, PictureFaces } from "../ports.ts";
import type { FaceObservation, FaceQuality, Point } from "../types.ts";
import { detectFaces } from "./detector.ts";
import type { Detection } from "./detections.ts";
import { findFivePoints } from "./landmarks.ts";
import type { OnnxManifest } from "./manifest.ts";
import { decodePixels, type PictureLimits, type Pixels } from "./pixels.ts";
import { greyOf, greyQuality, yawOf } from "./quality.ts";
import { alignFace, recogniserInput, unitVectors } from "./recogniser.ts";
import { openNetwork, type Network } from "./session.ts";
import { Stopwatch } from "./stopwatch.ts";

export interface OnnxPackOptions {
  threads: number;
  limits: PictureLimits;
}

interface Networks {
  detector: Network;
  landmarks: Network;
  recogniser: Network;
}

export async function openOnnxPack(
  manifest: OnnxManifest,
  files: Map<string, Uint8Array>,
  options: OnnxPackOptions,
): Promise<FacePack> {
  const open = (spec: OnnxManifest["detector" | "landmarks" | "recogniser"]): Promise<Network> => {
    const bytes = files.get(spec.file);
    if (!bytes) throw new Error(`the manifest lists no file ${spec.file}`);
    return openNetwork(bytes, spec, options);
  };
  const networks: Networks = {
    detector: await open(manifest.detector),
    landmarks: await open(manifest.landmarks),
    recogniser: await open(manifest.recogniser),
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    id: manifest.id,
    embeddingLength: manifest.embeddingLength,
    /** One picture at a time: every run already uses all threads, and memory stays that of one picture. */
    analyse(picture) {
      const result = last.then(() => analyse(picture, networks, manifest, options.limits));
      last = result.catch(() => null);
      return result;
    },
    async close() {
      await last;
      for (const network of Object.values(networks) as Network[]) await network.close();
    },
  };
}

async function analyse(
  picture: Uint8Array,
  networks: Networks,
  manifest: OnnxManifest,
  limits: PictureLimits,
): Promise<PictureFaces> {
  const watch = new Stopwatch();
  const pixels = await watch.wait("decode", () => decodePixels(picture, limits));
  const detections = await detectFaces(pixels, networks.detector, manifest.detector, watch);
  const boxes = detections.map(({ box }) => box);
  const points = await findFivePoints(pixels, boxes, networks.landmarks, manifest.landmarks, watch);
  const faces = await embedFaces(
    pixels,
    { detections, points },
    { network: networks.recogniser, manifest, watch },
  );
  return { widthPx: pixels.widthPx, heightPx: pixels.heightPx, faces, timings: watch.timings };
}

async function embedFaces(
  pixels: Pixels,
  found: { detections: Detection[]; points: Point[][] },
  { network, manifest, watch }: { network: Network; manifest: OnnxManifest; watch: Stopwatch },
): Promise<FaceObservation[]> {
  const spec = manifest.recogniser;
  const faces: FaceObservation[] = [];
  for (let start = 0; start < found.detections.length; start += spec.batch) {
    const detections = found.detections.slice(start, start + spec.batch);
    const points = found.points.slice(start, start + spec.batch);
    const crops = watch.run("align", () => points.map((five) => alignFace(pixels, five, spec)));
    const input = watch.run("align", () =>
      recogniserInput(
        crops.map(({ planes }) => planes),
        spec,
      ),
    );
    const outputs = await watch.wait("modelEmbed", () =>
      network.run(input, [crops.length, 3, spec.sidePx, spec.sidePx]),
    );
    const vectors = unitVectors(outputs[spec.output] as Float32Array, manifest.embeddingLength);
    watch.run("quality", () => {
      for (const [i, detection] of detections.entries())
        faces.push({
          ...detection,
          landmarks: points[i] as Point[],
          quality: measure(detection, points[i] as Point[], crops[i] as (typeof crops)[number], spec.sidePx),
          embedding: { pack: manifest.id, vector: vectors[i] as Float32Array },
        });
    });
  }
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
