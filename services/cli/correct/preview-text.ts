import { outcomeWords, withdrawalWords, withdrawnWords } from "../../attendance/attendance-words.ts";
import { withdrawn, type Correction } from "../../attendance/correction.ts";
import type { SessionOutcome } from "../../types.ts";
import type { BuiltReport } from "../../../db/queries/reports.ts";
import { clock, context, field, list, markWords } from "../explain/mark-text.ts";
import type { CorrectionCase } from "./load-case.ts";

/** What is written of a trainee now, what would be, and which reports hold the old. */
export function correctionText(found: CorrectionCase): string {
  const { course, session, trainee, correction, round, now, after, reports } = found;
  const roundLines =
    round === null
      ? []
      : [
          field(
            "Lượt · Round",
            `${round.ordinal}: ${said(markWords[round.now])} → ${said(markWords[round.after])}`,
          ),
        ];
  return [
    "Sửa kết quả · Correction",
    ...context(course, session, trainee),
    ...roundLines,
    ...(found.withdrawn === null ? [] : [field("Rút lại · Withdraws", wordOf(found.withdrawn, session))]),
    field("Đang ghi · Now", bothWords(now.outcome)),
    field("Sẽ ghi · Will be", after.outcome === now.outcome ? unchanged(found) : bothWords(after.outcome)),
    field("Máy ghi · Machine", bothWords(now.machineOutcome)),
    field("Vì sao · Why", correction.why),
    field("Người sửa · By", correction.by),
    ...list("Đã sửa trước đây · Corrected before", spoken(found)),
    ...reportLines(reports, now.outcome !== after.outcome),
  ].join("\n");
}

/** Reports as built do not change; who reads on must know which hold the old outcome. */
export function reportLines(reports: readonly BuiltReport[], changes: boolean): string[] {
  if (!changes) return [];
  return list("Báo cáo đã lập với kết quả cũ · Reports built with the old outcome", reports.map(reportWords));
}

export function reportWords({ kind, version }: BuiltReport): string {
  return kind === "mid"
    ? `báo cáo giữa khóa bản ${version} · mid-course report version ${version}`
    : `báo cáo cuối khóa bản ${version} · end-course report version ${version}`;
}

function spoken({ earlier, session }: CorrectionCase): string[] {
  const gone = withdrawn(earlier);
  return earlier.map((word) =>
    word.outcome === null
      ? `${clock(word.at, session)} ${word.by}: ${withdrawalWords}: ${word.why}`
      : `${wordOf(word, session)}${gone.has(word.id) ? ` (${withdrawnWords})` : ""}`,
  );
}

function wordOf({ by, at, outcome, why }: Correction, session: CorrectionCase["session"]): string {
  return `${clock(at, session)} ${by}: ${bothWords(outcome)}: ${why}`;
}

function unchanged({ now, correction }: CorrectionCase): string {
  const word =
    correction.outcome === null ? "" : ", nhưng thành lời của người · unchanged, but now a person's word";
  return `${bothWords(now.outcome)} (không đổi${word === "" ? " · unchanged" : word})`;
}

function bothWords(outcome: SessionOutcome): string {
  return said(outcomeWords[outcome]);
}

function said({ vi, en }: { vi: string; en: string }): string {
  return `${vi} · ${en}`;
}
