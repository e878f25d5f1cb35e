import type { Db } from "../../../db/client.ts";
import { allRooms, type RoomRow } from "../../../db/queries/campus.ts";
import { courseByCode, listCourses, type Course } from "../../../db/queries/courses.ts";
import { SisoError } from "../../errors.ts";

/** A room by its code or name. Throws `not-found` naming the rooms there are. */
export async function findRoomByText(db: Db, text: string): Promise<RoomRow> {
  const rooms = await allRooms(db);
  const same = (name: string) => name.normalize("NFC").toLowerCase() === text.normalize("NFC").toLowerCase();
  const found = rooms.filter(({ code, name }) => same(code) || same(name));
  if (found.length === 1 && found[0] !== undefined) return found[0];
  const names = rooms.map(({ code, name, campusCode }) => `${code} (${name}, ${campusCode})`).join(", ");
  throw new SisoError("not-found", {
    vi: `Không xác định được phòng “${text}”. Các phòng: ${names || "chưa có, hãy khai trong tệp mô tả học viện"}.`,
    en: `There is no one room “${text}”. Rooms: ${names || "none yet; describe them in the institution's file"}.`,
  });
}

/** Throws `not-found` naming the courses there are. */
export async function findCourse(db: Db, code: string): Promise<Course> {
  const course = await courseByCode(db, code);
  if (course !== null) return course;
  const codes = (await listCourses(db)).map((each) => each.code).join(", ");
  throw new SisoError("not-found", {
    vi: `Không có khóa “${code}”. Các khóa: ${codes || "chưa có, hãy nhập quyết định mở lớp trước"}.`,
    en: `There is no course “${code}”. Courses: ${codes || "none yet; import a decision first"}.`,
  });
}
