import { DateTime } from "luxon";
import { listCourses } from "../../../db/queries/courses.ts";
import { readinessRows } from "../../../db/queries/readiness.ts";
import { systemClock } from "../../../workers/system.ts";
import {
  assessCourse,
  type CourseFacts,
  type ItemState,
  type Readiness,
} from "../../readiness/assess-course.ts";
import { itemWords, lateWords } from "../../readiness/readiness-words.ts";
import type { Bilingual } from "../../types.ts";
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
      const { facts, unitEmail } = await readinessRows(db, course.id, now);
      const today = DateTime.fromJSDate(now, { zone: facts.zone }).toISODate() ?? "";
      const over = course.endsOn < today;
      if (over && !options.all && options.course === undefined) continue;
      shown.push({
        facts,
        readiness: assessCourse(facts, now, institution.readiness),
        unreminded: institution.mail !== null && unitEmail === null,
      });
    }
    if (shown.length === 0) say(nothingShown(chosen.length));
    const ready = shown.every(({ readiness }) => readiness.ready);
    if (options.json) return { text: `${JSON.stringify({ courses: shown.map(plain) }, null, 2)}\n`, ready };
    return { text: shown.map(courseText).join("\n"), ready };
  });
}

interface Shown {
  facts: CourseFacts;
  readiness: Readiness;
  /** Mail is set up, and the unit has no address for reminders. */
  unreminded: boolean;
}

function nothingShown(courses: number): Bilingual {
  if (courses === 0) {
    return {
      vi: "Chưa có khóa nào. Mở khóa bằng quyết định mở lớp: ./siso import qd.docx --course MÃ --campus … --unit … --confirm.",
      en: "There is no course yet. A class-opening decision opens one: ./siso import qd.docx --course CODE --campus … --unit … --confirm.",
    };
  }
  return {
    vi: `Không có khóa nào sắp tới hay đang học; ${courses} khóa đã kết thúc (xem: ./siso readiness --all).`,
    en: `No course is coming or under way; ${courses} course(s) are over (see ./siso readiness --all).`,
  };
}

function plain({ facts, readiness }: Shown) {
  const { code, unitCode, unitName, startsOn } = facts;
  return { course: code, unit: unitCode, unitName, startsOn, ...readiness };
}

const marks: Record<ItemState["state"], string> = { ready: "✓", incomplete: "!", missing: "✗" };

function courseText({ facts, readiness: { items, ready }, unreminded }: Shown): string {
  const day = DateTime.fromISO(facts.startsOn, { zone: facts.zone }).toFormat("dd/MM/yyyy");
  const rows = tableLines(
    items.map(({ state, item, what }) => [
      `  ${marks[state]}`,
      `${itemWords[item].vi} · ${itemWords[item].en}`,
      what.vi,
    ]),
  );
  // A line of its own from the left: beside what is missing it would not fit a screen.
  const lines = items.flatMap((each, i) => {
    const due = each.state === "ready" && each.lateDays === null ? [] : [`       ${dueWords(each, facts)}`];
    return [rows[i] ?? "", ...due];
  });
  const verdict = ready ? "đủ · ready" : "CHƯA ĐỦ · not ready";
  const missing = items
    .filter(({ state }) => state !== "ready")
    .map(({ what, item }) => `     ${itemWords[item].en}: ${what.en}`);
  return [
    `${facts.code} · ${facts.name}`,
    `  Khai giảng · begins ${day}; ${facts.unitName}: ${verdict}`,
    ...lines,
    ...(unreminded
      ? [`  ${facts.unitCode} chưa có email trong units: không nhắc được · has no email: it is not reminded`]
      : []),
    ...(missing.length > 0 ? ["  Still open:", ...missing] : []),
    "",
  ].join("\n");
}

/** Who owes it by when and under which article; of what came late, when it came. */
function dueWords(
  { deadline, lateDays, from, state, article, arrivedAt }: ItemState,
  { zone, unitCode }: CourseFacts,
): string {
  const local = (at: Date) => DateTime.fromJSDate(at, { zone }).toFormat("dd/MM/yyyy HH:mm");
  const who = from === "unit" ? unitCode : "CNTT";
  const late = lateWords(lateDays);
  const came = state === "ready" && arrivedAt !== null ? ` · đến ${local(arrivedAt)}` : "";
  const due = `${who} · hạn ${local(deadline)}${article === "–" ? "" : ` (${article})`}${came}`;
  return late ? `${due} · ${late.vi} (${late.en})` : due;
}
