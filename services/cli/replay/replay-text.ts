import { differenceOf, otherFaces, type TraineeDifference } from "../../../workers/replay/difference.ts";
import type { ReplayedSession } from "../../../workers/replay/replay-session.ts";
import { outcomeWords } from "../../attendance/attendance-words.ts";
import type { SessionOutcome } from "../../types.ts";
import { reportWords } from "../correct/preview-text.ts";
import { markWords, reasonLines, shiftWords } from "../explain/mark-text.ts";
import { tableLines } from "../table-lines.ts";
import { totalsOf } from "./replay-json.ts";
import type { ReplayReport } from "./replay-report.ts";

/** What would change, session by session and trainee by trainee with why, then the totals. */
export function replayText(report: ReplayReport): string {
  const { course, pack, replayed } = report;
  return [
    `Tính lại · Replay: ${course.code} · ${course.name}, ${replayed.length} buổi · sessions, bộ mô hình · model pack ${pack}`,
    ...replayed.flatMap((one) => sessionLines(one, report)),
    "",
    ...totalLines(report),
  ].join("\n");
}

function sessionLines(one: ReplayedSession, report: ReplayReport): string[] {
  const { session, skipped, decided, reports, rules } = one;
  const head = `${session.day} ${shiftWords[session.shift].vi}, ${session.id.slice(0, 8)}, quy tắc · rules ${rules.version}`;
  if (skipped !== null) {
    return [
      "",
      `${head}: không tính lại được, kết quả cũ giữ nguyên · left as it is`,
      `  ${skipped.vi}`,
      `  ${skipped.en}`,
    ];
  }
  const changes = differenceOf(one);
  const faces = otherFaces(one);
  const standing = decided.standing.map((id) => nameOf(id, report));
  const versions = versionLines(one);
  if (changes.length + faces + standing.length === 0) {
    return ["", `${head}: không đổi · unchanged`, ...versions];
  }
  const changed = changes.some(({ outcome }) => outcome.before !== outcome.after);
  return [
    "",
    `${head}:`,
    ...versions,
    ...changes.flatMap((change) => changeLines(change, report)),
    ...(faces > 0 ? [`  ${faces} lượt có người lạ ghi khác trước · rounds whose strangers differ`] : []),
    ...(standing.length > 0
      ? [
          `  Mẫu khuôn mặt đã xóa, kết quả cũ giữ nguyên · template erased, left as it is: ${standing.join("; ")}`,
        ]
      : []),
    ...(changed && reports.length > 0
      ? [`  Kết quả cũ đã nằm trong · the old outcome is in: ${reports.map(reportWords).join("; ")}`]
      : []),
  ];
}

/** Which rules, thresholds or calibration differ from those the written marks were decided with. */
function versionLines({ decision }: ReplayedSession): string[] {
  const others = decision.before.filter((sha256) => sha256 !== decision.after);
  if (others.length === 0) return [];
  const was = others.map((sha256) => sha256.slice(0, 12) || "chưa ghi · not kept").join(", ");
  const what = decision.differences.length === 0 ? "" : `: ${decision.differences.join("; ")}`;
  return [
    `  Ngưỡng và hiệu chuẩn khác · decided with another version: ${was} → ${decision.after.slice(0, 12)}${what}`,
  ];
}

function changeLines(change: TraineeDifference, report: ReplayReport): string[] {
  const { traineeId, outcome, machine, corrected, marks, reasons } = change;
  const people = new Map([...report.people].map(([id, person]) => [id as typeof traineeId, person]));
  const name = nameOf(traineeId, report);
  const line = corrected
    ? `  ${name}: ${words(outcome.after)} theo lời người sửa, giữ nguyên · a person's word, kept (máy · machine: ${arrow(machine)})`
    : `  ${name}: ${outcome.before === outcome.after ? `${words(outcome.after)} (không đổi · unchanged)` : arrow(outcome)}`;
  const rounds = marks.map(({ round, before, after, reasons: why }) => {
    const was = before === null ? "–" : markWords[before].vi;
    const said = why[0] === undefined ? "" : `: ${reasonLines(why[0], people)[0]}`;
    return `    lượt · round ${round}: ${was} → ${markWords[after].vi}${said}`;
  });
  const counted = marks.length > 0 ? [] : reasons.map((reason) => `    ${reasonLines(reason, people)[0]}`);
  return [line, ...rounds, ...counted];
}

function arrow({ before, after }: { before: SessionOutcome; after: SessionOutcome }): string {
  return before === after ? words(after) : `${words(before)} → ${words(after)}`;
}

function words(outcome: SessionOutcome): string {
  return `${outcomeWords[outcome].vi} (${outcomeWords[outcome].en})`;
}

function nameOf(id: string, { people }: ReplayReport): string {
  const person = people.get(id);
  return person === undefined ? id : `${person.ordinal} ${person.fullName}`;
}

function totalLines({ replayed, written }: ReplayReport): string[] {
  const { before, after } = totalsOf(replayed);
  const outcomes = Object.keys(before) as SessionOutcome[];
  const differ = replayed.flatMap((one) => differenceOf(one));
  const head = ["Lượt học viên · Trainee-sessions", ...outcomes.map((one) => outcomeWords[one].vi)];
  const rows = [
    ["trước · before", ...outcomes.map((one) => String(before[one]))],
    [written ? "đã ghi · written" : "sẽ là · would be", ...outcomes.map((one) => String(after[one]))],
  ];
  const changed = differ.filter(({ outcome }) => outcome.before !== outcome.after).length;
  const marks = differ.reduce((sum, change) => sum + change.marks.length, 0);
  return [
    ...tableLines([head, ...rows]),
    `${changed} kết luận và ${marks} kết quả lượt khác trước · outcomes and marks differ`,
  ];
}
