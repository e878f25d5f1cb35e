import { DateTime } from "luxon";
import type { Db } from "../../../db/client.ts";
import { campusOf } from "../../../db/queries/campus.ts";
import type { Course } from "../../../db/queries/courses.ts";
import { systemClock, systemRandom } from "../../../workers/system.ts";
import type { Bilingual } from "../../types.ts";
import { findCourse } from "../find-course.ts";
import { withDatabase } from "../open-database.ts";

/** As typed. */
export interface OnlineOptions {
  course: string;
  by?: string;
  why?: string;
  confirm?: boolean;
  replace?: boolean;
  undo?: boolean;
  inPerson?: boolean;
  from?: string;
  end?: boolean;
}

export interface OnlineResult {
  text: string;
  closing: Bilingual;
}

export type Env = Record<string, string | undefined>;

export interface OnlinePlace {
  ctx: { db: Db; clock: typeof systemClock; random: typeof systemRandom };
  course: Course;
  zone: string;
}

export async function onCourse<T>(
  { course: code }: Pick<OnlineOptions, "course">,
  env: Env,
  work: (place: OnlinePlace) => Promise<T>,
): Promise<T> {
  return withDatabase(env, async (db) => {
    const course = await findCourse(db, code);
    const { timeZone: zone } = await campusOf(db, course.campusId);
    return work({ ctx: { db, clock: systemClock, random: systemRandom }, course, zone });
  });
}

/** `14:05 22/11/2026`. */
export function when(at: Date, zone: string): string {
  return DateTime.fromJSDate(at, { zone }).toFormat("HH:mm dd/MM/yyyy");
}

export const notWritten: Bilingual = {
  vi: "Chưa ghi gì. Thêm --confirm để ghi.",
  en: "Nothing was written. Add --confirm to write it.",
};

export function written(by: string): Bilingual {
  return { vi: `Đã ghi (${by}).`, en: `Written (${by}).` };
}
