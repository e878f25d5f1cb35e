import { sql } from "kysely";
import type {
  CameraId,
  CourseId,
  MarkEvidence,
  RoomId,
  RoundId,
  SeatRef,
  SessionId,
  TraineeId,
} from "../../services/types.ts";
import type { Db } from "../client.ts";

/** Where trainees were recognised in some rounds, by the newest mark of each, and in which pictures. */
export async function traineesAtSeats(
  db: Db,
  rounds: readonly RoundId[],
): Promise<{ observedSeat: SeatRef; evidence: MarkEvidence[] }[]> {
  if (rounds.length === 0) return [];
  const marks = await db
    .selectFrom("mark")
    .distinctOn(["roundId", "traineeId"])
    .select(["outcome", "observedSeat", "evidence"])
    .where("roundId", "in", rounds)
    .orderBy("roundId")
    .orderBy("traineeId")
    .orderBy("run", "desc")
    .execute();
  return marks.flatMap(({ outcome, observedSeat, evidence }) =>
    outcome === "present" && observedSeat !== null ? [{ observedSeat, evidence }] : [],
  );
}

/**
 * Per seat, in how many closed sessions of a course in a room a camera compared it with the empty room while the chart gave it to
 * somebody, since the last one in which any trainee was recognised there.
 */
export async function sessionsSinceSeen(
  db: Db,
  { courseId, roomId, cameraId }: { courseId: CourseId; roomId: RoomId; cameraId: CameraId },
): Promise<(SeatRef & { sessions: number })[]> {
  const { rows } = await sql<SeatRef & { sessions: number }>`
    with newest as (
      select distinct on (mark.round_id, mark.trainee_id)
        session.starts_at, mark.chart_version_id, mark.trainee_id, mark.outcome, mark.observed_seat
      from mark
        join round on round.id = mark.round_id
        join session on session.id = round.session_id
      where session.course_id = ${courseId} and session.room_id = ${roomId} and session.status = 'closed'
        and exists (
          select from snapshot join analysis on analysis.snapshot_id = snapshot.id
          where snapshot.round_id = round.id and snapshot.camera_id = ${cameraId}
            and analysis.seat_differences is not null)
      order by mark.round_id, mark.trainee_id, mark.run desc
    ),
    seen as (
      select (observed_seat ->> 'row')::int as seat_row, (observed_seat ->> 'column')::int as seat_column,
        max(starts_at) as last
      from newest where outcome = 'present' and observed_seat is not null group by 1, 2
    )
    select seat.seat_row as row, seat.seat_column as "column", count(distinct newest.starts_at)::int as sessions
    from newest
      join chart_seat seat
        on seat.chart_version_id = newest.chart_version_id and seat.trainee_id = newest.trainee_id
      left join seen using (seat_row, seat_column)
    where seen.last is null or newest.starts_at > seen.last
    group by seat.seat_row, seat.seat_column`.execute(db);
  return rows;
}

export interface NeverSeenMark {
  sessionId: SessionId;
  traineeId: TraineeId;
  /** Earlier sessions of the course in which nobody was seen in the trainee's seat. */
  sessions: number;
}

/** Sessions of a course in which a trainee's newest mark went to a person because nobody was ever seen in the trainee's seat. */
export async function neverSeenMarks(db: Db, courseId: CourseId): Promise<NeverSeenMark[]> {
  const { rows } = await sql<NeverSeenMark>`
    with newest as (
      select distinct on (mark.round_id, mark.trainee_id) round.session_id, mark.trainee_id, mark.reasons
      from mark
        join round on round.id = mark.round_id
        join session on session.id = round.session_id
      where session.course_id = ${courseId} and session.status = 'closed'
      order by mark.round_id, mark.trainee_id, mark.run desc
    )
    select session_id as "sessionId", trainee_id as "traineeId",
      max((reason -> 'params' ->> 'sessions')::int) as sessions
    from newest cross join lateral jsonb_array_elements(reasons) as reason
    where reason ->> 'code' = 'seat-never-seen'
    group by session_id, trainee_id`.execute(db);
  return rows;
}
