import type { DocumentKind, Grid, SourceDocument } from "../types.ts";
import { withBoxGrids } from "./box-grid.ts";
import { drawn, seatCells, written } from "./chart-drawing.ts";
import { frontSide } from "./chart-shape.ts";
import { roomNamed } from "./chart-words.ts";
import { classify } from "./classify.ts";
import { rowsOf } from "./grid-rows.ts";
import { cleanText, foldAccents, looksLikeName } from "./match-key.ts";
import { classesIn } from "./roster-classes.ts";
import { looksLikeUnit } from "./roster-row.ts";
import { isSeated, isSeatList, rosterTable } from "./roster-columns.ts";
import { timetableHeader } from "./timetable-columns.ts";
import { weekGrid } from "./week-grid.ts";

/** One paper of a file. */
export interface Paper {
  kind: DocumentKind;
  /** The part of the file that holds it. */
  document: SourceDocument;
  /** Room, class or sheet, when the file holds several papers of this kind; null when it holds one. */
  part: string | null;
}

/**
 * The papers a file holds, so that nothing of it is passed over: a decision with the list annexed to it, a workbook of list,
 * chart and timetable, a list that also gives each person's seat, a chart per room, a list per class. None when the file is
 * of none of the kinds. With `asKind` every paper is taken for that kind.
 */
export function papersIn(file: SourceDocument, asKind: DocumentKind | null = null): Paper[] {
  if (isScan(file)) return asDecision(file, asKind);
  const kind = asKind ?? classify(file).kind;
  if (kind === null) return [];
  if (kind === "online-attendance") return [{ kind, document: file, part: null }];
  const doc = kind === "decision" ? file : withBoxGrids(file);
  const others = asKind === null ? otherKinds(doc, kind) : [];
  const taken = new Set(others.flatMap(([, grids]) => grids));
  const main = kind === "decision" ? doc : withGrids(doc, (grid) => !taken.has(grid) || isSeated(grid));
  const papers = [
    ...partsOf(kind, main),
    ...others.flatMap(([other, grids]) =>
      partsOf(other, { ...withGrids(doc, (grid) => grids.includes(grid)), notes: [] }),
    ),
  ];
  return papers.sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
}

/** A scan or a photograph of a paper: kept, and nothing of it can be read. */
export function isScan({ format, grids, paragraphs }: SourceDocument): boolean {
  return (format === "pdf" || format === "picture") && grids.length + paragraphs.length === 0;
}

/** Of a scan only a decision can be made, its six facts typed by hand (N Đ3.2): when a person or the file's name says it is one. */
function asDecision(file: SourceDocument, asKind: DocumentKind | null): Paper[] {
  const named = /\b(qd|quyet dinh)\b/.test(foldAccents(file.fileName.replaceAll(/[-_.]/g, " ")));
  const decision = asKind === "decision" || (asKind === null && named);
  return decision ? [{ kind: "decision", document: file, part: null }] : [];
}

/** The order in which papers are taken in. */
const KINDS: DocumentKind[] = ["decision", "roster", "chart", "timetable", "online-attendance"];

function withGrids(doc: SourceDocument, keep: (grid: Grid) => boolean): SourceDocument {
  return { ...doc, grids: doc.grids.filter(keep) };
}

/** Tables of another kind than the file's own, by kind. */
function otherKinds(doc: SourceDocument, main: DocumentKind): [DocumentKind, Grid[]][] {
  const kinds = ["roster", "chart", "timetable"] as const;
  return kinds
    .filter((kind) => kind !== main)
    .map((kind): [DocumentKind, Grid[]] => [
      kind,
      doc.grids.filter((grid) => surely(doc, grid, kind) && !(surely(doc, grid, main) && !isSeated(grid))),
    ])
    .filter(([, grids]) => grids.length > 0);
}

/** Stricter than what makes a file's main kind: a letterhead or a signature table is none of these. */
function surely(doc: SourceDocument, grid: Grid, kind: DocumentKind): boolean {
  const roster = rosterTable(grid);
  const timetable = timetableHeader(grid) !== null || weekGrid(doc, grid) !== null;
  if (kind === "roster")
    return roster !== null && roster.header.score >= 3 && !timetable && !isSeatList(grid);
  if (kind === "timetable") return timetable;
  if (kind !== "chart") return false;
  return isSeated(grid) || (roster === null && !timetable && isDrawing(doc, grid));
}

function isDrawing(doc: SourceDocument, grid: Grid): boolean {
  if (isListWithoutHeader(grid)) return false;
  const placed = drawn(doc, grid);
  return seatCells(placed).length >= 6 && seatCells(placed).length * 2 > written(placed).length;
}

/** The rest of a list on another page: most rows are a number, one name and something else about that person. */
function isListWithoutHeader(grid: Grid): boolean {
  const rows = rowsOf(grid)
    .map((cells) => cells.map(({ text }) => cleanText(text)).filter((text) => text !== ""))
    .filter((texts) => texts.length > 1);
  const people = rows.filter((texts) => {
    const numbers = texts.filter((text) => /^\d{1,4}\.?$/.test(text)).length;
    const others = texts.filter((text) => /\d{4}|,/.test(text) || looksLikeUnit(text)).length;
    return numbers === 1 && others > 0 && texts.filter(looksLikeName).length > 0;
  });
  return people.length * 2 > rows.length;
}

function partsOf(kind: DocumentKind, doc: SourceDocument): Paper[] {
  const parts = kind === "chart" ? roomsIn(doc) : kind === "roster" ? classesIn(doc) : [];
  if (parts.length < 2) return [{ kind, document: doc, part: null }];
  return parts.map(({ part, document }, i) => ({
    kind,
    part,
    document: i === 0 ? document : { ...document, notes: [] },
  }));
}

/** A drawing of its own on each sheet, or each with its own front or room named: one room each. */
function roomsIn(doc: SourceDocument): { part: string; document: SourceDocument }[] {
  const charts = doc.grids.filter((grid) => isSeated(grid) || isDrawing(doc, grid));
  const named = charts.map((grid) => roomNamed({ ...doc, paragraphs: [] }, grid));
  const separate = charts.every(
    (grid, i) => doc.format === "xlsx" || named[i] !== null || frontSide(drawn(doc, grid)) !== null,
  );
  if (charts.length < 2 || !separate) return [];
  return charts.map((grid, i) => ({
    part: named[i] ?? grid.name,
    document: withGrids(doc, (other) => other === grid || (i === 0 && !charts.includes(other))),
  }));
}
