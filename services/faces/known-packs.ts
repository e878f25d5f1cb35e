import { SisoError } from "../errors.ts";
import type { PackId } from "../types.ts";
import { parseManifest, type PackManifest } from "./manifest.ts";
import fr1 from "./packs/fr-1.json" with { type: "json" };

/** The default pack; see its manifest for licence and provenance. */
export const fr1Manifest = parseManifest(fr1);

/** The manifest of a pack by its id. Throws `model-missing` for a pack nobody described. */
export function packById(id: PackId): PackManifest {
  if (id === fr1Manifest.id) return fr1Manifest;
  throw new SisoError("model-missing", {
    vi: `SISO_MODEL_PACK: không có bộ mô hình “${id}”; có: ${fr1Manifest.id}.`,
    en: `SISO_MODEL_PACK: there is no model pack "${id}"; known: ${fr1Manifest.id}.`,
  });
}
