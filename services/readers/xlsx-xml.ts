import { SaxesParser } from "saxes";

export interface SheetEvents {
  /** Name and attributes without their prefixes. */
  open(name: string, attributes: Record<string, string>): void;
  close?(name: string): void;
  text?(text: string): void;
}

const PIECE = 1 << 16;

/** Streams a workbook part's XML. Prefixes are dropped: its vocabularies do not collide. Throws on malformed XML, and whatever an event throws. */
export function walkSheetXml(part: Buffer | undefined, events: SheetEvents): void {
  if (!part) return;
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", (tag) => events.open(local(tag.name), localAttributes(tag.attributes)));
  parser.on("closetag", (tag) => events.close?.(local(tag.name)));
  parser.on("text", (text) => events.text?.(text));
  const xml = textOf(part);
  for (let at = 0; at < xml.length; at += PIECE) parser.write(xml.slice(at, at + PIECE));
  parser.close();
}

function textOf(part: Buffer): string {
  if (part[0] === 0xff && part[1] === 0xfe) return part.toString("utf16le").slice(1);
  return part.toString("utf8").replace(/^\uFEFF/, "");
}

function local(name: string): string {
  const colon = name.indexOf(":");
  return colon === -1 ? name : name.slice(colon + 1);
}

function localAttributes(attributes: Record<string, string>): Record<string, string> {
  for (const name in attributes) {
    if (name.includes(":")) attributes[local(name)] ??= attributes[name] ?? "";
  }
  return attributes;
}

/** `B7` → column 1, row 6 (0-based); null when it is no cell. */
export function cellAt(ref: string): { row: number; column: number } | null {
  const found = /^\$?([A-Z]{1,3})\$?(\d{1,7})$/i.exec(ref);
  if (!found) return null;
  let column = 0;
  for (const letter of (found[1] ?? "").toUpperCase()) column = column * 26 + letter.charCodeAt(0) - 64;
  return { row: Number(found[2]) - 1, column: column - 1 };
}

/** 0-based row and column → `B7`. */
export function cellName(row: number, column: number): string {
  let letters = "";
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26))
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  return `${letters}${row + 1}`;
}
