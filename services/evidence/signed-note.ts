import { createHash, createPublicKey, verify } from "node:crypto";

/** C2SP signed-note with Ed25519 signatures, and the tlog-checkpoint written in it (c2sp.org/signed-note, /tlog-checkpoint). */

/** Algorithm byte of Ed25519 in key ids and verifier keys. */
const ED25519 = 0x01;
/** DER head of an Ed25519 SubjectPublicKeyInfo; the 32 raw bytes follow. */
const SPKI_HEAD = Buffer.from("302a300506032b6570032100", "hex");

export interface Checkpoint {
  /** The log's name. */
  origin: string;
  /** Number of leaves. */
  size: number;
  root: Uint8Array;
  /** When the log says it signed; what an outside clock says is in its token. */
  madeAt: Date;
}

/** Text of a checkpoint: origin, size, root, then one extension line with the signer's own time. */
export function checkpointText({ origin, size, root, madeAt }: Checkpoint): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString("base64")}\ntime ${madeAt.toISOString()}\n`;
}

/** Text with which an old key names the one that takes its place from `fromSize` leaves on. */
export function rotationText(origin: string, fromSize: number, newVerifierKey: string): string {
  return `${origin}/key-rotation\n${fromSize}\n${newVerifierKey}\n`;
}

/** Text that seals a bundle: its list of hashes by its own hash. */
export function bundleText(origin: string, exportId: string, tagManifestSha256: string): string {
  return `${origin}/bundle\n${exportId}\n${tagManifestSha256}\n`;
}

/** `name+id+base64(0x01 ‖ key)`; `publicKey` is the raw 32 bytes. */
export function verifierKey(name: string, publicKey: Uint8Array): string {
  const id = keyId(name, publicKey).toString("hex");
  return `${name}+${id}+${Buffer.concat([Buffer.of(ED25519), publicKey]).toString("base64")}`;
}

/** First four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key). */
export function keyId(name: string, publicKey: Uint8Array): Buffer {
  return createHash("sha256")
    .update(`${name}\n`, "utf8")
    .update(Buffer.of(ED25519))
    .update(publicKey)
    .digest()
    .subarray(0, 4);
}

/** Text, empty line, signature line. `text` ends in a newline. */
export function signedNote(
  text: string,
  name: string,
  publicKey: Uint8Array,
  sign: (message: Uint8Array) => Uint8Array,
): string {
  const signature = Buffer.concat([keyId(name, publicKey), sign(Buffer.from(text, "utf8"))]);
  return `${text}\n— ${name} ${signature.toString("base64")}\n`;
}

/** The text of a note whose one signature is by that key, else null. */
export function openNote(note: string, key: string): string | null {
  const end = note.indexOf("\n\n— ");
  const known = readVerifierKey(key);
  if (end < 0 || known === null) return null;
  const text = note.slice(0, end + 1);
  const [, name, encoded] = /^— (\S+) (\S+)\n$/.exec(note.slice(end + 2)) ?? [];
  const signature = Buffer.from(encoded ?? "", "base64");
  if (name !== known.name || signature.length !== 68 || signature.toString("base64") !== encoded) return null;
  if (!signature.subarray(0, 4).equals(keyId(known.name, known.publicKey))) return null;
  const publicKey = createPublicKey({
    key: Buffer.concat([SPKI_HEAD, known.publicKey]),
    format: "der",
    type: "spki",
  });
  return verify(null, Buffer.from(text, "utf8"), publicKey, signature.subarray(4)) ? text : null;
}

function readVerifierKey(key: string): { name: string; publicKey: Buffer } | null {
  const [, name, id, encoded] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(key) ?? [];
  const bytes = Buffer.from(encoded ?? "", "base64");
  if (name === undefined || bytes.length !== 33 || bytes[0] !== ED25519) return null;
  const publicKey = bytes.subarray(1);
  return keyId(name, publicKey).toString("hex") === id ? { name, publicKey } : null;
}
