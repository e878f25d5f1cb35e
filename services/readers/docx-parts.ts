import { SaxesParser } from "saxes";

const WORD = new Set([
  "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
  "http://purl.oclc.org/ooxml/wordprocessingml/main",
]);

/** An element with its attributes by local name; `name` is `w:…` for WordprocessingML whatever prefix the file uses. */
export interface WordTag {
  name: string;
  attributes: Record<string, string>;
}

export interface WordEvents {
  open(tag: WordTag): void;
  close(name: string): void;
  text(text: string): void;
}

/** Streams a part's XML; namespaces are resolved, so an unusual prefix changes nothing. Throws on malformed XML. */
export function walkXml(xml: string, events: WordEvents): void {
  const parser = new SaxesParser({ xmlns: true });
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", (node) => {
    const attributes: Record<string, string> = {};
    for (const attribute of Object.values(node.attributes)) attributes[attribute.local] = attribute.value;
    events.open({ name: tagName(node), attributes });
  });
  parser.on("closetag", (node) => events.close(tagName(node)));
  parser.on("text", (text) => events.text(text));
  parser.write(xml).close();
}

function tagName(node: { uri: string; local: string }): string {
  return WORD.has(node.uri) ? `w:${node.local}` : node.local;
}

/** A toggle such as `<w:vanish/>`: on unless its value says otherwise. */
export function isOn(value: string | undefined): boolean {
  return value === undefined || !["0", "false", "off"].includes(value);
}

export interface WordStyle {
  basedOn: string | null;
  vanish: boolean | null;
  font: string | null;
}

/** Hidden text and fonts may sit in styles; `""` holds the document's defaults. */
export function readStyles(xml: string | undefined): Map<string, WordStyle> {
  const styles = new Map<string, WordStyle>();
  if (!xml) return styles;
  let style: WordStyle | null = null;
  let inRun = false;
  walkXml(xml, {
    open({ name, attributes }) {
      if (name === "w:docDefaults" || name === "w:style") {
        style = { basedOn: null, vanish: null, font: null };
        styles.set(name === "w:style" ? (attributes["styleId"] ?? "") : "", style);
        inRun = false;
      } else if (name === "w:rPr") inRun = true;
      else if (style && name === "w:basedOn") style.basedOn = attributes["val"] ?? null;
      else if (style && inRun && name === "w:vanish") style.vanish = isOn(attributes["val"]);
      else if (style && inRun && name === "w:rFonts")
        style.font = attributes["ascii"] ?? attributes["hAnsi"] ?? null;
    },
    close(name) {
      if (name === "w:rPr") inRun = false;
    },
    text: () => undefined,
  });
  return styles;
}

/** A property through `basedOn`, at most ten steps up so that a looping file ends. */
export function inherited<K extends "vanish" | "font">(
  styles: Map<string, WordStyle>,
  id: string | null,
  key: K,
): WordStyle[K] | null {
  let style = id === null ? undefined : styles.get(id);
  for (let step = 0; style && step < 10; step++) {
    if (style[key] !== null) return style[key];
    style = style.basedOn === null ? undefined : styles.get(style.basedOn);
  }
  return null;
}
