import type { ReadingProblem } from "../../types.ts";
import { labelOf } from "./only-part.ts";
import { portraitsUnexamined } from "./unexamined-portraits.ts";
import type { Outcome } from "./outcome.ts";
import type { FilePreview } from "./preview.ts";

/**
 * What `--json` prints, and nothing else: every row in is understood or reported, `problems` say where, why and what to do. What
 * is wrong with the call as a whole stands with its first file.
 */
export function previewJson({ files, unsettled }: Outcome) {
  return {
    files: files.map((file, i) =>
      fileJson(file, [...(i === 0 ? unsettled : []), ...portraitsUnexamined([file])]),
    ),
  };
}

function fileJson(preview: FilePreview, besides: readonly ReadingProblem[]) {
  const { file, problems, unsettled } = preview;
  const { rowsIn, understood, reported } =
    file.kind === null ? { rowsIn: 0, understood: 0, reported: 0 } : file.reading;
  return {
    file: labelOf(preview),
    kind: file.kind,
    rowsIn,
    understood,
    reported,
    problems: [...besides, ...unsettled, ...problems].map(({ where, why, fix }) => ({ where, why, fix })),
  };
}
