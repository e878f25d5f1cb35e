import { describe, expect, it } from "vitest";
import { parseManifest } from "./manifest.ts";
import fr1 from "./packs/fr-1.json" with { type: "json" };

describe("a pack's manifest", () => {
  it("is read whole", () => {
    const manifest = parseManifest(fr1);
    expect(manifest.id).toBe("fr-1");
    expect(manifest.files.map(({ name }) => name)).toEqual([
      "fr_detect.onnx",
      "fr_landmark.onnx",
      "fr_feature.onnx",
    ]);
  });

  it.each([
    ["a short checksum", { files: [{ ...fr1.files[0], sha256: "6c02" }] }, "files[0].sha256"],
    ["a path outside the package", { files: [{ ...fr1.files[0], path: "/etc/passwd" }] }, "files[0].path"],
    ["a name with a folder", { files: [{ ...fr1.files[0], name: "../x.onnx" }] }, "files[0].name"],
    ["layers that do not match", { detector: { ...fr1.detector, steps: [8] } }, "steps and anchorSizes"],
    ["an unknown key", { detectr: {} }, "detectr"],
    ["an unknown engine", { engine: "tflite" }, "engine"],
  ])("is refused with the key named: %s", (_, change, named) => {
    expect(() => parseManifest({ ...fr1, ...change })).toThrow(named);
  });
});
