import type { Institution } from "../../../config/institution-file.ts";
import type { Db } from "../../../db/client.ts";
import { campusOf, findRoom, roomNames } from "../../../db/queries/campus.ts";
import { courseByCode, listCourses, type Course } from "../../../db/queries/courses.ts";
import type { Clock } from "../../ports.ts";
import type { RoomId } from "../../types.ts";

/** What a preview compares with: the database as it is, and the institution as it is configured. */
export interface CourseView {
  code: string;
  /** Null on a machine that has no database yet. */
  db: Db | null;
  clock: Clock;
  institution: Institution;
  course: Course | null;
  otherCodes: string[];
  /** Null while nobody has said at which campus the course is held. */
  campus: { code: string; timeZone: string } | null;
}

export async function viewCourse(
  db: Db | null,
  clock: Clock,
  institution: Institution,
  code: string,
  campusCode: string | undefined,
): Promise<CourseView> {
  const course = db && (await courseByCode(db, code));
  const otherCodes = db ? (await listCourses(db)).map((other) => other.code) : [];
  const typed = institution.campuses.find((campus) => campus.code === campusCode);
  const stored = db && course ? await campusOf(db, course.campusId) : null;
  return { code, db, clock, institution, course, otherCodes, campus: typed ?? stored };
}

/** Rooms of the course's campus by name, declared or stored. */
export async function roomsOf(view: CourseView): Promise<string[]> {
  const { db, course, campus } = view;
  const declared = view.institution.rooms
    .filter((room) => room.campus === campus?.code)
    .map((room) => room.name);
  const stored = db && course ? [...(await roomNames(db, course.campusId)).values()] : [];
  return [...new Set([...declared, ...stored])];
}

export async function roomExists(view: CourseView, text: string): Promise<boolean> {
  const { campus, institution } = view;
  const declared = institution.rooms.some(
    (room) => room.campus === campus?.code && (room.code === text || room.name === text),
  );
  return declared || (await storedRoom(view, text)) !== null;
}

export async function storedRoom({ db, course }: CourseView, text: string): Promise<RoomId | null> {
  return db && course ? findRoom(db, course.campusId, text) : null;
}
