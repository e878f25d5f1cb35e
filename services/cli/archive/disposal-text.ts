import { DateTime } from "luxon";
import { approvalsOf, type DisposalItemRow, type DisposalRow } from "../../../db/queries/disposals.ts";
import { courseRetentions } from "../../../db/queries/holds.ts";
import { listHash } from "../../retention/disposal.ts";
import type { Bilingual } from "../../types.ts";
import { tableLines } from "../table-lines.ts";
import type { Keeping } from "./open-keeping.ts";

export const disposalStates: Record<DisposalRow["status"], Bilingual> = {
  proposed: { vi: "chờ duyệt", en: "waiting" },
  running: { vi: "đang chạy dở", en: "half run" },
  done: { vi: "đã tiêu hủy", en: "destroyed" },
  withdrawn: { vi: "đã bỏ", en: "withdrawn" },
};

/** The lists there are, with who approved them. */
export async function disposalLines(ctx: Keeping, known: readonly DisposalRow[]): Promise<string[]> {
  if (known.length === 0) return ["Chưa có danh sách nào. · No list was made yet."];
  const lines: string[] = [];
  const time = (at: Date) => campusTime(ctx, at);
  for (const { id, status, objects, bytes, listSha256, proposedAt } of known) {
    const { vi, en } = disposalStates[status];
    lines.push(
      `${id}  ${vi} · ${en}  ${objects} đối tượng · objects, ${megabytes(bytes)}, ${time(proposedAt)}`,
    );
    lines.push(`  SHA-256 ${listSha256}`);
    for (const { approver, minuteNumber, approvedAt } of await approvalsOf(ctx.db, id))
      lines.push(
        `  duyệt · approved: ${approver}, biên bản số · minutes ${minuteNumber}, ${time(approvedAt)}`,
      );
  }
  return lines;
}

/** What stands on a list, course by course. */
export async function itemLines(ctx: Keeping, items: readonly DisposalItemRow[]): Promise<string[]> {
  if (items.length === 0)
    return ["Không có gì hết thời hạn lưu trữ. · Nothing has reached the end of its retention."];
  const courses = await courseRetentions(ctx.db, [...new Set(items.map(({ courseId }) => courseId))]);
  const rows = courses.map(({ courseId, code, courseStart, zone }) => {
    const own = items.filter((item) => item.courseId === courseId);
    const count = (kind: DisposalItemRow["kind"]) => String(own.filter((item) => item.kind === kind).length);
    const until = Math.max(...own.map(({ retainUntil }) => retainUntil.getTime()));
    return [
      code,
      courseStart,
      DateTime.fromMillis(until - 1, { zone }).toISODate() ?? "",
      count("snapshot"),
      count("document"),
      count("portrait"),
      count("report"),
      megabytes(own.reduce((sum, { bytes }) => sum + bytes, 0)),
    ];
  });
  const head = [
    "khóa · course",
    "khai giảng",
    "giữ hết ngày",
    "ảnh",
    "giấy tờ",
    "chân dung",
    "báo cáo",
    "dung lượng",
  ];
  const sum = `${items.length} đối tượng · objects, SHA-256 ${listHash(items)}`;
  return ["Đã hết thời hạn · Expired:", ...tableLines([head, ...rows]), sum];
}

/** The same for a program. */
export async function disposalsJson(
  ctx: Keeping,
  known: readonly DisposalRow[],
  expired: readonly DisposalItemRow[],
): Promise<string> {
  const lists = [];
  for (const list of known) lists.push({ ...list, approvals: await approvalsOf(ctx.db, list.id) });
  return JSON.stringify({ lists, expired, expiredSha256: listHash(expired) }, null, 2);
}

export function proposePreview(items: readonly DisposalItemRow[]): Bilingual {
  return {
    vi: `Xem trước: sẽ lập danh sách ${items.length} đối tượng (SHA-256 ${listHash(items)}); chưa ghi gì. Thêm --confirm để lập.`,
    en: `Preview: a list of ${items.length} objects would be made (SHA-256 ${listHash(items)}); nothing is stored yet. Add --confirm to make it.`,
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** As the institution's clocks show it, wherever the machine's own stand. */
export function campusTime({ institution }: Keeping, at: Date): string {
  const zone = institution.campuses[0]?.timeZone ?? "Asia/Ho_Chi_Minh";
  return DateTime.fromJSDate(at, { zone }).toFormat("dd/MM/yyyy HH:mm");
}
