import type { Db } from "../../../db/client.ts";
import { chartAt, courseById, rosterAt } from "../../../db/queries/courses.ts";
import { doubtsOf, isSameSeat, sessionsUnseen } from "../../seating/seat-sights.ts";
import type { CourseId, RoomId, SeatRef, SeatSight } from "../../types.ts";
import { seatName } from "./seat-text.ts";

/** A seat of a camera at which nobody of a course was ever seen. */
export interface NeverSeen {
  seat: string;
  /** Code of the course; null when an older version did not say which. */
  course: string | null;
  /** STT and name of whose seat it is now. */
  trainee: string | null;
  sessions: number;
}

export async function neverSeenSeats(
  db: Db,
  roomId: RoomId,
  sights: readonly SeatSight[],
  at: Date,
): Promise<NeverSeen[]> {
  const rows: NeverSeen[] = [];
  for (const { doubt, row, column } of doubtsOf(sights)) {
    const seat = { row, column };
    const name = seatName(seat);
    if (doubt === undefined) {
      rows.push({ seat: name, course: null, trainee: null, sessions: 2 });
      continue;
    }
    const { courseId } = doubt;
    const { code } = await courseById(db, courseId);
    const trainee = await ownerOf(db, { roomId, courseId, seat }, at);
    const sessions = sessionsUnseen(seat, sights, courseId) ?? doubt.sessions;
    rows.push({ seat: name, course: code, trainee, sessions });
  }
  return rows;
}

async function ownerOf(
  db: Db,
  { roomId, courseId, seat }: { roomId: RoomId; courseId: CourseId; seat: SeatRef },
  at: Date,
): Promise<string | null> {
  const chart = await chartAt(db, courseId, roomId, at);
  const owner = chart?.seats.find((each) => isSameSeat(each, seat))?.traineeId ?? null;
  const roster = owner === null ? null : await rosterAt(db, courseId, at);
  const found = roster?.trainees.find(({ id }) => id === owner);
  return found === undefined ? null : `${found.ordinal} ${found.fullName}`;
}

export function neverSeenLine({ seat, course, trainee, sessions }: NeverSeen): string {
  const whose = trainee === null ? "" : ` (${trainee})`;
  const of = course === null ? { vi: "", en: "" } : { vi: ` của ${course}`, en: ` of ${course}` };
  return `? ${seat}${whose}: chưa từng thấy ai trong ${sessions} buổi${of.vi}: bị che, hay học viên chưa đến? · nobody was ever seen there in ${sessions} session(s)${of.en}: hidden, or never came?`;
}
