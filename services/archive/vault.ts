import { SisoError } from "../errors.ts";
import type { Vault } from "../ports.ts";
import { openEnvelope, sealEnvelope } from "./envelope.ts";
import { keyMissing, readKeyFile } from "./key-file.ts";

/** Throws `key-missing` when there is no key: only a new archive makes one. */
export async function createVault(keyFile: string): Promise<Vault> {
  const ring = await readKeyFile(keyFile);
  if (ring === null) throw keyMissing(keyFile);
  return {
    seal: (plain, context) => sealEnvelope(ring, ring.vault, plain, context),
    open: (sealed, context) => {
      const opened = openEnvelope(ring, ring.vault, sealed, context);
      if (opened.ok) return opened.plain;
      throw new SisoError("archive-corrupt", {
        vi: `Bí mật "${context}" ${opened.why.vi}`,
        en: `The secret "${context}" ${opened.why.en}`,
      });
    },
  };
}
