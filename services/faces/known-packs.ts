import { SisoError } from "../errors.ts";
import { parseManifest, type PackManifest } from "./manifest.ts";
import faceApi1 from "./packs/faceapi-1.json" with { type: "json" };
import fr1 from "./packs/fr-1.json" with { type: "json" };

type Engine = PackManifest["engine"];

/** The default pack, and the licence-cautious one; see their manifests for licence and provenance. */
export const fr1Manifest = ofEngine(parseManifest(fr1), "onnx");
export const faceApi1Manifest = ofEngine(parseManifest(faceApi1), "face-api");

export const knownPacks: readonly PackManifest[] = [fr1Manifest, faceApi1Manifest];

/** Throws `config-invalid` naming the packs there are. */
export function packById(id: string): PackManifest {
  const found = knownPacks.find((pack) => pack.id === id);
  if (found) return found;
  const names = knownPacks.map((pack) => pack.id).join(", ");
  throw new SisoError("config-invalid", {
    vi: `Không có gói mô hình "${id}". Các gói hiện có: ${names}.`,
    en: `There is no model pack "${id}". Known packs: ${names}.`,
  });
}

function ofEngine<E extends Engine>(manifest: PackManifest, engine: E): Extract<PackManifest, { engine: E }> {
  if (manifest.engine !== engine) throw new Error(`pack ${manifest.id} is not of engine ${engine}`);
  return manifest as Extract<PackManifest, { engine: E }>;
}
