import { SaxesParser } from "saxes";

/** Tokens and names exactly as a camera wrote them: the ONVIF library turns `1.0` into 1 and merges presets of one name. */
export interface NamedToken {
  token: string;
  name: string;
}

/** Every `<Profiles token="…">` of a GetProfiles answer or `<Preset token="…">` of a GetPresets answer, in order. */
export function namedTokens(xml: string, element: "Profiles" | "Preset"): NamedToken[] {
  const found: NamedToken[] = [];
  const path: string[] = [];
  const parser = new SaxesParser();
  parser.on("opentag", (tag) => {
    const local = localName(tag.name);
    if (local === element) found.push({ token: attribute(tag.attributes, "token"), name: "" });
    path.push(local);
  });
  parser.on("text", (text) => {
    const last = found.at(-1);
    if (last !== undefined && path.at(-1) === "Name" && path.at(-2) === element) last.name += text;
  });
  parser.on("closetag", () => path.pop());
  // What is not XML has been refused by the ONVIF library already.
  parser.on("error", () => undefined);
  parser.write(xml).close();
  return found.filter((entry) => entry.token !== "");
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function attribute(attributes: Record<string, unknown>, name: string): string {
  const value = attributes[name];
  return typeof value === "string" ? value : "";
}

/** For text put into a request of the ONVIF library, which writes it as it is. */
export function escapeXml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
