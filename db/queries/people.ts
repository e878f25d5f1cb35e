import { sql } from "kysely";
import type { CourseId, FaceQuality, PackId, Reason, TraineeId } from "../../services/types.ts";
import type { SealedObject } from "../../services/ports.ts";
import type { Db } from "../client.ts";
import { json } from "../stored.ts";
import type { Portrait as PortraitTable } from "../tables.ts";
import { addArchiveObject } from "./captures.ts";
import { holdKeeping } from "./collections.ts";
import { namePack } from "./model-packs.ts";
import type { Due } from "./sessions.ts";

export interface NewPortrait {
  id: string;
  traineeId: TraineeId;
  plainSha256: string;
  source: PortraitTable["source"];
  receivedAt: Date;
  confirmedBy: string;
  /** Set when a person judged it already. */
  judgedAt?: Date;
}

export interface Portrait {
  id: string;
  traineeId: TraineeId;
  courseId: CourseId;
  judgedAt: Date | null;
  refusal: Reason[] | null;
  object: SealedObject;
}

export async function addPortrait(
  db: Db,
  portrait: NewPortrait,
  object: SealedObject,
  retainUntil: Date,
): Promise<void> {
  await addArchiveObject(db, object, retainUntil, portrait.receivedAt);
  await db
    .insertInto("portrait")
    .values({ ...portrait, objectId: object.objectId })
    .execute();
}

export async function hasPortrait(db: Db, traineeId: TraineeId, plainSha256: string): Promise<boolean> {
  const row = await db
    .selectFrom("portrait")
    .select("id")
    .where("traineeId", "=", traineeId)
    .where("plainSha256", "=", plainSha256)
    .executeTakeFirst();
  return row !== undefined;
}

export async function portraitById(db: Db, id: string): Promise<Portrait> {
  const row = await db
    .selectFrom("portrait")
    .innerJoin("archiveObject", "archiveObject.objectId", "portrait.objectId")
    .innerJoin("trainee", "trainee.id", "portrait.traineeId")
    .select([
      "portrait.id",
      "traineeId",
      "trainee.courseId",
      "judgedAt",
      "refusal",
      "archiveObject.objectId",
      "sha256",
      "bytes",
      "wrappedKey",
      "commitment",
      "commitmentSalt",
    ])
    .where("portrait.id", "=", id)
    .executeTakeFirstOrThrow();
  const { objectId, sha256, bytes, wrappedKey, commitment, commitmentSalt, ...rest } = row;
  return {
    ...rest,
    object: { objectId, sha256, bytes: Number(bytes), wrappedKey, commitment, commitmentSalt },
  };
}

export async function portraitsToJudge(db: Db): Promise<Due[]> {
  return db
    .selectFrom("portrait")
    .select(["id", "receivedAt as dueAt"])
    .where("judgedAt", "is", null)
    .orderBy("receivedAt")
    .execute();
}

/** False when it was judged already. */
export async function judgePortrait(
  db: Db,
  id: string,
  at: Date,
  refusal: Reason[] | null,
): Promise<boolean> {
  const result = await db
    .updateTable("portrait")
    .set({ judgedAt: at, refusal: json(refusal) })
    .where("id", "=", id)
    .where("judgedAt", "is", null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** The person's sealed key, made on first use and held against being destroyed until the transaction is over; null once it was destroyed. */
export async function personKey(db: Db, traineeId: TraineeId, fresh: Uint8Array): Promise<Uint8Array | null> {
  await db
    .insertInto("personKey")
    .values({ traineeId, keySealed: Buffer.from(fresh) })
    .onConflict((c) => c.doNothing())
    .execute();
  const row = await db
    .selectFrom("personKey")
    .select("keySealed")
    .where("traineeId", "=", traineeId)
    .forShare()
    .executeTakeFirstOrThrow();
  return row.keySealed;
}

export async function addTemplate(
  db: Db,
  template: {
    id: string;
    traineeId: TraineeId;
    packId: PackId;
    portraitId: string;
    vectorSealed: Uint8Array;
    quality: FaceQuality;
    enrolledAt: Date;
  },
): Promise<void> {
  await namePack(db, template.packId);
  await db
    .insertInto("template")
    .values({
      ...template,
      vectorSealed: Buffer.from(template.vectorSealed),
      quality: json(template.quality),
    })
    .onConflict((c) => c.columns(["portraitId", "packId"]).doNothing())
    .execute();
}

export interface SealedTemplate {
  traineeId: TraineeId;
  courseId: CourseId;
  packId: PackId;
  vectorSealed: Uint8Array;
  keySealed: Uint8Array;
}

/** Templates of one pack enrolled by an instant for the trainees of some courses; those whose key was destroyed are gone. */
export async function templatesOfCourses(
  db: Db,
  courseIds: CourseId[],
  packId: PackId,
  enrolledUntil: Date,
): Promise<SealedTemplate[]> {
  if (courseIds.length === 0) return [];
  return db
    .selectFrom("template")
    .innerJoin("personKey", "personKey.traineeId", "template.traineeId")
    .innerJoin("trainee", "trainee.id", "template.traineeId")
    .select(["template.traineeId", "trainee.courseId", "packId", "vectorSealed", "keySealed"])
    .where("trainee.courseId", "in", courseIds)
    .where("packId", "=", packId)
    .where("enrolledAt", "<=", enrolledUntil)
    .where("keySealed", "is not", null)
    .orderBy("template.traineeId")
    .orderBy("template.enrolledAt")
    .$narrowType<{ keySealed: Buffer }>()
    .execute();
}

/** Trainees of a course of whom faces of its sessions were enrolled, a person having confirmed them. */
export async function enrolledFromSessions(db: Db, courseId: CourseId, packId: PackId): Promise<TraineeId[]> {
  const rows = await db
    .selectFrom("template")
    .innerJoin("portrait", "portrait.id", "template.portraitId")
    .innerJoin("trainee", "trainee.id", "template.traineeId")
    .select("template.traineeId")
    .distinct()
    .where("trainee.courseId", "=", courseId)
    .where("template.packId", "=", packId)
    .where("portrait.source", "=", "session")
    .execute();
  return rows.map(({ traineeId }) => traineeId);
}

export interface RefusedPortrait {
  fullName: string;
  refusal: Reason[];
}

/** Portraits the quality gate refused and that no later one replaced: these trainees cannot be recognised. */
export async function refusedPortraits(db: Db, courseId: CourseId): Promise<RefusedPortrait[]> {
  const rows = await db
    .selectFrom("portrait")
    .innerJoin("trainee", "trainee.id", "portrait.traineeId")
    .select(["trainee.fullName", "portrait.refusal"])
    .where("trainee.courseId", "=", courseId)
    .where("portrait.refusal", "is not", null)
    .where((e) =>
      e.not(
        e.exists(
          e.selectFrom("template").select("template.id").whereRef("template.traineeId", "=", "trainee.id"),
        ),
      ),
    )
    .orderBy("trainee.fullName")
    .execute();
  return rows.map(({ fullName, refusal }) => ({ fullName, refusal: refusal ?? [] }));
}

/** Trainees whose key was destroyed, because they refused or the course's use of it ended: nothing of them is enrolled. */
export async function refusedBiometrics(db: Db, courseId: CourseId, until?: Date): Promise<TraineeId[]> {
  const rows = await db
    .selectFrom("personKey")
    .innerJoin("trainee", "trainee.id", "personKey.traineeId")
    .select("personKey.traineeId")
    .where("trainee.courseId", "=", courseId)
    .where("destroyedAt", "is not", null)
    .$if(until !== undefined, (query) => query.where("destroyedAt", "<=", until ?? null))
    .execute();
  return rows.map(({ traineeId }) => traineeId);
}

/**
 * Destroys a person's key and every template and kept face of that person; nothing is enrolled for them from then on. Call
 * in a transaction; false when it was done before.
 */
export async function erasePerson(db: Db, traineeId: TraineeId, at: Date): Promise<boolean> {
  // A session that closes now either kept its faces before, and they go, or finds this person refusing.
  await holdKeeping(db, traineeId);
  const gone = { keySealed: null, destroyedAt: at };
  const result = await db
    .insertInto("personKey")
    .values({ traineeId, ...gone })
    .onConflict((c) => c.column("traineeId").doUpdateSet(gone).where("personKey.destroyedAt", "is", null))
    .executeTakeFirst();
  await db.deleteFrom("cannotLink").where("traineeId", "=", traineeId).execute();
  await db.deleteFrom("keptPerson").where("traineeId", "=", traineeId).execute();
  await sql`delete from kept_person where exists (
    select from jsonb_array_elements(seat_owners) owner
    where owner ->> 'traineeId' = ${traineeId} and (owner ->> 'share')::real >= 0.3)`.execute(db);
  await db.deleteFrom("template").where("traineeId", "=", traineeId).execute();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** People whose key is gone and of whom the archive has not been told. */
export async function destroyedToNote(db: Db, limit: number): Promise<{ traineeId: TraineeId; at: Date }[]> {
  return db
    .selectFrom("personKey")
    .select(["traineeId", "destroyedAt as at"])
    .where("destroyedAt", "is not", null)
    .where("notedAt", "is", null)
    .orderBy("traineeId")
    .limit(limit)
    .$narrowType<{ at: Date }>()
    .execute();
}

export async function notedDestroyed(db: Db, ids: readonly TraineeId[], at: Date): Promise<void> {
  await db
    .updateTable("personKey")
    .set({ notedAt: at })
    .where("traineeId", "in", [...ids])
    .execute();
}

/** Another archive than the one that was told, such as a restored one, is told all of it. */
export async function tellDestroyedAnew(db: Db): Promise<void> {
  await db.updateTable("personKey").set({ notedAt: null }).where("notedAt", "is not", null).execute();
}

export interface CoursePortrait {
  id: string;
  traineeId: TraineeId;
  source: PortraitTable["source"];
  receivedAt: Date;
  judgedAt: Date | null;
  refusal: Reason[] | null;
  acceptedBy: string | null;
  /** Whether a template of the pack stands on it. */
  enrolled: boolean;
}

export async function portraitsOfCourse(
  db: Db,
  courseId: CourseId,
  packId: PackId,
): Promise<CoursePortrait[]> {
  const rows = await db
    .selectFrom("portrait")
    .innerJoin("trainee", "trainee.id", "portrait.traineeId")
    .leftJoin("template", (join) =>
      join.onRef("template.portraitId", "=", "portrait.id").on("template.packId", "=", packId),
    )
    .select([
      "portrait.id",
      "portrait.traineeId",
      "source",
      "receivedAt",
      "judgedAt",
      "refusal",
      "acceptedBy",
      "template.id as templateId",
    ])
    .where("trainee.courseId", "=", courseId)
    .orderBy("receivedAt")
    .execute();
  return rows.map(({ templateId, ...row }) => ({ ...row, enrolled: templateId !== null }));
}

/** A person lets a refused portrait stand; false when it was accepted before. Its reasons stay. */
export async function acceptPortrait(db: Db, id: string, by: string, why: string): Promise<boolean> {
  const result = await db
    .updateTable("portrait")
    .set({ acceptedBy: by, acceptedWhy: why })
    .where("id", "=", id)
    .where("acceptedBy", "is", null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
