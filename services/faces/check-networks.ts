import type { Bilingual } from "../types.ts";
import { decodeDetections } from "./detections.ts";
import { detectorOutputs, type DetectorSpec, type GraphEdit } from "./detector-spec.ts";
import type { FolderManifest, LandmarkSpec, RecogniserSpec } from "./manifest.ts";
import { openNetwork, type Network } from "./session.ts";

/** Opens each network, runs it once on nothing and compares what comes out with what the manifest declares. */
export async function checkNetworks(
  manifest: FolderManifest,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<Bilingual[]> {
  const { detector, landmarks, recogniser, embeddingLength } = manifest;
  const problems = await withNetwork("detector", files, detector, detectorOutputs(detector), (network) =>
    runDetector(network, detector),
  );
  if (!("from" in landmarks))
    problems.push(
      ...(await withNetwork("landmarks", files, landmarks, [landmarks.output], (network) =>
        runLandmarks(network, landmarks),
      )),
    );
  const last = await withNetwork("recogniser", files, recogniser, [recogniser.output], (network) =>
    runRecogniser(network, recogniser, embeddingLength),
  );
  return [...problems, ...last];
}

async function withNetwork(
  part: string,
  files: ReadonlyMap<string, Uint8Array>,
  spec: { file: string; input: string; edit?: GraphEdit | undefined },
  outputs: readonly string[],
  look: (network: Network) => Promise<Bilingual[]>,
): Promise<Bilingual[]> {
  const bytes = files.get(spec.file);
  // Missing or altered: said already.
  if (bytes === undefined) return [];
  const where = `${part} (${spec.file})`;
  let network: Network;
  try {
    network = await openNetwork(bytes, spec, { threads: 1, lanes: 1 });
  } catch (error) {
    return [
      {
        vi: `${where}: ONNX Runtime không mở được: ${said(error)}`,
        en: `${where}: ONNX Runtime cannot open it: ${said(error)}`,
      },
    ];
  }
  try {
    const names = nameProblems(where, network, spec.input, outputs);
    return names.length > 0 ? names : await look(network);
  } catch (error) {
    return [
      {
        vi: `${where}: chạy thử không được: ${said(error)}`,
        en: `${where}: a trial run failed: ${said(error)}`,
      },
    ];
  } finally {
    await network.close();
  }
}

function said(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}

function nameProblems(
  where: string,
  network: Network,
  input: string,
  outputs: readonly string[],
): Bilingual[] {
  const missing = outputs.filter((name) => !network.outputs.includes(name));
  return [
    ...(network.inputs.includes(input) ? [] : [absent(where, "đầu vào", "input", input, network.inputs)]),
    ...missing.map((name) => absent(where, "đầu ra", "output", name, network.outputs)),
  ];
}

function absent(where: string, vi: string, en: string, name: string, there: readonly string[]): Bilingual {
  return {
    vi: `${where}: không có ${vi} "${name}"; mô hình có: ${there.join(", ")}`,
    en: `${where}: there is no ${en} "${name}"; the model has: ${there.join(", ")}`,
  };
}

/** Two sizes where the network takes any: one fixed inside the graph shows itself. */
async function runDetector(network: Network, spec: DetectorSpec): Promise<Bilingual[]> {
  for (const size of trialSizes(spec)) {
    const { widthPx, heightPx } = size;
    const outputs = await network.run(new Float32Array(3 * widthPx * heightPx), [1, 3, heightPx, widthPx]);
    try {
      decodeDetections(outputs, size, spec);
      checkSsd(outputs, spec);
    } catch (error) {
      const at = `${widthPx}×${heightPx}`;
      return [
        {
          vi: `detector (${spec.file}): đầu ra không đúng bố cục "${spec.family}" đã khai báo, với ảnh ${at}: ${said(error)}`,
          en: `detector (${spec.file}): the outputs are not of the declared layout "${spec.family}", on ${at}: ${said(error)}`,
        },
      ];
    }
  }
  return [];
}

function trialSizes({ inputSize }: DetectorSpec): { widthPx: number; heightPx: number }[] {
  if (inputSize === "any")
    return [
      { widthPx: 320, heightPx: 240 },
      { widthPx: 250, heightPx: 190 },
    ];
  if ("widthPx" in inputSize) return [inputSize];
  const { multipleOf } = inputSize;
  const whole = (side: number): number => Math.ceil(side / multipleOf) * multipleOf;
  return [
    { widthPx: whole(320), heightPx: whole(240) },
    { widthPx: whole(200), heightPx: whole(320) },
  ];
}

/** Four numbers a box beside the two scores an anchor; SCRFD's and YOLO's lengths follow from reading them. */
function checkSsd(outputs: Record<string, Float32Array>, spec: DetectorSpec): void {
  if (spec.family === "scrfd") {
    for (const { scores, boxes, points } of spec.levels) {
      const anchors = outputs[scores]?.length ?? 0;
      lengthIs(boxes, outputs, anchors * 4);
      if (points !== null) lengthIs(points, outputs, anchors * 10);
    }
  }
  if (spec.family === "ssd") lengthIs(spec.locations, outputs, (outputs[spec.scores]?.length ?? 0) * 2);
}

function lengthIs(name: string, outputs: Record<string, Float32Array>, expected: number): void {
  const found = outputs[name]?.length ?? 0;
  if (found !== expected) throw new Error(`${name} has ${found} values, ${expected} were expected`);
}

async function runLandmarks(network: Network, spec: LandmarkSpec): Promise<Bilingual[]> {
  const { sidePx, batch, count, file } = spec;
  const outputs = await network.run(new Float32Array(batch * sidePx * sidePx), [batch, 1, sidePx, sidePx]);
  const found = outputs[spec.output]?.length ?? 0;
  const highest = Math.max(...spec.five.flat());
  const problems: Bilingual[] = [];
  if (found !== batch * count * 2)
    problems.push({
      vi: `landmarks (${file}): ra ${found} số cho ${batch} mặt, cần ${batch * count * 2} (${count} điểm)`,
      en: `landmarks (${file}): gives ${found} numbers for ${batch} faces, ${batch * count * 2} are needed (${count} points)`,
    });
  if (highest >= count)
    problems.push({
      vi: `landmarks.five: điểm ${highest} không có, chỉ có 0–${count - 1}`,
      en: `landmarks.five: there is no point ${highest}, only 0–${count - 1}`,
    });
  return problems;
}

async function runRecogniser(network: Network, spec: RecogniserSpec, length: number): Promise<Bilingual[]> {
  const { sidePx, batch, file } = spec;
  const outputs = await network.run(new Float32Array(batch * 3 * sidePx * sidePx), [
    batch,
    3,
    sidePx,
    sidePx,
  ]);
  const found = (outputs[spec.output]?.length ?? 0) / batch;
  if (found === length) return [];
  return [
    {
      vi: `recogniser (${file}): mỗi mặt ra ${found} số, manifest ghi embeddingLength ${length}`,
      en: `recogniser (${file}): gives ${found} numbers a face, the manifest says embeddingLength ${length}`,
    },
  ];
}
