import { outcomeWords } from "../../attendance/attendance-words.ts";
import type { SessionOutcome } from "../../types.ts";
import type { BuiltReport } from "../../../db/queries/reports.ts";
import { clock, context, field, list, markWords } from "../explain/mark-text.ts";
import type { CorrectionCase } from "./load-case.ts";

/** What is written of a trainee now, what would be, and which reports hold the old. */
export function correctionText(found: CorrectionCase): string {
  const { course, session, trainee, correction, round, now, after, earlier, reports } = found;
  const roundLines =
    round === null
      ? []
      : [
          field(
            "Lượt · Round",
            `${round.ordinal}: ${said(markWords[round.now])} → ${bothWords(correction.outcome)}`,
          ),
        ];
  return [
    "Sửa kết quả · Correction",
    ...context(course, session, trainee),
    ...roundLines,
    field("Đang ghi · Now", bothWords(now.outcome)),
    field(
      "Sẽ ghi · Will be",
      after.outcome === now.outcome ? unchanged(now.outcome) : bothWords(after.outcome),
    ),
    field("Máy ghi · Machine", bothWords(now.machineOutcome)),
    field("Vì sao · Why", correction.why),
    field("Người sửa · By", correction.by),
    ...list(
      "Đã sửa trước đây · Corrected before",
      earlier.map(({ by, at, outcome, why }) => `${clock(at, session)} ${by}: ${bothWords(outcome)}: ${why}`),
    ),
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

function unchanged(outcome: SessionOutcome): string {
  return `${bothWords(outcome)} (không đổi, nhưng thành lời của người · unchanged, but now a person's word)`;
}

function bothWords(outcome: SessionOutcome): string {
  return said(outcomeWords[outcome]);
}

function said({ vi, en }: { vi: string; en: string }): string {
  return `${vi} · ${en}`;
}
