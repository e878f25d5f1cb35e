import { InferenceSession, Tensor } from "onnxruntime-node";
import { editGraph } from "./onnx-graph.ts";
import type { GraphEdit } from "./detector-spec.ts";

export interface SessionOptions {
  /** Threads a single model run may use. */
  threads: number;
  /** Runs in flight at once. */
  lanes: number;
}

/** Node runs this many of its own threads; more runs at once would only queue. */
const MAX_LANES = 4;

/** One thread a run and as many runs as cores: measured faster than one run on all cores, and it leaves this thread free meanwhile. */
export function shareCores(cores: number): SessionOptions {
  const lanes = Math.min(Math.max(cores, 1), MAX_LANES);
  return { lanes, threads: Math.max(Math.floor(cores / lanes), 1) };
}

/** One network, its graph edited as the manifest says. */
export interface Network {
  readonly lanes: number;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  run(input: Float32Array, shape: number[]): Promise<Record<string, Float32Array>>;
  close(): Promise<void>;
}

export async function openNetwork(
  bytes: Uint8Array,
  spec: { input: string; edit?: GraphEdit | undefined },
  options: SessionOptions,
): Promise<Network> {
  const session = await InferenceSession.create(spec.edit ? editGraph(bytes, spec.edit) : bytes, {
    executionProviders: ["cpu"],
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    // It keeps a plan and its memory for every tile shape met: a fifth more at the peak, and no faster.
    enableMemPattern: false,
    logSeverityLevel: 3,
  });
  return {
    lanes: options.lanes,
    inputs: session.inputNames,
    outputs: session.outputNames,
    async run(input, shape) {
      const results = await session.run({ [spec.input]: new Tensor("float32", input, shape) });
      return Object.fromEntries(
        Object.entries(results).map(([name, tensor]) => [name, tensor.data as Float32Array]),
      );
    },
    close: () => session.release(),
  };
}
