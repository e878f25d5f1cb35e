import { sql, type RawBuilder } from "kysely";
import type { CourseId } from "../../services/types.ts";
import type { Db } from "../client.ts";
import { sessionOnline } from "./online.ts";
import type { Due } from "./sessions.ts";

/** When the first paper of a kind came: by mail, when a mail brought it, else when it was taken in. */
async function arrivals(db: Db, courseId: CourseId, kinds: ("decision" | "roster" | "timetable")[]) {
  const rows = await db
    .selectFrom("document")
    .leftJoin("mailAttachment", "mailAttachment.sha256", "document.sha256")
    .leftJoin("mail", "mail.id", "mailAttachment.mailId")
    .select([
      "document.kind",
      sql<Date>`min(least(document.received_at, coalesce(mail.arrived_at, mail.taken_at)))`.as("arrivedAt"),
    ])
    .where("document.courseId", "=", courseId)
    .where("document.kind", "in", kinds)
    .groupBy("document.kind")
    .execute();
  return new Map(rows.map(({ kind, arrivedAt }) => [kind, arrivedAt]));
}

/** Rooms the course's sessions are held in (online is none), when their first chart came, and the cameras that are down. */
async function rooms(db: Db, courseId: CourseId) {
  return db
    .selectFrom("room")
    .select((e) => [
      "room.name",
      e
        .selectFrom("chartVersion")
        .innerJoin("document", "document.id", "chartVersion.documentId")
        .leftJoin("mailAttachment", "mailAttachment.sha256", "document.sha256")
        .leftJoin("mail", "mail.id", "mailAttachment.mailId")
        .select(
          sql<Date>`min(least(document.received_at, coalesce(mail.arrived_at, mail.taken_at)))`.as("at"),
        )
        .where("chartVersion.courseId", "=", courseId)
        .whereRef("chartVersion.roomId", "=", "room.id")
        .as("chartArrivedAt"),
      sql<number>`(select count(*)::int from camera where camera.room_id = room.id)`.as("cameras"),
      sql<string[]>`array(
        select camera.code from camera
        join alarm on alarm.subject = camera.id::text and alarm.code = 'camera-down' and alarm.closed_at is null
        where camera.room_id = room.id order by camera.code)`.as("camerasDown"),
    ])
    .where((e) =>
      e.exists(
        e
          .selectFrom("session")
          .select("session.id")
          .whereRef("session.roomId", "=", "room.id")
          .where("session.courseId", "=", courseId)
          .where("session.status", "<>", "cancelled")
          .where(sql<boolean>`not ${sessionOnline}`),
      ),
    )
    .orderBy("room.name")
    .execute();
}

/** The course's online sessions, its link, and the files still awaited at an instant; null when it has none. */
async function online(db: Db, courseId: CourseId, at: Date) {
  const row = await db
    .selectFrom("session")
    .select([
      sql<number>`count(*)::int`.as("sessions"),
      sql<Date | null>`min(starts_at)`.as("firstAt"),
      sql<number>`(count(*) filter (where ends_at <= ${at} and coalesce((select cardinality(sheet_ids) from online_version v
        where v.session_id = session.id order by v.version desc limit 1), 0) = 0))::int`.as("awaitingFile"),
    ])
    .where("courseId", "=", courseId)
    .where("status", "<>", "cancelled")
    .where(sessionOnline)
    .executeTakeFirstOrThrow();
  const link = await db
    .selectFrom("onlineLink")
    .select(["url", "setAt"])
    .where("courseId", "=", courseId)
    .orderBy("version", "desc")
    .limit(1)
    .executeTakeFirst();
  const { firstAt, ...counted } = row;
  return firstAt === null ? null : { ...counted, firstAt, linkSetAt: link?.url ? link.setAt : null };
}

/** The key of this trainee of the roster was destroyed: biometrics were declined, or consent was withdrawn. */
const declined = sql<boolean>`exists (select from person_key
  where person_key.trainee_id = roster_entry.trainee_id and person_key.destroyed_at is not null)`;

function portraitThat(holds: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`exists (select from portrait where portrait.trainee_id = roster_entry.trainee_id and ${holds})`;
}

const withdrew = sql<boolean>`exists (select from consent_withdrawal
  where consent_withdrawal.trainee_id = roster_entry.trainee_id)`;
/** No portrait is awaited of them, and one that lies there counts for nothing. */
const gone = sql<boolean>`(${declined} or ${withdrew})`;

const usable = portraitThat(sql`judged_at is not null and (refusal is null or accepted_by is not null)`);
const toJudge = portraitThat(sql`judged_at is null`);
const heldBack = portraitThat(sql`refusal is not null and accepted_by is null`);

/** Confirmed papers in force of which rows were not understood; a chart for each room. */
async function unread(db: Db, courseId: CourseId, at: Date) {
  const { rows } = await sql<{
    kind: "roster" | "chart" | "timetable";
    part: string;
    reported: number;
    where: string | null;
  }>`
    with in_force as (
      (select 'roster' as kind, '' as part, '' as room, document_id from roster_version
        where course_id = ${courseId} and effective_at <= ${at} order by effective_at desc, version desc limit 1)
      union all
      (select 'timetable', '', '', document_id from timetable_version
        where course_id = ${courseId} and effective_at <= ${at} order by effective_at desc, version desc limit 1)
      union all
      (select distinct on (room_id) 'chart', room_id::text, room.name, document_id from chart_version
        join room on room.id = room_id
        where course_id = ${courseId} and effective_at <= ${at} order by room_id, effective_at desc, version desc)
    )
    select kind, room as part, reported, problems -> 0 ->> 'where' as "where"
    from in_force join paper_reading using (document_id, part) where reported > 0 order by kind, room`.execute(
    db,
  );
  return rows;
}

/** Everything a course's readiness is told from. */
export async function readinessRows(db: Db, courseId: CourseId, at: Date) {
  const course = await db
    .selectFrom("course")
    .innerJoin("unit", "unit.id", "course.unitId")
    .innerJoin("campus", "campus.id", "course.campusId")
    .leftJoin("officer", "officer.id", "course.dutyOfficerId")
    .select([
      "course.code",
      "course.name",
      "unit.code as unitCode",
      "unit.name as unitName",
      "unit.id as unitId",
      "unit.email as unitEmail",
      "campus.timeZone as zone",
      "startsOn",
      "endsOn",
      "decisionNumber",
      "decisionDate",
      "officer.fullName as dutyOfficer",
      sql<Date | null>`(select min(starts_at) from session
        where session.course_id = course.id and status <> 'cancelled')`.as("firstSessionAt"),
    ])
    .where("course.id", "=", courseId)
    .executeTakeFirstOrThrow();
  const people = await db
    .selectFrom("rosterEntry")
    .select([
      sql<number>`count(*)::int`.as("trainees"),
      sql<number>`(count(*) filter (where not ${usable} and not ${gone}))::int`.as("traineesWithoutPortrait"),
      sql<number>`(count(*) filter (where not ${usable} and not ${gone} and ${toJudge}))::int`.as(
        "portraitsToJudge",
      ),
      sql<number>`(count(*) filter (where not ${usable} and not ${gone} and not ${toJudge} and ${heldBack}))::int`.as(
        "portraitsHeldBack",
      ),
      sql<number>`(count(*) filter (where ${gone}))::int`.as("traineesDeclined"),
      sql<number>`(count(*) filter (where ${withdrew}))::int`.as("traineesWithdrew"),
    ])
    .where("rosterVersionId", "=", (e) =>
      e
        .selectFrom("rosterVersion")
        .select("rosterVersion.id")
        .where("courseId", "=", courseId)
        .where("effectiveAt", "<=", at)
        .orderBy("effectiveAt", "desc")
        .orderBy("version", "desc")
        .limit(1),
    )
    .executeTakeFirstOrThrow();
  const held = await online(db, courseId, at);
  const arrived = await arrivals(db, courseId, ["decision", "roster", "timetable"]);
  const kept = await db
    .selectFrom("faceCollection")
    .select("basis")
    .where("courseId", "=", courseId)
    .where("endedAt", "is", null)
    .executeTakeFirst();
  const { unitId, unitEmail, decisionNumber, decisionDate, ...facts } = course;
  return {
    unitId,
    unitEmail,
    facts: {
      ...facts,
      ...people,
      decisionComplete: decisionNumber !== null && decisionDate !== null,
      decisionArrivedAt: arrived.get("decision") ?? null,
      rosterArrivedAt: arrived.get("roster") ?? null,
      timetableArrivedAt: arrived.get("timetable") ?? null,
      rooms: await rooms(db, courseId),
      facesKeptOn: kept?.basis ?? null,
      unread: await unread(db, courseId, at),
      ...(held === null ? {} : { online: held }),
    },
  };
}

/** Courses not over yet, by their campus's day, whose next look has come; and those over since the last look, once more. */
export async function coursesToCheck(db: Db, now: Date): Promise<Due[]> {
  return db
    .selectFrom("course")
    .innerJoin("campus", "campus.id", "course.campusId")
    .leftJoin("courseCheck", "courseCheck.courseId", "course.id")
    .select(["course.id", sql<Date>`coalesce(next_at, ${now}::timestamptz)`.as("dueAt")])
    .where(
      sql<boolean>`(ends_on >= (${now}::timestamptz at time zone campus.time_zone)::date
        or ends_on >= (checked_at at time zone campus.time_zone)::date)`,
    )
    .where((e) => e.or([e("nextAt", "is", null), e("nextAt", "<=", now)]))
    .execute();
}

export async function saveCourseCheck(db: Db, courseId: CourseId, at: Date, nextAt: Date): Promise<void> {
  const checked = { checkedAt: at, nextAt };
  await db
    .insertInto("courseCheck")
    .values({ courseId, ...checked })
    .onConflict((c) => c.column("courseId").doUpdateSet(checked))
    .execute();
}

/**
 * Notes the steps not made before; returns these alone. A room that has become known since the paper was reminded of without one is
 * no news to the unit.
 */
export async function addReminders<Item extends string>(
  db: Db,
  courseId: CourseId,
  steps: readonly { item: Item; part: string; daysBefore: number }[],
  madeAt: Date,
): Promise<{ item: Item; part: string; daysBefore: number }[]> {
  if (steps.length === 0) return [];
  const made = await db
    .selectFrom("courseReminder")
    .select(["item", "daysBefore"])
    .where("courseId", "=", courseId)
    .where("part", "=", "")
    .execute();
  const rows = await db
    .insertInto("courseReminder")
    .values(steps.map(({ item, part, daysBefore }) => ({ courseId, item, part, daysBefore, madeAt })))
    .onConflict((c) => c.doNothing())
    .returning(["item", "part", "daysBefore"])
    .execute();
  return steps.filter(
    (step) =>
      rows.some((row) => isSame(row, step) && row.part === step.part) &&
      !made.some((row) => isSame(row, step)),
  );
}

interface Step {
  item: string;
  daysBefore: number;
}

function isSame(one: Step, other: Step): boolean {
  return one.item === other.item && one.daysBefore === other.daysBefore;
}
