import { gapWords } from "../../evidence/gap-words.ts";
import { attendanceWords, outcomeWords } from "../../attendance/attendance-words.ts";
import type { GapReason, Reason, SessionOutcome, TraineeId } from "../../types.ts";
import type { StoredCheckpoint } from "../../../db/queries/log-checkpoints.ts";
import type { Session } from "../../../db/queries/sessions.ts";
import { clock, seenWords, shiftWords } from "../explain/mark-text.ts";
import type { ShownCopy } from "./bundle-copies.ts";
import { pageStyle } from "./bundle-style.ts";
import type { Evidence, EvidenceCorrection, EvidenceMark } from "./collect-evidence.ts";
import { pictureNumber } from "../picture-number.ts";

export interface PageContent {
  evidence: Evidence;
  copies: readonly ShownCopy[];
  checkpoint: StoredCheckpoint;
  /** Verifier key. */
  key: string;
  about: { id: string; at: Date; purpose: string; copiesOnly: boolean };
  missing: readonly string[];
}

/** The page a person reads first: no script, nothing from outside. What it says is proven by verify.py, not by itself. */
export function bundlePage(content: PageContent): string {
  const { evidence, about } = content;
  const title = `Bằng chứng điểm danh: ${evidence.course.name}`;
  return `<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${text(title)}</title>
<style>${pageStyle}</style></head><body>
<header><p class="over">Sĩ số · Gói bằng chứng lưu trữ</p><h1>${text(evidence.course.name)}</h1>
<p>${text(scopeWords(evidence))}. Xuất ngày ${text(about.at.toISOString().slice(0, 10))}, mục đích: “${text(about.purpose)}”.</p></header>
${proofSection(content)}
${summarySection(evidence)}
${evidence.sessions.map((session) => sessionSection(content, session)).join("\n")}
${limitsSection(content)}
<footer>Mã gói ${text(about.id)}. Lần xuất này đã được ghi vào nhật ký lưu trữ cùng mục đích và người xuất.</footer>
</body></html>
`;
}

function scopeWords({ scope, course, identities, sessions }: Evidence): string {
  const [person] = identities;
  const who = person === undefined ? "" : personWords(person);
  if (scope.kind === "course") return `Cả khóa ${course.code}, ${sessions.length} buổi học`;
  if (scope.kind === "session") return `Một buổi học của khóa ${course.code}`;
  if (scope.kind === "trainee")
    return `Học viên ${who}, khóa ${course.code}, ${sessions.length} buổi học có kết quả`;
  return `Một kết quả điểm danh của học viên ${who}, khóa ${course.code}`;
}

function personWords({
  fullName,
  birthDate,
  workplace,
}: {
  fullName: string;
  birthDate: string | null;
  workplace: string | null;
}): string {
  return [fullName, birthDate, workplace].filter((part) => part !== null && part !== "").join(", ");
}

function proofSection({ checkpoint, key, about }: PageContent): string {
  return `<section class="proof"><h2>Tự kiểm chứng trước khi tin trang này</h2>
<p>Trang này chỉ để đọc. Điều chứng minh nằm ở các tệp bên cạnh, và kiểm tra viên tự kiểm được trên máy của mình, không cần mạng, chỉ cần <b>python3</b> và <b>openssl</b>:</p>
<pre>python3 verify.py --checkpoint MỐC_ĐÃ_GIỮ.txt --key KHÓA_IN_TRONG_BÁO_CÁO</pre>
<dl><dt>Nhật ký khi xuất</dt><dd>${checkpoint.size.toLocaleString("vi-VN")} bản ghi, ${text(checkpoint.madeAt.toISOString())}</dd>
<dt>Mã băm gốc</dt><dd><code>${checkpoint.root.toString("hex")}</code></dd>
<dt>Khóa kiểm chứng</dt><dd><code>${text(key)}</code></dd></dl>
<p class="small">${about.copiesOnly ? "Gói này chỉ có bản sao để xem, không có ảnh gốc: bản sao không chứng minh được điều gì." : "Ảnh gốc ở thư mục <code>data/pictures</code>; ảnh trên trang này là bản sao có đóng dấu chìm, gương mặt người khác đã che, không bao giờ được tính là ảnh gốc."}</p></section>`;
}

function summarySection({ sessions, outcomes, identities }: Evidence): string {
  const names = new Map<string, string>(identities.map((one) => [one.trainee, one.fullName]));
  const rows = sessions.flatMap((session) =>
    latest(outcomes.filter((one) => one.session === session.id))
      .toSorted((a, b) => nameOf(names, a.trainee).localeCompare(nameOf(names, b.trainee), "vi"))
      .map(
        (one) =>
          `<tr><td>${text(session.day)}</td><td>${shiftWords[session.shift].vi}</td><td>${text(session.roomName)}</td><td>${text(nameOf(names, one.trainee))}</td><td>${badge(one.outcome)}${one.machineOutcome === one.outcome ? "" : `<span class="small"> máy ghi: ${outcomeWords[one.machineOutcome].vi}</span>`}</td></tr>`,
      ),
  );
  return `<section><h2>Kết quả từng buổi</h2><table><thead><tr><th>Ngày</th><th>Buổi</th><th>Phòng</th><th>Học viên</th><th>Kết quả</th></tr></thead><tbody>${rows.join("\n")}</tbody></table></section>`;
}

/** The last run's word for each trainee. */
function latest<T extends { trainee: string }>(outcomes: readonly T[]): T[] {
  return [...new Map(outcomes.map((one) => [one.trainee, one])).values()];
}

function sessionSection(content: PageContent, session: Session): string {
  const { evidence, copies } = content;
  const marks = evidence.marks.filter(({ sessionId }) => sessionId === session.id);
  const own = copies.filter(({ snapshot }) => snapshot.sessionId === session.id);
  const rounds = [...new Set(own.map(({ snapshot }) => snapshot.roundId))];
  const gaps = evidence.lines.flatMap(({ line }) => gapOf(line, session.id));
  const corrected = evidence.corrections.filter(({ fact }) =>
    evidence.lines.some(({ line }) => line.includes(fact.correction) && line.includes(session.id)),
  );
  return `<section class="session"><h2>${text(session.day)} · ${shiftWords[session.shift].vi} · ${text(session.roomName)}</h2>
<p>${text(session.topic)}. Cán bộ phụ trách: ${text(session.dutyOfficer ?? "chưa phân công")}. Buổi học <code>${session.id}</code></p>
${corrected.map(({ fact }) => correctionBlock(fact, evidence)).join("")}
${rounds.map((roundId) => roundBlock(content, session, roundId, marks, own)).join("\n")}
${gaps.length === 0 ? "" : `<p class="small">Ảnh thiếu: ${gaps.map((gap) => text(gap)).join("; ")}.</p>`}</section>`;
}

/** A correction taken back stays on the page, and says so. */
function correctionBlock(fact: EvidenceCorrection["fact"], { corrections }: Evidence): string {
  if (fact.outcome === null)
    return `<p class="correction">${text(fact.madeBy)} rút lại lần sửa <code>${text((fact.withdraws ?? "").slice(0, 8))}</code>: ${text(fact.why)}</p>`;
  const gone = corrections.some((one) => one.fact.withdraws === fact.correction);
  const after = gone ? ' <span class="small">(đã rút lại)</span>' : "";
  return `<p class="correction">${text(fact.madeBy)} sửa thành ${badge(fact.outcome)}: ${text(fact.why)} <span class="small">· lần sửa <code>${fact.correction.slice(0, 8)}</code></span>${after}</p>`;
}

function roundBlock(
  { evidence }: PageContent,
  session: Session,
  roundId: string | null,
  marks: readonly EvidenceMark[],
  copies: readonly ShownCopy[],
): string {
  const shown = copies.filter(({ snapshot }) => snapshot.roundId === roundId);
  const own = latest(marks.filter(({ fact }) => fact.round === roundId).map((one) => one.fact));
  const at = shown[0]?.snapshot.takenAt;
  const heading = roundId === null ? "Phòng trống trước giờ học" : "Lượt điểm danh";
  const details =
    "traineeId" in evidence.scope
      ? own.map((mark) => markBlock(evidence, mark)).join("")
      : own.length === 0
        ? ""
        : `<p>${own.length} kết quả: ${countWords(own)}.</p>`;
  const figures = shown.map(
    ({ path, snapshot }) =>
      `<figure><a href="${path}"><img src="${path}" alt="" loading="lazy"></a><figcaption>Camera ${text(snapshot.cameraCode)}, ${text(clock(snapshot.takenAt, session))} · ảnh <code>${pictureNumber(snapshot.id)}</code> <span>bản sao</span></figcaption></figure>`,
  );
  return `<div class="round"><h3>${heading}${at === undefined ? "" : `, ${text(clock(at, session))}`}</h3>${details}<div class="pictures">${figures.join("")}</div></div>`;
}

function markBlock(evidence: Evidence, mark: EvidenceMark["fact"]): string {
  const why = mark.reasons.map((reason) => `<li>${text(reasonText(evidence, reason))}</li>`).join("");
  const similarity = mark.evidence
    .flatMap(({ similarity: one }) => (one === null ? [] : one.toFixed(2)))
    .join(", ");
  return `<div class="mark"><p>${badge(mark.outcome)} xác suất có mặt ${(mark.confidence * 100).toFixed(1)} %${similarity === "" ? "" : `, độ giống ${similarity}`} <span class="small">· kết quả <code>${mark.mark}</code></span></p><ul>${why}</ul></div>`;
}

function reasonText({ identities }: Evidence, reason: Reason): string {
  const names = new Map<string, string>(identities.map((one) => [one.trainee, one.fullName]));
  const named = (id: TraineeId) => nameOf(names, id);
  return (attendanceWords(reason, named) ?? seenWords(reason, named)).vi;
}

function nameOf(names: ReadonlyMap<string, string>, id: string): string {
  return names.get(id) ?? `học viên khác (${id.slice(0, 8)})`;
}

function countWords(marks: readonly { outcome: SessionOutcome }[]): string {
  const counts = new Map<SessionOutcome, number>();
  for (const { outcome } of marks) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts].map(([outcome, count]) => `${count} ${outcomeWords[outcome].vi}`).join(", ");
}

function gapOf(line: string, sessionId: string): string[] {
  if (!line.includes('"event":"gap"') || !line.includes(sessionId)) return [];
  const { reason, at } = JSON.parse(line) as { reason: GapReason; at: string };
  return [`${at}: ${gapWords[reason].vi}`];
}

function limitsSection({ missing, evidence }: PageContent): string {
  const gone =
    missing.length === 0
      ? ""
      : `<p class="warn">Không mở được ${missing.length} ảnh: ${missing.map((id) => `<code>${id}</code>`).join(", ")}. verify.py nói ảnh nào đã được tiêu hủy đúng thủ tục và ảnh nào thiếu không có lý do.</p>`;
  return `<section><h2>Điều gói này không chứng minh</h2>${gone}<ul>
<li>Ảnh có thật lúc chụp hay không: camera có thể bị che hoặc bị đánh lừa.</li>
<li>Thứ tự và giờ của các việc xảy ra giữa hai mốc liền nhau của nhật ký.</li>
<li>Tên phòng, tên camera, tên khóa học trên trang này: lấy từ cơ sở dữ liệu. Tên học viên thì được nhật ký cam kết.</li>
<li>Nếu cả khóa nhật ký và khóa của dịch vụ dấu thời gian bị đánh cắp thì chỉ mốc do kiểm tra viên giữ mới phát hiện được.</li></ul>
<p class="small">Gói có ${evidence.lines.length} bản ghi nhật ký về các buổi học này, mỗi bản ghi kèm đường dẫn tới mã băm gốc.</p></section>`;
}

function badge(outcome: SessionOutcome): string {
  return `<span class="badge ${outcome}">${outcomeWords[outcome].vi}</span>`;
}

function text(value: string): string {
  return value
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
