import type { DocumentKind, SourceDocument } from "../types.ts";
import { understandChart } from "./chart.ts";
import { decisionSigns } from "./decision.ts";
import { foldAccents } from "./match-key.ts";
import { isMeetingFile } from "./meeting.ts";
import { isSeatList, rosterTable } from "./roster-columns.ts";
import { timetableHeader } from "./timetable-columns.ts";
import { weekGrid } from "./week-grid.ts";

export interface Classification {
  /** Null when nothing in the file points to one of the kinds. */
  kind: DocumentKind | null;
  /** 0…1; under 0.5 a person should choose. */
  score: number;
  scores: Record<DocumentKind, number>;
}

/** Which kind a document is. A decision wins over the roster annexed to it. */
export function classify(doc: SourceDocument): Classification {
  const titles = [
    doc.fileName,
    ...doc.paragraphs,
    ...doc.grids.flatMap((grid) => [grid.name, ...grid.cells.slice(0, 12).map((cell) => cell.text)]),
  ].map(foldAccents);
  const says = (pattern: RegExp) => (titles.some((text) => pattern.test(text)) ? 0.3 : 0);
  const roster = Math.max(0, ...doc.grids.map((grid) => rosterTable(grid)?.header.score ?? 0));
  const seatList = doc.grids.some(isSeatList);
  const timetable = Math.max(
    0,
    ...doc.grids.map((grid) => timetableHeader(grid)?.score ?? (weekGrid(doc, grid) ? 4 : 0)),
  );
  const drawn = roster > 0 || timetable > 0 ? 0 : drawnShare(doc);
  const scores: Record<DocumentKind, number> = {
    decision: Math.min(1, decisionSigns(doc).length * 0.35),
    timetable:
      timetable === 0
        ? 0
        : Math.min(0.95, 0.3 + timetable * 0.12 + says(/\b(lich (hoc|giang)|thoi khoa bieu|tkb)\b/)),
    roster: roster === 0 ? 0 : Math.min(0.9, 0.3 + roster * 0.1 + says(/danh sach/)),
    "online-attendance": isMeetingFile(doc) ? 0.97 : 0,
    chart: seatList ? 0.92 : Math.min(0.9, drawn * 0.6 + (drawn > 0 ? says(/so do/) : 0)),
  };
  const [kind, score] = (Object.entries(scores) as [DocumentKind, number][]).reduce((best, next) =>
    next[1] > best[1] ? next : best,
  );
  return { kind: score > 0 ? kind : null, score, scores };
}

/** Share of a drawing's cells that were understood as seats or furniture. */
function drawnShare(doc: SourceDocument): number {
  const reading = understandChart(doc);
  return reading.value.seats.length < 4 ? 0 : reading.understood / Math.max(1, reading.rowsIn);
}
