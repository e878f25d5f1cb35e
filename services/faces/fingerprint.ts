import { createHash } from "node:crypto";
import type { PackManifest } from "./manifest.ts";

/** SHA-256 of what a pack's numbers come from: another recogniser, alignment or preparation makes other numbers. */
export function fingerprint(manifest: PackManifest): string {
  return createHash("sha256")
    .update(JSON.stringify(sourceOf(manifest)))
    .digest("hex");
}

function sourceOf(manifest: PackManifest): unknown {
  const { engine, embeddingLength } = manifest;
  const shaOf = (name: string) => manifest.files.find((file) => file.name === name)?.sha256 ?? null;
  if (manifest.engine === "face-api")
    return { engine, embeddingLength, files: manifest.files.map(({ sha256 }) => sha256) };
  const { recogniser, landmarks, detector } = manifest;
  const { output, channels, mean, divisor, sidePx, template } = recogniser;
  return {
    engine,
    embeddingLength,
    recogniser: { sha256: shaOf(recogniser.file), output, channels, mean, divisor, sidePx, template },
    points:
      "from" in landmarks
        ? { sha256: shaOf(detector.file), family: detector.family }
        : {
            sha256: shaOf(landmarks.file),
            output: landmarks.output,
            sidePx: landmarks.sidePx,
            five: landmarks.five,
          },
  };
}
