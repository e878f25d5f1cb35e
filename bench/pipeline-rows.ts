import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import type { CameraId, CourseId, RoundId, SessionId, TraineeId } from "../services/types.ts";
import type { Db } from "../db/client.ts";
import { rosterAt } from "../db/queries/courses.ts";
import { latestRuleVersion, type RuleVersion } from "../db/queries/rules.ts";
import type { SessionSetting } from "../workers/jobs/room-views.ts";

/** Where one round's rows belong. */
export interface HeldRound {
  sessionId: SessionId;
  roundId: RoundId;
  cameraId: CameraId;
}

export interface ClassRows {
  setting: SessionSetting;
  rules: RuleVersion;
  /** A session with one captured round, as planning leaves it. */
  hold(): Promise<HeldRound>;
}

/** A course with these trainees on its roster, in a room with one camera. */
export async function classRows(db: Db, trainees: readonly TraineeId[]): Promise<ClassRows> {
  const id = {
    campus: randomUUID(),
    unit: randomUUID(),
    room: randomUUID(),
    camera: randomUUID() as CameraId,
    course: randomUUID() as CourseId,
    document: randomUUID(),
    paper: randomUUID(),
    roster: randomUUID(),
    timetable: randomUUID(),
  };
  await db.transaction().execute(async (trx) => {
    for (const statement of [
      sql`insert into campus values (${id.campus}, 'do', 'Cơ sở đo', 'Asia/Ho_Chi_Minh')`,
      sql`insert into unit (id, code, name) values (${id.unit}, 'do', 'Đơn vị đo')`,
      sql`insert into room values (${id.room}, ${id.campus}, 'do', 'Phòng đo')`,
      sql`insert into camera (id, room_id, code, host, port, username, password_sealed)
        values (${id.camera}, ${id.room}, 'do', '127.0.0.1', 80, 'siso', '')`,
      sql`insert into archive_object values (${id.paper}, repeat('0', 64), 1, '\\x01', '', '', '2033-01-01', now())`,
      sql`insert into course (id, campus_id, unit_id, code, name, starts_on, ends_on)
        values (${id.course}, ${id.campus}, ${id.unit}, 'do', 'Lớp đo', '2026-09-07', '2026-10-30')`,
      sql`insert into document values (${id.document}, ${id.course}, 'roster', 'ds.docx', repeat('0', 64), ${id.paper}, now(), 'mail')`,
      sql`insert into timetable_version values (${id.timetable}, ${id.course}, ${id.document}, 1, '2026-09-07', 'x', now())`,
      sql`insert into roster_version values (${id.roster}, ${id.course}, ${id.document}, 1, '2026-09-07', 'x', now())`,
      sql`insert into trainee (id, course_id, full_name, match_key)
        select t, ${id.course}, 'Học viên ' || n, 'hoc vien ' || n from unnest(${[...trainees]}::uuid[]) with ordinality as each(t, n)`,
      sql`insert into roster_entry (roster_version_id, trainee_id, ordinal, listed)
        select ${id.roster}, t, n, '{}' from unnest(${[...trainees]}::uuid[]) with ordinality as each(t, n)`,
    ])
      await statement.execute(trx);
  });
  const rules = await latestRuleVersion(db);
  if (rules === null) throw new Error("the institution has no rules");
  const roster = await rosterAt(db, id.course, new Date("2026-09-08T00:00:00Z"));
  const hold = async (): Promise<HeldRound> => {
    const held = { sessionId: randomUUID() as SessionId, roundId: randomUUID() as RoundId };
    await sql`
      with held as (
        insert into session (id, course_id, timetable_version_id, room_id, day, shift, topic, starts_at, ends_at, frame, status, preflight_at)
          values (${held.sessionId}, ${id.course}, ${id.timetable}, ${id.room}, '2026-09-08', 'morning', 'Đo', '2026-09-08 01:00Z',
            '2026-09-08 04:30Z', '{"periods": []}', 'cancelled', '2026-09-08 00:45Z') returning id
      ), plan as (
        insert into capture_plan (id, session_id, plan_no, commitment, seed_sealed, drawn_from, rule_version_id, planned_at)
          select gen_random_uuid(), id, 1, '', '', '{}', ${rules.id}, now() from held returning id, session_id
      )
      insert into round (id, session_id, plan_id, ordinal, half, due_at, status)
        select ${held.roundId}, session_id, id, 1, 1, now(), 'captured' from plan`.execute(db);
    return { ...held, cameraId: id.camera };
  };
  return { setting: { roster, chart: null, cameras: [] }, rules, hold };
}
