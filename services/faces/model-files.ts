import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SisoError } from "../errors.ts";
import type { PackManifest } from "./manifest.ts";

/** Reads the pack's files and checks each SHA-256. Throws `model-missing` when one is absent or differs. */
export async function readModelFiles(
  manifest: PackManifest,
  modelDir: string,
): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const file of manifest.files) {
    const path = join(modelDir, file.name);
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw missing(manifest, path, "không đọc được", "cannot be read", cause);
    });
    if (createHash("sha256").update(bytes).digest("hex") !== file.sha256)
      throw missing(manifest, path, "không đúng SHA-256 đã ghim", "does not have the pinned SHA-256");
    files.set(file.name, bytes);
  }
  return files;
}

function missing(manifest: PackManifest, path: string, vi: string, en: string, cause?: unknown): SisoError {
  const { id: pack } = manifest;
  const remedy =
    "npm" in manifest.source
      ? { vi: "Hãy chạy ./siso setup để tải lại.", en: "Run ./siso setup to fetch it again." }
      : { vi: `Hãy chạy ./siso pack check để xem.`, en: `Look with ./siso pack check.` };
  return new SisoError(
    "model-missing",
    {
      vi: `Gói mô hình ${pack}: tệp ${path} ${vi}. ${remedy.vi}`,
      en: `Model pack ${pack}: file ${path} ${en}. ${remedy.en}`,
    },
    cause,
  );
}
