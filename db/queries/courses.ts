import type {
  CampusId,
  ChartVersionId,
  CourseId,
  DecisionField,
  DocumentId,
  DocumentKind,
  LocalDate,
  RoomId,
  RosterVersionId,
  SeatRef,
  TraineeId,
  UnitId,
} from "../../services/types.ts";
import type { Db } from "../client.ts";
import { appendLog } from "./log.ts";

export interface Course {
  id: CourseId;
  campusId: CampusId;
  unitId: UnitId;
  code: string;
  name: string;
  decisionNumber: string | null;
  decisionDate: LocalDate | null;
  startsOn: LocalDate;
  endsOn: LocalDate;
  place: string | null;
  /** Fields of the decision that were typed because its paper does not give them, and by whom. */
  typedFields: DecisionField[];
  typedBy: string | null;
  dutyOfficerId: string | null;
  classManagerId: string | null;
}

const courseColumns = [
  "id",
  "campusId",
  "unitId",
  "code",
  "name",
  "decisionNumber",
  "decisionDate",
  "startsOn",
  "endsOn",
  "place",
  "typedFields",
  "typedBy",
  "dutyOfficerId",
  "classManagerId",
] as const;

/** Adds the course, or changes its fields when the code is known; its id stays. */
export async function upsertCourse(db: Db, course: Course): Promise<CourseId> {
  const { id: _id, code: _code, ...changed } = course;
  const row = await db
    .insertInto("course")
    .values(course)
    .onConflict((c) => c.column("code").doUpdateSet(changed))
    .returning("id")
    .executeTakeFirstOrThrow();
  return row.id;
}

export async function courseByCode(db: Db, code: string): Promise<Course | null> {
  return (
    (await db.selectFrom("course").select(courseColumns).where("code", "=", code).executeTakeFirst()) ?? null
  );
}

export async function courseById(db: Db, id: CourseId): Promise<Course> {
  return db.selectFrom("course").select(courseColumns).where("id", "=", id).executeTakeFirstOrThrow();
}

export async function listCourses(db: Db): Promise<Course[]> {
  return db.selectFrom("course").select(courseColumns).orderBy("startsOn").orderBy("code").execute();
}

export interface NewDocument {
  id: DocumentId;
  courseId: CourseId;
  kind: DocumentKind | "leave";
  fileName: string;
  sha256: string;
  objectId: string;
  receivedAt: Date;
  receivedFrom: string;
}

export async function addDocument(db: Db, document: NewDocument): Promise<void> {
  await db.insertInto("document").values(document).execute();
  await appendLog(db, document.receivedAt, {
    event: "document",
    document: document.id,
    course: document.courseId,
    kind: document.kind,
    sha256: document.sha256,
    object: document.objectId,
  });
}

/** The same bytes already taken in for this course and purpose. */
export async function findDocument(
  db: Db,
  courseId: CourseId,
  kind: NewDocument["kind"],
  sha256: string,
): Promise<DocumentId | null> {
  const row = await db
    .selectFrom("document")
    .select("id")
    .where("courseId", "=", courseId)
    .where("kind", "=", kind)
    .where("sha256", "=", sha256)
    .executeTakeFirst();
  return row?.id ?? null;
}

export async function documentById(db: Db, id: DocumentId): Promise<{ fileName: string; objectId: string }> {
  return db
    .selectFrom("document")
    .select(["fileName", "objectId"])
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
}

export interface Trainee {
  id: TraineeId;
  fullName: string;
  matchKey: string;
  birthDate: LocalDate | null;
  birthYear: number | null;
  workplace: string | null;
  position: string | null;
}

export interface RosterTrainee extends Trainee {
  ordinal: number;
}

export interface RosterVersion {
  id: RosterVersionId;
  version: number;
  trainees: RosterTrainee[];
}

/** The roster in force at an instant; before the first version took effect there is none. */
export async function rosterAt(db: Db, courseId: CourseId, at: Date): Promise<RosterVersion | null> {
  const head = await db
    .selectFrom("rosterVersion")
    .select(["id", "version"])
    .where("courseId", "=", courseId)
    .where("effectiveAt", "<=", at)
    .orderBy("effectiveAt", "desc")
    .orderBy("version", "desc")
    .limit(1)
    .executeTakeFirst();
  if (!head) return null;
  const trainees = await db
    .selectFrom("rosterEntry")
    .innerJoin("trainee", "trainee.id", "rosterEntry.traineeId")
    .select([
      "trainee.id",
      "ordinal",
      "fullName",
      "matchKey",
      "birthDate",
      "birthYear",
      "workplace",
      "position",
    ])
    .where("rosterVersionId", "=", head.id)
    .orderBy("ordinal")
    .execute();
  return { ...head, trainees };
}

/** Everybody who was on any version of the course's roster by then, at their latest number. */
export async function everyTraineeUntil(db: Db, courseId: CourseId, at: Date): Promise<RosterTrainee[]> {
  const rows = await db
    .selectFrom("rosterEntry")
    .innerJoin("rosterVersion", "rosterVersion.id", "rosterEntry.rosterVersionId")
    .innerJoin("trainee", "trainee.id", "rosterEntry.traineeId")
    .distinctOn("trainee.id")
    .select([
      "trainee.id",
      "ordinal",
      "fullName",
      "matchKey",
      "birthDate",
      "birthYear",
      "workplace",
      "position",
    ])
    .where("rosterVersion.courseId", "=", courseId)
    .where("rosterVersion.effectiveAt", "<=", at)
    .orderBy("trainee.id")
    .orderBy("rosterVersion.version", "desc")
    .execute();
  return rows.toSorted((a, b) => a.ordinal - b.ordinal);
}

/** Who was on an earlier version of the roster and is not on the one in force, at their latest number. */
export async function formerTrainees(
  db: Db,
  courseId: CourseId,
  inForce: RosterVersion | null,
  at: Date,
): Promise<RosterTrainee[]> {
  const listed = new Set(inForce?.trainees.map(({ id }) => id));
  return (await everyTraineeUntil(db, courseId, at)).filter(({ id }) => !listed.has(id));
}

export interface ChartVersion {
  id: ChartVersionId;
  version: number;
  rowCount: number;
  columnCount: number;
  aislesAfter: number[];
  seats: (SeatRef & { traineeId: TraineeId | null })[];
}

/** The seating chart of a course in a room in force at an instant, or null: without a chart nobody has an own seat. */
export async function chartAt(
  db: Db,
  courseId: CourseId,
  roomId: RoomId,
  at: Date,
): Promise<ChartVersion | null> {
  const head = await db
    .selectFrom("chartVersion")
    .select(["id", "version", "rowCount", "columnCount", "aislesAfter"])
    .where("courseId", "=", courseId)
    .where("roomId", "=", roomId)
    .where("effectiveAt", "<=", at)
    .orderBy("effectiveAt", "desc")
    .orderBy("version", "desc")
    .limit(1)
    .executeTakeFirst();
  if (!head) return null;
  const seats = await db
    .selectFrom("chartSeat")
    .select(["seatRow as row", "seatColumn as column", "traineeId"])
    .where("chartVersionId", "=", head.id)
    .orderBy("seatRow")
    .orderBy("seatColumn")
    .execute();
  return { ...head, seats };
}
