import type { RoomRow } from "../../../db/queries/campus.ts";
import { chartAt, type ChartVersion, type Course } from "../../../db/queries/courses.ts";
import type { Context } from "../../../workers/context.ts";
import { SisoError } from "../../errors.ts";
import { findCourse } from "../find-course.ts";
import { parseInstant } from "../import/options.ts";
import { findRoomByText } from "./find-room.ts";

export interface RoomChart {
  room: RoomRow;
  course: Course;
  /** In force at `effectiveAt`. */
  chart: ChartVersion;
  effectiveAt: Date;
}

/** The chart a course has in a room, now or at the time typed. Throws `not-found` or `input-invalid` with what there is. */
export async function chartOfRoom(
  { db, clock }: Pick<Context, "db" | "clock">,
  typed: { room: string; course: string; effectiveAt?: string },
): Promise<RoomChart> {
  const room = await findRoomByText(db, typed.room);
  const course = await findCourse(db, typed.course);
  const effectiveAt =
    typed.effectiveAt === undefined
      ? clock.now()
      : parseInstant("--effective-at", typed.effectiveAt, room.timeZone);
  const chart = await chartAt(db, course.id, room.id, effectiveAt);
  if (chart === null) throw noChart(room, course);
  return { room, course, chart, effectiveAt };
}

function noChart(room: RoomRow, course: Course): SisoError {
  return new SisoError("not-found", {
    vi: `Khóa ${course.code} chưa có sơ đồ chỗ ngồi ở phòng ${room.code} tại thời điểm này. Nhập sơ đồ trước, hoặc thêm --effective-at.`,
    en: `Course ${course.code} has no seating chart in room ${room.code} at this time. Import one first, or add --effective-at.`,
  });
}
