import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import type { CourseId, LocalDate } from "../../services/types.ts";
import type { Db } from "../client.ts";
import { appendLog, detailHash } from "./log.ts";

export interface Hold {
  id: string;
  courseId: CourseId;
  courseCode: string;
  reason: string;
  placedBy: string;
  placedAt: Date;
  liftedAt: Date | null;
}

/** Who and why, as the log binds them by their salted hashes: names and reasons never enter it. */
function holdFact(hold: { id: string; reason: string; placedBy: string }, salt: Uint8Array) {
  const { id, reason, placedBy } = hold;
  return { hold: id, reason, placedBy, salt: Buffer.from(salt).toString("hex") };
}

function liftFact(lifted: { id: string; liftedBy: string; liftedWhy: string }, salt: Uint8Array) {
  const { id, liftedBy, liftedWhy } = lifted;
  return { hold: id, liftedBy, liftedWhy, salt: Buffer.from(salt).toString("hex") };
}

function retentionFact({ id, decidedBy }: { id: string; decidedBy: string }, salt: Uint8Array) {
  return { retention: id, decidedBy, salt: Buffer.from(salt).toString("hex") };
}

/** All of a course that was logged under a salt, to be handed out with its lines. */
export async function keepingFacts(db: Db, courseId: CourseId): Promise<object[]> {
  const held = await db.selectFrom("legalHold").selectAll().where("courseId", "=", courseId).execute();
  const extended = await db
    .selectFrom("courseRetention")
    .selectAll()
    .where("courseId", "=", courseId)
    .execute();
  return [
    ...held.flatMap((row) => (row.salt === null ? [] : [holdFact(row, row.salt)])),
    ...held.flatMap(({ id, liftedBy, liftedWhy, liftSalt }) =>
      liftSalt === null || liftedBy === null || liftedWhy === null
        ? []
        : [liftFact({ id, liftedBy, liftedWhy }, liftSalt)],
    ),
    ...extended.flatMap((row) => (row.salt === null ? [] : [retentionFact(row, row.salt)])),
  ];
}

export async function holds(db: Db): Promise<Hold[]> {
  return db
    .selectFrom("legalHold")
    .innerJoin("course", "course.id", "legalHold.courseId")
    .select([
      "legalHold.id",
      "courseId",
      "course.code as courseCode",
      "reason",
      "placedBy",
      "placedAt",
      "liftedAt",
    ])
    .orderBy("placedAt")
    .execute();
}

export interface KeptOfCourse {
  /** Not destroyed. */
  objects: number;
  bytes: number;
  /** Of these, past their retention: only a hold keeps them from being proposed. */
  expired: number;
  /** The latest date of all; null where there is nothing. */
  until: Date | null;
}

export async function keptOfCourse(db: Db, courseId: CourseId, now: Date): Promise<KeptOfCourse> {
  const { rows } = await sql<KeptOfCourse>`
    select count(*)::int as objects, coalesce(sum(bytes), 0)::float8 as bytes,
      (count(*) filter (where retain_until <= ${now}))::int as expired, max(retain_until) as until
    from archive_object where destroyed_at is null
      and object_id in (select object_id from archive_owner where course_id = ${courseId})`.execute(db);
  return rows[0] ?? { objects: 0, bytes: 0, expired: 0, until: null };
}

export async function placeHold(
  db: Db,
  hold: { id: string; courseId: CourseId; reason: string; placedBy: string; placedAt: Date },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const salt = randomBytes(16);
    await trx
      .insertInto("legalHold")
      .values({ ...hold, salt })
      .execute();
    const { id, courseId, placedAt } = hold;
    const detail = detailHash(holdFact(hold, salt));
    await appendLog(trx, placedAt, { event: "hold", hold: id, course: courseId, detail });
  });
}

/** False when it does not stand any more. */
export async function liftHold(
  db: Db,
  id: string,
  lifted: { liftedBy: string; liftedWhy: string; liftedAt: Date },
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const salt = randomBytes(16);
    const row = await trx
      .updateTable("legalHold")
      .set({ ...lifted, liftSalt: salt })
      .where("id", "=", id)
      .where("liftedAt", "is", null)
      .returning("courseId")
      .executeTakeFirst();
    if (!row) return false;
    const detail = detailHash(liftFact({ id, ...lifted }, salt));
    await appendLog(trx, lifted.liftedAt, { event: "hold-lifted", hold: id, course: row.courseId, detail });
    return true;
  });
}

export interface CourseRetention {
  courseId: CourseId;
  courseStart: LocalDate;
  code: string;
  name: string;
  zone: string;
  /** Years of the rules and of every further class; null is for ever. */
  classes: { name: string; years: number | null }[];
  held: boolean;
}

/** What decides how long the objects of each course are kept, beside the rules' own class. */
export async function courseRetentions(
  db: Db,
  courseIds: readonly CourseId[] | null,
): Promise<CourseRetention[]> {
  const { rows } = await sql<CourseRetention>`
    select c.id as "courseId", c.starts_on as "courseStart", c.code, c.name, p.time_zone as zone,
      coalesce((select jsonb_agg(jsonb_build_object('name', r.class_name, 'years', r.years)) from course_retention r
        where r.course_id = c.id), '[]'::jsonb) as classes,
      exists (select from legal_hold h where h.course_id = c.id and h.lifted_at is null) as held
    from course c join campus p on p.id = c.campus_id
    where ${courseIds === null ? sql`true` : sql`c.id = any(${courseIds}::uuid[])`} order by c.code`.execute(
    db,
  );
  return rows;
}

/** The class and, in the same transaction, every object of the course that it keeps longer. Returns how many. */
export async function extendRetention(
  db: Db,
  extension: {
    id: string;
    courseId: CourseId;
    className: string;
    years: number | null;
    decidedBy: string;
    minuteNumber: string;
    decidedAt: Date;
  },
  until: Date,
): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const salt = randomBytes(16);
    await trx
      .insertInto("courseRetention")
      .values({ ...extension, salt })
      .execute();
    const { numAffectedRows } = await sql`
      update archive_object set retain_until = ${until} where destroyed_at is null and retain_until < ${until}
        and object_id in (select object_id from archive_owner where course_id = ${extension.courseId})`.execute(
      trx,
    );
    const { id, courseId, className, years, decidedBy, minuteNumber, decidedAt } = extension;
    await appendLog(trx, decidedAt, {
      event: "retention",
      retention: id,
      course: courseId,
      class: className,
      years,
      retainUntil: until.toISOString(),
      minute: minuteNumber,
      detail: detailHash(retentionFact({ id, decidedBy }, salt)),
    });
    return Number(numAffectedRows ?? 0n);
  });
}
