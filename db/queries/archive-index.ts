import { sql } from "kysely";
import type { CourseId } from "../../services/types.ts";
import type { Db } from "../client.ts";

/** The four groups of records of X Đ9.1–9.4. */
export type RecordGroup = "system" | "process" | "plans" | "assessment";

/** One kind of record of a course: how many, of when, and, where it is sealed objects, their size and keeping. */
export interface RecordKind {
  group: RecordGroup;
  kind: string;
  count: number;
  from: Date | null;
  to: Date | null;
  /** Names or numbers, where the records are few and known by them. */
  names: string[] | null;
  /** Null where the records are rows of the database and lines of the log, not objects. */
  bytes: number | null;
  keptUntil: Date | null;
  destroyed: number;
}

/** What is kept of a course, kind by kind; kinds of which there is nothing too. */
export async function archiveIndex(db: Db, courseId: CourseId): Promise<RecordKind[]> {
  const { rows } = await sql<Omit<RecordKind, "bytes"> & { bytes: string | null }>`
    with held as (select id from session where course_id = ${courseId}),
      listed as (select id from trainee where course_id = ${courseId}),
      taken as (select camera_id, taken_at, object_id from snapshot where session_id in (select id from held)),
      judged as (select mark.* from mark join round on round.id = round_id where round.session_id in (select id from held)),
      sealed (record_group, kind, at, object_id) as (
        select case kind when 'online-attendance' then 'process' when 'leave' then 'process' else 'plans' end, kind, received_at, object_id
          from document where course_id = ${courseId}
        union all select 'process', 'picture', taken_at, object_id from taken
        union all select 'process', 'portrait', received_at, object_id from portrait where trainee_id in (select id from listed)
        union all select 'assessment', 'report', built_at, object_id from report_file join report on report.id = report_id
          where course_id = ${courseId}
      ),
      rows (record_group, kind, at, until, name) as (
        select 'system', 'model-pack', min(made_at), max(made_at), pack_id from judged group by pack_id
        union all select 'system', 'rules', min(made_at), max(made_at), 'v' || version
          from judged join rule_version on rule_version.id = rule_version_id group by version
        union all select 'system', 'camera', min(taken_at), max(taken_at), code from taken join camera on camera.id = camera_id
          group by code
        union all select 'process', 'gap', noticed_at, noticed_at, null from gap where session_id in (select id from held)
        union all select 'process', 'mark', made_at, made_at, null from judged
        union all select 'process', 'correction', made_at, made_at, null from correction where session_id in (select id from held)
        union all select 'process', 'leave-decision', decided_at, decided_at, null from leave_request
          where trainee_id in (select id from listed) and decided_at is not null
        union all select 'plans', 'session', starts_at, starts_at, null from session
          where course_id = ${courseId} and status <> 'cancelled'
        union all select 'plans', 'capture-plan', planned_at, planned_at, null from capture_plan
          where session_id in (select id from held)
        union all select 'assessment', 'outcome', made_at, made_at, null from session_mark where session_id in (select id from held)
        union all select 'assessment', 'exam', starts_at, starts_at, null from exam where course_id = ${courseId}
      )
    select record_group as "group", kind, count(*)::int as count, min(at) as "from", max(at) as "to", null as names,
        sum(bytes) as bytes, min(retain_until) filter (where destroyed_at is null) as "keptUntil",
        count(destroyed_at)::int as destroyed
      from sealed join archive_object using (object_id) group by 1, 2
    union all select record_group, kind, count(*)::int, min(at), max(until), array_agg(name order by name) filter (where name is not null),
        null, null, 0 from rows group by 1, 2`.execute(db);
  return rows.map((row) => ({ ...row, bytes: row.bytes === null ? null : Number(row.bytes) }));
}
