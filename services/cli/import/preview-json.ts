import type { ReadingProblem } from "../../types.ts";
import type { Outcome } from "./outcome.ts";
import type { FilePreview } from "./preview.ts";

/** What `--json` prints; `problems` of a file holds whatever has to be settled as well. */
export function previewJson(outcome: Outcome) {
  return {
    stored: outcome.stored,
    ready: outcome.ready,
    problems: outcome.unsettled.map(plain),
    files: outcome.files.map(fileJson),
  };
}

function fileJson({ path, file, problems, unsettled, difference, known }: FilePreview) {
  const { rowsIn, understood, reported } =
    file.kind === null ? { rowsIn: 0, understood: 0, reported: 0 } : file.reading;
  return {
    file: path,
    kind: file.kind,
    part: file.kind === null ? null : file.part,
    rowsIn,
    understood,
    reported,
    takenInBefore: known,
    problems: [...unsettled, ...problems].map(plain),
    difference,
  };
}

function plain({ where, why, fix, severity }: ReadingProblem) {
  return { where, why, fix, severity };
}
