import type { Db } from "../../db/client.ts";
import { courseByCode, listCourses, type Course } from "../../db/queries/courses.ts";
import { SisoError } from "../errors.ts";

/** Throws `not-found` with the codes there are. */
export async function findCourse(db: Db, code: string): Promise<Course> {
  const course = await courseByCode(db, code);
  if (course === null) throw unknownCourse(code, await courseCodes(db));
  return course;
}

export async function courseCodes(db: Db): Promise<string[]> {
  return (await listCourses(db)).map(({ code }) => code);
}

function unknownCourse(code: string, known: readonly string[]): SisoError {
  const list = known.join(", ");
  return new SisoError("not-found", {
    vi: `Không có khóa “${code}”. ${list === "" ? "Chưa khóa nào được mở; hãy nhập quyết định mở lớp trước." : `Có: ${list}.`}`,
    en: `There is no course "${code}". ${list === "" ? "None is open yet; import a class-opening decision first." : `There are: ${list}.`}`,
  });
}
