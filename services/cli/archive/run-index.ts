import { DateTime } from "luxon";
import { archiveIndex, type RecordGroup, type RecordKind } from "../../../db/queries/archive-index.ts";
import { courseRetentions, type CourseRetention } from "../../../db/queries/holds.ts";
import type { Db } from "../../../db/client.ts";
import { keptForever } from "../../retention/retain-until.ts";
import type { Bilingual } from "../../types.ts";
import { findCourse } from "../find-course.ts";
import { withDatabase } from "../open-database.ts";
import { tableLines } from "../table-lines.ts";

/** As typed. */
export interface IndexOptions {
  course?: string;
  json?: boolean;
}

const groups: Record<RecordGroup, Bilingual> = {
  system: { vi: "Hệ thống, phần mềm", en: "System" },
  process: { vi: "Dữ liệu quá trình", en: "Process data" },
  plans: { vi: "Kế hoạch", en: "Plans" },
  assessment: { vi: "Kiểm tra, đánh giá", en: "Assessment" },
};

/** Every kind there can be, in the order it is listed: one of which nothing is kept is listed with 0. */
const kinds: readonly [RecordGroup, string, Bilingual][] = [
  ["system", "model-pack", { vi: "bộ mô hình đã dùng", en: "model packs used" }],
  ["system", "rules", { vi: "phiên bản quy tắc đã dùng", en: "versions of the rules used" }],
  ["system", "camera", { vi: "camera đã chụp", en: "cameras that took pictures" }],
  ["process", "picture", { vi: "ảnh điểm danh", en: "pictures" }],
  ["process", "gap", { vi: "ảnh thiếu, có lý do", en: "missing pictures, with reasons" }],
  ["process", "portrait", { vi: "ảnh chân dung", en: "portraits" }],
  ["process", "mark", { vi: "kết quả từng lượt", en: "marks of rounds" }],
  ["process", "online-attendance", { vi: "tệp điểm danh trực tuyến", en: "online attendance files" }],
  ["process", "leave", { vi: "đơn xin phép", en: "leave papers" }],
  ["process", "leave-decision", { vi: "quyết định cho nghỉ", en: "leaves decided" }],
  ["process", "correction", { vi: "sửa bằng lời của người", en: "corrections" }],
  ["plans", "decision", { vi: "quyết định mở lớp", en: "class-opening decisions" }],
  ["plans", "roster", { vi: "danh sách học viên", en: "rosters" }],
  ["plans", "chart", { vi: "sơ đồ chỗ ngồi", en: "seating charts" }],
  ["plans", "timetable", { vi: "lịch học", en: "timetables" }],
  ["plans", "session", { vi: "buổi học theo lịch", en: "sessions planned" }],
  ["plans", "capture-plan", { vi: "kế hoạch chụp", en: "capture plans" }],
  ["assessment", "exam", { vi: "kỳ kiểm tra, thi", en: "exams" }],
  ["assessment", "outcome", { vi: "kết quả từng buổi", en: "outcomes of sessions" }],
  ["assessment", "report", { vi: "tệp báo cáo", en: "report files" }],
];

/** What the archive keeps of each course in the four groups of X Đ9.1–9.4; counts only, nothing of anybody is shown. */
export async function runIndex(
  options: IndexOptions,
  env: Record<string, string | undefined>,
): Promise<string> {
  return withDatabase(env, async (db) => {
    const ids = options.course === undefined ? null : [(await findCourse(db, options.course)).id];
    const courses = await courseRetentions(db, ids);
    const indexes = await Promise.all(courses.map((course) => indexOf(db, course)));
    if (options.json) return `${JSON.stringify(indexes, null, 2)}\n`;
    if (indexes.length === 0) return "Chưa có khóa nào. · There is no course yet.\n";
    return `${indexes.map(({ course, records }) => courseText(course, records)).join("\n\n")}\n`;
  });
}

async function indexOf(db: Db, course: CourseRetention) {
  const found = await archiveIndex(db, course.courseId);
  const records = kinds.map(([group, kind]): RecordKind => {
    const nothing = {
      count: 0,
      from: null,
      to: null,
      names: null,
      bytes: null,
      keptUntil: null,
      destroyed: 0,
    };
    return found.find((one) => one.kind === kind) ?? { group, kind, ...nothing };
  });
  const others = found.filter((one) => kinds.every(([, kind]) => kind !== one.kind));
  return { course, records: [...records, ...others] };
}

function courseText(course: CourseRetention, records: readonly RecordKind[]): string {
  const { code, name, courseStart, zone } = course;
  const head = ["nhóm · group", "hồ sơ · records", "số lượng", "MB", "từ", "đến", "giữ đến hết", ""];
  const rows = records.map((record, index) => {
    const [, , words] = kinds[index] ?? ["", "", { vi: record.kind, en: record.kind }];
    const first = records[index - 1]?.group !== record.group;
    return [
      first ? both(groups[record.group]) : "",
      both(words),
      String(record.count),
      record.bytes === null ? "" : (record.bytes / 1e6).toFixed(1),
      day(record.from, zone),
      day(record.to, zone),
      keptWords(record.keptUntil, zone),
      [record.names?.join(", ") ?? "", destroyedWords(record)].filter(Boolean).join("; "),
    ];
  });
  const held = course.held ? "; đang bị giữ lại · under legal hold" : "";
  return [
    `${code} · ${name} (khai giảng · began ${courseStart}${held})`,
    ...tableLines([head, ...rows]),
  ].join("\n");
}

function both({ vi, en }: Bilingual): string {
  return `${vi} · ${en}`;
}

function day(at: Date | null, zone: string): string {
  return at === null ? "" : (DateTime.fromJSDate(at, { zone }).toISODate() ?? "");
}

/** The last whole day on which the first of them is kept. */
function keptWords(until: Date | null, zone: string): string {
  if (until === null) return "";
  if (until >= keptForever) return "vĩnh viễn · for ever";
  return day(new Date(until.getTime() - 1), zone);
}

function destroyedWords({ destroyed }: RecordKind): string {
  return destroyed === 0 ? "" : `đã tiêu hủy · destroyed: ${destroyed}`;
}
