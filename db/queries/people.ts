import type { CourseId, FaceQuality, PackId, Reason, TraineeId } from "../../services/types.ts";
import type { SealedObject } from "../../services/ports.ts";
import type { Db } from "../client.ts";
import { json } from "../stored.ts";
import type { Portrait as PortraitTable } from "../tables.ts";
import { addArchiveObject } from "./captures.ts";
import type { Due } from "./sessions.ts";

export interface NewPortrait {
  id: string;
  traineeId: TraineeId;
  plainSha256: string;
  source: PortraitTable["source"];
  receivedAt: Date;
  confirmedBy: string;
}

export interface Portrait {
  id: string;
  traineeId: TraineeId;
  courseId: CourseId;
  judgedAt: Date | null;
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

/** The person's sealed key, made on first use; null once it was destroyed. */
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
    .select(["template.traineeId", "trainee.courseId", "vectorSealed", "keySealed"])
    .where("trainee.courseId", "in", courseIds)
    .where("packId", "=", packId)
    .where("enrolledAt", "<=", enrolledUntil)
    .where("keySealed", "is not", null)
    .orderBy("template.traineeId")
    .orderBy("template.enrolledAt")
    .$narrowType<{ keySealed: Buffer }>()
    .execute();
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
