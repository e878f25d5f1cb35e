/** What the bytes are, whatever the name says. */
export type TrueType =
  | "zip"
  | "ole2"
  | "ole2-encrypted"
  | "pdf"
  | "rtf"
  | "markup"
  | "picture"
  | "text"
  | "old-text"
  | "empty"
  | "unknown";

const MAGIC: [TrueType, number[]][] = [
  ["zip", [0x50, 0x4b, 0x03, 0x04]],
  ["zip", [0x50, 0x4b, 0x05, 0x06]],
  ["ole2", [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]],
  ["pdf", [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ["rtf", [0x7b, 0x5c, 0x72, 0x74, 0x66]],
  ["picture", [0xff, 0xd8, 0xff]],
  ["picture", [0x89, 0x50, 0x4e, 0x47]],
  ["picture", [0x47, 0x49, 0x46, 0x38]],
  ["picture", [0x49, 0x49, 0x2a, 0x00]],
];

const MARKUP = /^\s*(<\?xml|<!doctype|<html|<head|<body|<table|<script|<meta|<!--|mime-version:)/i;

export function trueType(bytes: Uint8Array): TrueType {
  if (bytes.length === 0) return "empty";
  const found = MAGIC.find(([, magic]) => magic.every((byte, i) => bytes[i] === byte));
  if (found) return found[0] === "ole2" && isEncryptedOffice(bytes) ? "ole2-encrypted" : found[0];
  const text = decodeText(bytes);
  if (text === null) return isOldText(bytes) ? "old-text" : "unknown";
  return MARKUP.test(text) ? "markup" : "text";
}

/** An old .doc or .xls, by its first bytes; one with a password is none. */
export function isLegacyOffice(bytes: Uint8Array): boolean {
  return (
    (MAGIC.find(([type]) => type === "ole2")?.[1] ?? []).every((byte, i) => bytes[i] === byte) &&
    !isEncryptedOffice(bytes)
  );
}

/** A password turns .docx/.xlsx into an OLE2 container holding a stream of this name. */
function isEncryptedOffice(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(
    Buffer.from("EncryptedPackage", "utf16le"),
  );
}

/** UTF-8 or UTF-16 text (by its mark, or by where its zero bytes lie), else windows-1258 when that reads as Vietnamese; null for anything else. */
export function decodeText(bytes: Uint8Array): string | null {
  const text = decoded(bytes, encodingOf(bytes));
  if (text !== null) return text;
  const older = decoded(bytes, "windows-1258")?.normalize("NFC") ?? null;
  return older !== null && isVietnamese(older) ? older : null;
}

function decoded(bytes: Uint8Array, encoding: string): string | null {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return hasControlCharacters(text) ? null : text;
  } catch {
    return null;
  }
}

/** Nothing but Vietnamese letters and usual signs: TCVN3, VNI and other code pages leave letters no Vietnamese word has. */
function isVietnamese(text: string): boolean {
  return !/[^\p{ASCII}\u0300\u0301\u0302\u0303\u0306\u0309\u031B\u0323đĐ\u00A0–—‘’“”…•°·×]/u.test(
    text.normalize("NFD"),
  );
}

/** A table of text in a code page nobody can tell: one byte a letter, lines, no control characters. */
function isOldText(bytes: Uint8Array): boolean {
  const text = decoded(bytes, "windows-1252");
  return (
    text !== null &&
    /[\t,;|]/.test(text) &&
    /\n/.test(text) &&
    (text.match(/[ -~]/g)?.length ?? 0) > text.length / 2
  );
}

function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const head = bytes.subarray(0, 512);
  const zeros = (odd: number) => head.filter((byte, i) => byte === 0 && i % 2 === odd).length;
  if (zeros(1) > head.length / 8 && zeros(0) <= zeros(1) / 4) return "utf-16le";
  if (zeros(0) > head.length / 8 && zeros(1) <= zeros(0) / 4) return "utf-16be";
  return "utf-8";
}

function hasControlCharacters(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 32 && code !== 9 && code !== 10 && code !== 13) return true;
  }
  return false;
}
