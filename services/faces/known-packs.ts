import { parseManifest } from "./manifest.ts";
import fr1 from "./packs/fr-1.json" with { type: "json" };

/** The default pack; see its manifest for licence and provenance. */
export const fr1Manifest = parseManifest(fr1);
