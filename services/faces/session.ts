import { InferenceSession, Tensor } from "onnxruntime-node";
import { editGraph } from "./onnx-graph.ts";
import type { GraphEdit } from "./manifest.ts";

export interface SessionOptions {
  /** Threads a single model run may use. */
  threads: number;
}

/** One network, its graph edited as the manifest says. */
export interface Network {
  run(input: Float32Array, shape: number[]): Promise<Record<string, Float32Array>>;
  close(): Promise<void>;
}

export async function openNetwork(
  bytes: Uint8Array,
  spec: { input: string; edit: GraphEdit },
  options: SessionOptions,
): Promise<Network> {
  const session = await InferenceSession.create(editGraph(bytes, spec.edit), {
    executionProviders: ["cpu"],
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
  });
  return {
    async run(input, shape) {
      const results = await session.run({ [spec.input]: new Tensor("float32", input, shape) });
      return Object.fromEntries(
        Object.entries(results).map(([name, tensor]) => [name, tensor.data as Float32Array]),
      );
    },
    close: () => session.release(),
  };
}
