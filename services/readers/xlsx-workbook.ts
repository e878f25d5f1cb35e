import { relationships } from "./office-package.ts";
import type { Relationship } from "./office-package.ts";
import { walkSheetXml } from "./xlsx-xml.ts";

type Parts = Map<string, Buffer>;

export interface SheetEntry {
  name: string;
  /** Part name, lower case. */
  part: string;
  visible: boolean;
}

/** Text in runs; `font` is null where the cell's own font counts. */
export interface TextRun {
  text: string;
  font: string | null;
}

export interface CellStyle {
  /** Number format code, e.g. `dd/mm/yyyy`; null is General. */
  format: string | null;
  font: string | null;
  bordered: boolean;
}

/** Sheets in the order of their tabs; `epoch1904`: serial days count from 1904, as on old Macintoshes. */
export function readWorkbook(parts: Parts): { sheets: SheetEntry[]; epoch1904: boolean } {
  const links = partLinks(parts, "xl/workbook.xml");
  const sheets: SheetEntry[] = [];
  let epoch1904 = false;
  walkSheetXml(parts.get("xl/workbook.xml"), {
    open(name, attributes) {
      if (name === "workbookPr") epoch1904 = ["1", "true"].includes(attributes["date1904"] ?? "");
      const part = name === "sheet" ? links.get(attributes["id"] ?? "") : undefined;
      if (!part?.part.startsWith("xl/worksheets/")) return;
      sheets.push({
        name: attributes["name"] ?? "",
        part: part.part,
        visible: (attributes["state"] ?? "visible") === "visible",
      });
    },
  });
  return { sheets, epoch1904 };
}

/** Relationships of a part with the full, lower-case name of the part each points to; links out of the file are left out. */
export function partLinks(parts: Parts, part: string): Map<string, Relationship & { part: string }> {
  const slash = part.lastIndexOf("/");
  const found = relationships(parts.get(`${part.slice(0, slash)}/_rels/${part.slice(slash + 1)}.rels`));
  return new Map(
    [...found]
      .filter(([, link]) => !link.external)
      .map(([id, link]) => [id, { ...link, part: resolvePart(part.slice(0, slash), link.target) }]),
  );
}

/** The workbook's part of this kind, wherever the writer put it. */
function workbookPart(parts: Parts, kind: string): Buffer | undefined {
  const links = [...partLinks(parts, "xl/workbook.xml").values()];
  const link = links.find(({ type }) => type.endsWith(`/${kind}`));
  return link && parts.get(link.part);
}

function resolvePart(folder: string, target: string): string {
  const steps = target.startsWith("/") ? [] : folder.split("/");
  for (const step of target.split("/")) {
    if (step === "..") steps.pop();
    else if (step !== "." && step !== "") steps.push(step);
  }
  return steps.join("/").toLowerCase();
}

/** Shared strings in their order; phonetic guides are left out. */
export function readSharedStrings(parts: Parts): TextRun[][] {
  const part = workbookPart(parts, "sharedStrings");
  const strings: TextRun[][] = [];
  const collector = new RunCollector();
  walkSheetXml(part, {
    open(name, attributes) {
      if (name === "si") strings.push(collector.begin());
      else collector.open(name, attributes);
    },
    close: (name) => collector.close(name),
    text: (text) => collector.text(text),
  });
  return strings;
}

/** The runs of one `si` or `is` element. */
export class RunCollector {
  private runs: TextRun[] = [];
  private font: string | null = null;
  private inText = false;
  private phonetic = false;

  begin(): TextRun[] {
    this.runs = [];
    this.font = null;
    return this.runs;
  }

  open(name: string, attributes: Record<string, string>): void {
    if (name === "r") this.font = null;
    else if (name === "rFont") this.font = attributes["val"] ?? null;
    else if (name === "rPh") this.phonetic = true;
    else if (name === "t" && !this.phonetic) {
      this.inText = true;
      this.runs.push({ text: "", font: this.font });
    }
  }

  close(name: string): void {
    if (name === "t") this.inText = false;
    else if (name === "rPh") this.phonetic = false;
    else if (name === "r") this.font = null;
  }

  text(text: string): void {
    const run = this.inText ? this.runs.at(-1) : undefined;
    if (run) run.text += unescaped(text);
  }
}

/** Excel writes control characters as `_x000D_`. */
export function unescaped(text: string): string {
  return text.includes("_x")
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      )
    : text;
}

/** What cells look like, by style index. */
export function readCellStyles(parts: Parts): CellStyle[] {
  const formats = new Map<number, string>();
  const fonts: (string | null)[] = [];
  const borders: boolean[] = [];
  const styles: CellStyle[] = [];
  const path: string[] = [];
  walkSheetXml(workbookPart(parts, "styles") ?? parts.get("xl/styles.xml"), {
    open(name, attributes) {
      const parent = path.at(-1);
      path.push(name);
      if (name === "numFmt" && parent === "numFmts")
        formats.set(Number(attributes["numFmtId"]), attributes["formatCode"] ?? "");
      else if (name === "font" && parent === "fonts") fonts.push(null);
      else if (name === "name" && parent === "font") fonts[fonts.length - 1] = attributes["val"] ?? null;
      else if (name === "border" && parent === "borders") borders.push(false);
      else if (parent === "border" && (attributes["style"] ?? "none") !== "none")
        borders[borders.length - 1] = true;
      else if (name === "xf" && parent === "cellXfs")
        styles.push(styleOf(attributes, formats, fonts, borders));
    },
    close: () => void path.pop(),
  });
  return styles;
}

/** Formats Excel knows by number; only what tells dates, times and padded numbers apart matters here. */
const BUILT_IN = new Map([
  ...[14, 15, 16, 17, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58].map(
    (id) => [id, "dd/mm/yyyy"] as const,
  ),
  ...[18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56].map((id) => [id, "hh:mm"] as const),
  [22, "dd/mm/yyyy hh:mm"] as const,
]);

function styleOf(
  attributes: Record<string, string>,
  formats: Map<number, string>,
  fonts: (string | null)[],
  borders: boolean[],
): CellStyle {
  const id = Number(attributes["numFmtId"] ?? 0);
  return {
    format: formats.get(id) ?? BUILT_IN.get(id) ?? null,
    font: fonts[Number(attributes["fontId"] ?? -1)] ?? null,
    bordered: borders[Number(attributes["borderId"] ?? -1)] ?? false,
  };
}
