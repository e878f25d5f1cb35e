import { availableParallelism } from "node:os";
import type { FacePack } from "../ports.ts";
import type { PackManifest } from "./manifest.ts";
import { readModelFiles } from "./model-files.ts";
import { openOnnxPack, type OnnxPackOptions } from "./onnx-pack.ts";
import { defaultLimits } from "./pixels.ts";

export type LoadOptions = Partial<OnnxPackOptions>;

/**
 * Opens a model pack whose files lie in `modelDir`.
 * Throws `model-missing` when a file is absent or does not have its pinned SHA-256.
 */
export async function loadPack(
  manifest: PackManifest,
  modelDir: string,
  options: LoadOptions = {},
): Promise<FacePack> {
  const files = await readModelFiles(manifest, modelDir);
  return openOnnxPack(manifest, files, {
    threads: options.threads ?? availableParallelism(),
    limits: options.limits ?? defaultLimits,
  });
}
