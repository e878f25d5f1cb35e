import { DateTime } from "luxon";
import { keptOfCourse, type CourseRetention, type Hold } from "../../../db/queries/holds.ts";
import { disposalItems, disposals } from "../../../db/queries/disposals.ts";
import { keptForever } from "../../retention/retain-until.ts";
import type { Bilingual } from "../../types.ts";
import { tableLines } from "../table-lines.ts";
import { campusTime } from "./disposal-text.ts";
import type { Keeping } from "./open-keeping.ts";

/** What a hold would keep, or what lifting it would let go, before somebody confirms. */

export function holdLines(ctx: Keeping, held: readonly Hold[]): string[] {
  if (held.length === 0) return ["Không có lệnh giữ nào. · There is no hold."];
  const rows = held.map(({ id, courseCode, placedBy, placedAt, liftedAt, reason }) => [
    id.slice(0, 8),
    courseCode,
    liftedAt === null ? "đang giữ · held" : "đã bỏ · lifted",
    campusTime(ctx, placedAt),
    placedBy,
    reason,
  ]);
  const head = ["mã", "khóa · course", "trạng thái · state", "từ ngày · since", "người · by", "lý do · why"];
  return tableLines([head, ...rows]);
}

/** What there is of the course, and how much of it only a hold keeps from now on. */
export async function keptLines(ctx: Keeping, course: CourseRetention): Promise<string[]> {
  const { objects, bytes, expired, until } = await keptOfCourse(ctx.db, course.courseId, ctx.clock.now());
  const last = until === null ? "–" : lastDay(until, course.zone);
  const size = `${(bytes / 1e6).toFixed(1)} MB`;
  return [
    `${course.code} ${course.name}`,
    `  còn giữ · kept: ${objects} đối tượng · objects, ${size}; hạn lưu cuối cùng · latest retention: ${last}`,
    `  đã hết thời hạn · past their retention: ${expired} đối tượng · objects`,
  ];
}

function lastDay(until: Date, zone: string): string {
  if (until >= keptForever) return "vĩnh viễn · for ever";
  return DateTime.fromMillis(until.getTime() - 1, { zone }).toISODate() ?? "";
}

/** Lists that wait and name something of the course: none of them runs while it is held. */
export async function waitingLists(ctx: Keeping, course: CourseRetention): Promise<string[]> {
  const ids: string[] = [];
  for (const { id, status } of await disposals(ctx.db)) {
    if (status !== "proposed") continue;
    const items = await disposalItems(ctx.db, id);
    if (items.some(({ courseId }) => courseId === course.courseId)) ids.push(id.slice(0, 8));
  }
  return ids;
}

export function placePreview(code: string, lists: readonly string[]): Bilingual {
  const named = lists.join(", ");
  return {
    vi: `Xem trước: khóa ${code} sẽ được giữ lại, dù hết thời hạn.${named === "" ? "" : ` Danh sách tiêu hủy ${named} có hồ sơ của khóa này và sẽ không chạy được.`} Thêm --confirm để ghi lại.`,
    en: `Preview: course ${code} would be held whatever its dates say.${named === "" ? "" : ` Disposal list ${named} names some of it and would not run.`} Add --confirm to store it.`,
  };
}

/** `others` still hold the course afterwards. */
export function liftPreview(hold: Hold, expired: number, others: number): Bilingual {
  const { courseCode: code } = hold;
  if (others > 0) {
    return {
      vi: `Xem trước: bỏ lệnh giữ ${hold.id.slice(0, 8)}; khóa ${code} vẫn được giữ bởi ${others} lệnh khác. Thêm --confirm để ghi lại.`,
      en: `Preview: hold ${hold.id.slice(0, 8)} would be lifted; course ${code} stays held by ${others} more. Add --confirm to store it.`,
    };
  }
  const after: Bilingual =
    expired === 0
      ? { vi: "chưa có gì của khóa hết thời hạn", en: "nothing of it is past its retention yet" }
      : {
          vi: `${expired} đối tượng đã hết thời hạn sẽ có thể bị đưa vào danh sách tiêu hủy`,
          en: `${expired} objects past their retention may then be put on a disposal list`,
        };
  return {
    vi: `Xem trước: bỏ lệnh giữ ${hold.id.slice(0, 8)}, lệnh cuối cùng giữ khóa ${code}; ${after.vi}. Thêm --confirm để ghi lại.`,
    en: `Preview: hold ${hold.id.slice(0, 8)} would be lifted, the last one on course ${code}; ${after.en}. Add --confirm to store it.`,
  };
}
