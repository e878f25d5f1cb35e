import type { Box } from "../types.ts";
import type { WordTag } from "./docx-parts.ts";

/** English Metric Units of a point. */
export const EMU = 12_700;

/** Where a box hangs: `place.y` counts from `from`. */
export interface Hanging {
  place: Box;
  from: "page" | "paragraph";
}

interface Frame {
  /** The element that opened it; closing that element ends it. */
  name: string;
  kind: "anchor" | "group" | "shape";
  /** Own rectangle, in the coordinates of the frame around it; points for an anchor. */
  box: Box | null;
  /** Coordinates its children are drawn in; null: those around it. */
  inner: Box | null;
  from: "page" | "paragraph";
}

const GROUPS = new Set(["wgp", "grpSp", "wpc"]);
const SHAPES = new Set(["wsp", "sp", "cxnSp", "pic", "graphicFrame"]);
const VML_SHAPES = new Set(["shape", "rect", "roundrect", "oval"]);

/**
 * Follows the drawings of a Word document or a sheet, DrawingML and the older VML, groups in groups included, so that a text box can be
 * placed. Sides measured from a margin or a column are counted as from the page: only distances between boxes matter.
 */
export class DrawingPlaces {
  private readonly frames: Frame[] = [];
  /** `positionH` or `positionV` being read, then its offset in EMU. */
  private axis: "x" | "y" | null = null;

  /** A drawing whose rectangle the caller knows, as in a sheet. */
  anchor(name: string, box: Box): void {
    this.push(name, "anchor", box);
  }

  open({ name, attributes }: WordTag, parent: string | undefined): void {
    const frame = this.frames.at(-1);
    if (name === "anchor" || name === "inline") {
      this.push(name, "anchor", name === "anchor" ? emptyBox() : null);
    } else if (GROUPS.has(name)) this.openGroup(name);
    else if (SHAPES.has(name)) this.push(name, "shape", null);
    else if (name === "group" && "style" in attributes) this.openVmlGroup(attributes);
    else if (VML_SHAPES.has(name) && "style" in attributes) this.openVmlShape(name, attributes);
    else if (frame) this.openDetail(frame, name, attributes, parent);
  }

  close(name: string): void {
    if (name === "positionH" || name === "positionV") this.axis = null;
    if (this.frames.at(-1)?.name === name) this.frames.pop();
  }

  /** Text of `posOffset`. */
  text(text: string): void {
    const anchor = this.frames.at(-1);
    const offset = Number(text) / EMU;
    if (this.axis && anchor?.box && Number.isFinite(offset)) anchor.box[this.axis] = offset;
  }

  /** The text box whose content begins now; null inside nothing that has a place. */
  here(): Hanging | null {
    const start = this.frames.findLastIndex(({ kind }) => kind === "anchor");
    const around = this.frames.slice(Math.max(0, start));
    const outer = around[0];
    if (!outer?.box) return null;
    let place: Box = outer.box;
    let inner: Box | null = outer.inner;
    for (const frame of around.slice(1)) {
      // A lone shape fills its anchor; inside a group its own rectangle counts.
      if (inner && frame.box) place = mapped(frame.box, inner, place);
      if (frame.inner) inner = frame.inner;
    }
    return { place, from: outer.from };
  }

  private push(name: string, kind: Frame["kind"], box: Box | null): void {
    this.frames.push({ name, kind, box, inner: null, from: "page" });
  }

  /** A canvas draws in EMU from its own corner and says so nowhere. */
  private openGroup(name: string): void {
    const around = this.frames.at(-1)?.box;
    this.push(name, "group", null);
    const group = this.frames.at(-1);
    if (name === "wpc" && around && group)
      group.inner = { x: 0, y: 0, width: around.width * EMU, height: around.height * EMU };
  }

  private openDetail(
    frame: Frame,
    name: string,
    attributes: Record<string, string>,
    parent: string | undefined,
  ): void {
    if (name === "positionH") this.axis = "x";
    else if (name === "positionV") {
      this.axis = "y";
      const from = attributes["relativeFrom"];
      frame.from = from === "paragraph" || from === "line" ? "paragraph" : "page";
    } else if (name === "extent" && frame.box)
      Object.assign(frame.box, size(attributes["cx"], attributes["cy"], EMU));
    else if (parent === "xfrm") readTransform(frame, name, attributes);
  }

  private openVmlGroup(attributes: Record<string, string>): void {
    const { box, from } = this.vmlPlace(attributes["style"] ?? "");
    const [x = 0, y = 0] = pair(attributes["coordorigin"]);
    const [width = 1000, height = 1000] = pair(attributes["coordsize"]);
    this.frames.push({
      name: "group",
      kind: this.frames.length === 0 ? "anchor" : "group",
      box,
      inner: { x, y, width, height },
      from,
    });
  }

  private openVmlShape(name: string, attributes: Record<string, string>): void {
    const { box, from } = this.vmlPlace(attributes["style"] ?? "");
    this.frames.push({ name, kind: this.frames.length === 0 ? "anchor" : "shape", box, inner: null, from });
  }

  private vmlPlace(style: string): { box: Box | null; from: "page" | "paragraph" } {
    const rules = new Map(
      style.split(";").map((rule) => {
        const [key = "", value = ""] = rule.split(":");
        return [key.trim().toLowerCase(), value.trim()] as const;
      }),
    );
    const read = (...keys: string[]) =>
      keys.map((key) => length(rules.get(key))).find((value) => value !== null) ?? null;
    const width = read("width");
    const height = read("height");
    const floating = rules.get("position") === "absolute" || this.frames.length > 0;
    const relative = rules.get("mso-position-vertical-relative") ?? "text";
    const box =
      !floating || width === null || height === null
        ? null
        : { x: read("margin-left", "left") ?? 0, y: read("margin-top", "top") ?? 0, width, height };
    return { box, from: relative === "text" || relative === "line" ? "paragraph" : "page" };
  }
}

function emptyBox(): Box {
  return { x: 0, y: 0, width: 0, height: 0 };
}

/** `off`/`ext` are a shape's or group's own rectangle, `chOff`/`chExt` the coordinates of a group's children. */
function readTransform(frame: Frame, name: string, attributes: Record<string, string>): void {
  if (name === "off" || name === "ext") {
    frame.box ??= emptyBox();
    Object.assign(frame.box, name === "off" ? corner(attributes) : size(attributes["cx"], attributes["cy"]));
  } else if (name === "chOff" || name === "chExt") {
    frame.inner ??= emptyBox();
    Object.assign(
      frame.inner,
      name === "chOff" ? corner(attributes) : size(attributes["cx"], attributes["cy"]),
    );
  }
}

function corner(attributes: Record<string, string>): { x: number; y: number } {
  return { x: Number(attributes["x"]) || 0, y: Number(attributes["y"]) || 0 };
}

function size(cx: string | undefined, cy: string | undefined, unit = 1): { width: number; height: number } {
  return { width: (Number(cx) || 0) / unit, height: (Number(cy) || 0) / unit };
}

/** A rectangle of a group's inner coordinates, as the group is drawn in `onto`. */
function mapped(box: Box, inner: Box, onto: Box): Box {
  const sx = inner.width > 0 ? onto.width / inner.width : 0;
  const sy = inner.height > 0 ? onto.height / inner.height : 0;
  return {
    x: onto.x + (box.x - inner.x) * sx,
    y: onto.y + (box.y - inner.y) * sy,
    width: box.width * sx,
    height: box.height * sy,
  };
}

function pair(value: string | undefined): number[] {
  return (value ?? "").split(",").filter(Boolean).map(Number);
}

const POINTS: Record<string, number> = { pt: 1, in: 72, cm: 72 / 2.54, mm: 72 / 25.4, px: 0.75, pc: 12 };

/** `12.5pt` in points; a bare number stays as it is: inside a group it counts in the group's coordinates. */
function length(value: string | undefined): number | null {
  const found = /^(-?[\d.]+)\s*(pt|in|cm|mm|px|pc)?$/.exec(value ?? "");
  return found ? Number(found[1]) * (POINTS[found[2] ?? "pt"] ?? 1) : null;
}
