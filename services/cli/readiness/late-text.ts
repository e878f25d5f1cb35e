import { DateTime } from "luxon";
import { unitByCode } from "../../../db/queries/campus.ts";
import { lateInputs } from "../../../db/queries/late-inputs.ts";
import type { Db } from "../../../db/client.ts";
import { systemClock } from "../../../workers/system.ts";
import { lateDays } from "../../readiness/assess-course.ts";
import { itemWords } from "../../readiness/readiness-words.ts";
import { SisoError } from "../../errors.ts";
import { findCourse } from "../find-course.ts";
import { withDatabase } from "../open-database.ts";
import { say } from "../say.ts";
import { tableLines } from "../table-lines.ts";

export interface LateOptions {
  course?: string;
  unit?: string;
  json?: boolean;
}

type Row = Awaited<ReturnType<typeof lateInputs>>[number];

/** What each unit sent late or still owes, under which deadline of which article (N5). */
export async function lateText(
  options: LateOptions,
  env: Record<string, string | undefined>,
  now = systemClock.now(),
): Promise<string> {
  return withDatabase(env, async (db, { institution }) => {
    await refuseUnknown(
      db,
      options,
      institution.units.map(({ code }) => code),
    );
    const rows = (await lateInputs(db)).filter(
      ({ unitCode, courseCode }) =>
        (options.unit === undefined || unitCode === options.unit) &&
        (options.course === undefined || courseCode === options.course),
    );
    const late = rows.map((row) => ({ ...row, lateDays: daysOf(row, now) }));
    if (options.json) return `${JSON.stringify({ late }, null, 2)}\n`;
    if (late.length > 0) return tableOf(late);
    say({
      vi: "Chưa ghi nhận đầu vào nào gửi trễ (dịch vụ ./siso start xem mỗi giờ).",
      en: "No late input is recorded (the service ./siso start looks every hour).",
    });
    return "";
  });
}

async function refuseUnknown(db: Db, { course, unit }: LateOptions, known: string[]): Promise<void> {
  if (course !== undefined) await findCourse(db, course);
  if (unit === undefined || (await unitByCode(db, unit)) !== null) return;
  throw new SisoError("not-found", {
    vi: `Không có đơn vị “${unit}”. Có: ${known.join(", ")}.`,
    en: `There is no unit "${unit}". There are: ${known.join(", ")}.`,
  });
}

function daysOf({ deadline, arrivedAt, zone }: Row, now: Date): number {
  return lateDays(deadline, arrivedAt ?? now, zone) ?? 0;
}

function tableOf(rows: readonly (Row & { lateDays: number })[]): string {
  const head = [
    "Đơn vị · Unit",
    "Khóa · Course",
    "Đầu vào · Input",
    "Hạn · Due",
    "Căn cứ · Article",
    "Đến · Came",
    "Trễ (ngày) · Days late",
  ];
  const lines = rows.map((row) => [
    row.unitCode,
    row.courseCode,
    inputWords(row),
    local(row.deadline, row.zone),
    row.article,
    row.arrivedAt === null ? "CÒN THIẾU" : local(row.arrivedAt, row.zone),
    String(row.lateDays),
  ]);
  const units = new Map<string, number>();
  for (const { unitName } of rows) units.set(unitName, (units.get(unitName) ?? 0) + 1);
  const sums = [...units].map(([name, count]) => `${name}: ${count}`).join("; ");
  return [...tableLines([head, ...lines]), "", `Cộng · In all: ${sums}`, ""].join("\n");
}

function inputWords({ item, part }: Pick<Row, "item" | "part">): string {
  const words = (itemWords as Record<string, { vi: string }>)[item]?.vi ?? item;
  return part === "" ? words : `${words} ${part}`;
}

function local(at: Date, zone: string): string {
  return DateTime.fromJSDate(at, { zone }).toFormat("dd/MM/yyyy HH:mm");
}
