import type { Box } from "../types.ts";
import { DrawingPlaces, EMU } from "./drawing-places.ts";
import { partLinks } from "./xlsx-workbook.ts";
import { SheetGeometry } from "./xlsx-geometry.ts";
import type { Corner } from "./xlsx-geometry.ts";
import { walkSheetXml } from "./xlsx-xml.ts";

/** A picture of a sheet, in the 0-based cell it belongs to. */
export interface PlacedPicture {
  row: number;
  column: number;
  /** Part name of its bytes. */
  part: string;
}

export interface SheetDrawing {
  pictures: PlacedPicture[];
  boxes: { text: string; place: Box }[];
}

/** Pictures and text boxes drawn over a sheet. */
export function readDrawing(
  parts: Map<string, Buffer>,
  drawingPart: string,
  geometry: SheetGeometry,
): SheetDrawing {
  const reader = new DrawingReader(parts, drawingPart, geometry);
  walkSheetXml(parts.get(drawingPart), reader);
  return { pictures: reader.pictures, boxes: reader.boxes };
}

const ANCHORS = new Set(["twoCellAnchor", "oneCellAnchor", "absoluteAnchor"]);
const OFFSETS: Record<string, keyof Corner> = { col: "column", colOff: "x", row: "row", rowOff: "y" };

class DrawingReader implements SheetDrawing {
  readonly pictures: PlacedPicture[] = [];
  readonly boxes: { text: string; place: Box }[] = [];
  private readonly links: ReturnType<typeof partLinks>;
  private readonly geometry: SheetGeometry;
  private readonly places = new DrawingPlaces();
  private readonly path: string[] = [];
  private from: Corner | null = null;
  private to: Corner | null = null;
  private anchor: Box | null = null;
  private lines: string[] | null = null;
  private skipping = 0;

  constructor(parts: Map<string, Buffer>, drawingPart: string, geometry: SheetGeometry) {
    this.links = partLinks(parts, drawingPart);
    this.geometry = geometry;
  }

  open(name: string, attributes: Record<string, string>): void {
    const parent = this.path.at(-1);
    this.path.push(name);
    if (this.skipping > 0 || name === "Fallback") this.skipping++;
    else if (ANCHORS.has(name)) this.openAnchor(name);
    else if (parent !== undefined && ANCHORS.has(parent)) this.openContent(name, attributes);
    else if (this.anchor) this.openDetail(name, attributes, parent);
  }

  close(name: string): void {
    this.path.pop();
    if (this.skipping > 0) {
      this.skipping--;
      return;
    }
    this.places.close(name);
    if (name === "txBody") this.closeText();
  }

  text(text: string): void {
    const [outer, inside = ""] = this.path.slice(-2);
    const key = OFFSETS[inside];
    const corner = outer === "from" ? this.from : outer === "to" ? this.to : null;
    if (corner && key) corner[key] = inside.endsWith("Off") ? Number(text) / EMU : Number(text);
    else if (inside === "t" && this.lines && this.skipping === 0) this.lines[this.lines.length - 1] += text;
  }

  private openAnchor(name: string): void {
    this.from = this.to = null;
    this.anchor = { x: 0, y: 0, width: 0, height: 0 };
    this.places.anchor(name, this.anchor);
  }

  /** Corners and sizes come before what is drawn. */
  private openContent(name: string, attributes: Record<string, string>): void {
    const anchor = this.anchor;
    if (!anchor) return;
    if (name === "from") this.from = { column: 0, x: 0, row: 0, y: 0 };
    else if (name === "to") this.to = { column: 0, x: 0, row: 0, y: 0 };
    else if (name === "pos") {
      anchor.x = (Number(attributes["x"]) || 0) / EMU;
      anchor.y = (Number(attributes["y"]) || 0) / EMU;
    } else if (name === "ext") {
      anchor.width = (Number(attributes["cx"]) || 0) / EMU;
      anchor.height = (Number(attributes["cy"]) || 0) / EMU;
    } else {
      if (this.from) Object.assign(anchor, this.geometry.box(this.from, this.to, anchor));
      this.openDetail(name, attributes, undefined);
    }
  }

  private openDetail(name: string, attributes: Record<string, string>, parent: string | undefined): void {
    this.places.open({ name, attributes }, parent);
    if (name === "blip" && parent === "blipFill") this.addPicture(attributes["embed"]);
    else if (name === "txBody") this.lines = [];
    else if (name === "p" && parent === "txBody") this.lines?.push("");
    else if (name === "br" && this.lines) this.lines[this.lines.length - 1] += "\n";
  }

  private addPicture(id: string | undefined): void {
    const link = id === undefined ? undefined : this.links.get(id);
    const place = this.places.here()?.place;
    if (link && place) this.pictures.push({ ...this.geometry.cellOf(place), part: link.part });
  }

  private closeText(): void {
    const place = this.places.here()?.place;
    if (place && this.lines) this.boxes.push({ text: this.lines.join("\n").trim(), place });
    this.lines = null;
  }
}
