import { createHash } from "node:crypto";
import { SisoError } from "../errors.ts";

/** Where an object is below a store: only ever made of a hash, so that no row can point outside the archive. */
export function objectPath(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    throw new SisoError("archive-corrupt", {
      vi: `"${sha256}" không phải mã băm SHA-256 của một đối tượng`,
      en: `"${sha256}" is not the SHA-256 of an object`,
    });
  }
  return `objects/${sha256.slice(0, 2)}/${sha256}`;
}

export function isObjectName(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}

/** Hex, of the parts one after another: what names an object, and what a commitment is. */
export function sha256Of(...parts: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}
