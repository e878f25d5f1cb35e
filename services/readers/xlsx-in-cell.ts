import { partLinks } from "./xlsx-workbook.ts";
import { walkSheetXml } from "./xlsx-xml.ts";

type Parts = Map<string, Buffer>;

/** Pictures that are a cell's value and not drawn over the sheet. */
export interface InCellPictures {
  /** Excel's "Place in Cell": part of the picture by 1-based value metadata. */
  byMetadata(index: number): string | undefined;
  /** WPS Office's `=DISPIMG("ID_…",1)`: part of the picture by that id. */
  byFormula(formula: string): string | undefined;
}

export function readInCellPictures(parts: Parts): InCellPictures {
  const values = excelPictures(parts);
  const named = wpsPictures(parts);
  return {
    byMetadata: (index) => values[index - 1],
    byFormula(formula) {
      const id = /DISPIMG\(\s*"([^"]+)"/i.exec(formula)?.[1];
      return id === undefined ? undefined : named.get(id);
    },
  };
}

/** metadata.xml → rich value → its relation → the picture's part. */
function excelPictures(parts: Parts): (string | undefined)[] {
  if (!parts.has("xl/metadata.xml")) return [];
  const relations = relationParts(parts);
  const values = richValues(parts);
  const blocks: number[] = [];
  const cells: number[] = [];
  const path: string[] = [];
  walkSheetXml(parts.get("xl/metadata.xml"), {
    open(name, attributes) {
      path.push(name);
      if (name === "rvb") blocks.push(Number(attributes["i"]));
      else if (name === "rc" && path.includes("valueMetadata")) cells.push(Number(attributes["v"]));
    },
    close: () => void path.pop(),
  });
  return cells.map((block) => relations[values[blocks[block] ?? -1] ?? -1]);
}

/** The local picture index each rich value begins with; only pictures in cells are looked for. */
function richValues(parts: Parts): number[] {
  const values: number[] = [];
  let first = false;
  let text: string | null = null;
  walkSheetXml(parts.get("xl/richdata/rdrichvalue.xml"), {
    open(name) {
      if (name === "rv") first = true;
      else if (name === "v" && first) text = "";
    },
    text(piece) {
      if (text !== null) text += piece;
    },
    close(name) {
      if (name !== "v" || text === null) return;
      values.push(Number(text));
      first = false;
      text = null;
    },
  });
  return values;
}

function relationParts(parts: Parts): (string | undefined)[] {
  const part = "xl/richdata/richvaluerel.xml";
  const links = partLinks(parts, part);
  const found: (string | undefined)[] = [];
  walkSheetXml(parts.get(part), {
    open(name, attributes) {
      if (name === "rel") found.push(links.get(attributes["id"] ?? "")?.part);
    },
  });
  return found;
}

function wpsPictures(parts: Parts): Map<string, string> {
  const part = "xl/cellimages.xml";
  const links = partLinks(parts, part);
  const found = new Map<string, string>();
  let id = "";
  walkSheetXml(parts.get(part), {
    open(name, attributes) {
      if (name === "cNvPr") id = attributes["name"] ?? "";
      const link = name === "blip" ? links.get(attributes["embed"] ?? "") : undefined;
      if (link) found.set(id, link.part);
    },
  });
  return found;
}
