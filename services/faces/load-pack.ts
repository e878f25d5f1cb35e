import { availableParallelism } from "node:os";
import type { FacePack } from "../ports.ts";
import type { PackManifest } from "./manifest.ts";
import { readModelFiles } from "./model-files.ts";
import { openOnnxPack } from "./onnx-pack.ts";
import type { PackOptions } from "./pack-options.ts";
import { defaultLimits } from "./pixels.ts";

/**
 * Opens a model pack whose files lie in `modelDir`.
 * Throws `model-missing` when a file is absent or does not have its pinned SHA-256.
 */
export async function loadPack(
  manifest: PackManifest,
  modelDir: string,
  options: Partial<PackOptions> = {},
): Promise<FacePack> {
  const files = await readModelFiles(manifest, modelDir);
  const full = { threads: availableParallelism(), limits: defaultLimits, ...options };
  if (manifest.engine === "onnx") return openOnnxPack(manifest, files, full);
  // tfjs takes a second and 150 MB to load; only those who chose this pack pay for it.
  const { openFaceApiPack } = await import("./face-api-pack.ts");
  return openFaceApiPack(manifest, files, full);
}
