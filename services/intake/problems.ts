import type { Bilingual, Grid, GridCell, ReadingProblem, SourceDocument } from "../types.ts";

type Severity = ReadingProblem["severity"];

export function problem(severity: Severity, where: string, why: Bilingual, fix: Bilingual): ReadingProblem {
  return { where, why, fix, severity };
}

/** `ds.xlsx › Sheet1 › B7`: how a person finds the cell again. */
export function placeOf(doc: SourceDocument, grid: Grid, cell?: GridCell): string {
  return [doc.fileName, grid.name, cell?.ref].filter((part) => part !== undefined && part !== "").join(" › ");
}
