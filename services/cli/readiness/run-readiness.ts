import { DateTime } from "luxon";
import { listCourses } from "../../../db/queries/courses.ts";
import { readinessRows } from "../../../db/queries/readiness.ts";
import { systemClock } from "../../../workers/main.ts";
import {
  assessCourse,
  type CourseFacts,
  type ItemState,
  type Readiness,
} from "../../readiness/assess-course.ts";
import { itemWords, lateWords } from "../../readiness/readiness-words.ts";
import { findCourse } from "../find-course.ts";
import { withDatabase } from "../open-database.ts";
import { say } from "../say.ts";
import { tableLines } from "../table-lines.ts";

export interface ReadinessOptions {
  course?: string;
  all?: boolean;
  json?: boolean;
}

/** What each course still lacks; `ready` is false when any shown course lacks something. */
export async function runReadiness(
  options: ReadinessOptions,
  env: Record<string, string | undefined>,
  now = systemClock.now(),
): Promise<{ text: string; ready: boolean }> {
  return withDatabase(env, async (db, { institution }) => {
    const chosen =
      options.course === undefined ? await listCourses(db) : [await findCourse(db, options.course)];
    const shown = [];
    for (const course of chosen) {
      const { facts } = await readinessRows(db, course.id, now);
      const today = DateTime.fromJSDate(now, { zone: facts.zone }).toISODate() ?? "";
      const over = course.endsOn < today;
      if (over && !options.all && options.course === undefined) continue;
      shown.push({ facts, readiness: assessCourse(facts, now, institution.readiness) });
    }
    if (shown.length === 0)
      say({ vi: "Không có khóa nào sắp tới hay đang học.", en: "No course is coming or under way." });
    const ready = shown.every(({ readiness }) => readiness.ready);
    if (options.json) return { text: `${JSON.stringify({ courses: shown.map(plain) }, null, 2)}\n`, ready };
    return { text: shown.map(({ facts, readiness }) => courseText(facts, readiness)).join("\n"), ready };
  });
}

function plain({ facts, readiness }: { facts: CourseFacts; readiness: Readiness }) {
  const { code, unitCode, unitName, startsOn } = facts;
  return { course: code, unit: unitCode, unitName, startsOn, ...readiness };
}

const marks: Record<ItemState["state"], string> = { ready: "✓", incomplete: "!", missing: "✗" };

function courseText(facts: CourseFacts, { items, ready }: Readiness): string {
  const day = DateTime.fromISO(facts.startsOn, { zone: facts.zone }).toFormat("dd/MM/yyyy");
  const rows = items.map((each) => [
    `  ${marks[each.state]}`,
    `${itemWords[each.item].vi} · ${itemWords[each.item].en}`,
    each.what.vi,
    each.state === "ready" && each.lateDays === null ? "" : dueWords(each, facts),
  ]);
  const verdict = ready ? "đủ · ready" : "CHƯA ĐỦ · not ready";
  const missing = items
    .filter(({ state }) => state !== "ready")
    .map(({ what, item }) => `${itemWords[item].en}: ${what.en}`);
  return [
    `${facts.code} · ${facts.name}`,
    `  Khai giảng · begins ${day}; ${facts.unitName}: ${verdict}`,
    ...tableLines(rows),
    ...(missing.length > 0 ? [`  (${missing.join("; ")})`] : []),
    "",
  ].join("\n");
}

function dueWords({ deadline, lateDays, from, state }: ItemState, { zone, unitCode }: CourseFacts): string {
  const by = DateTime.fromJSDate(deadline, { zone }).toFormat("dd/MM/yyyy HH:mm");
  const who = from === "unit" ? unitCode : "CNTT";
  const late = lateWords(lateDays);
  const owed = state === "ready" ? "đã gửi" : `${who} · hạn ${by}`;
  return late ? `${owed} · ${late.vi} (${late.en})` : owed;
}
