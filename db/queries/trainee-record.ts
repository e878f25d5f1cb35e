import { sql } from "kysely";
import type { LocalDate, PackId, TraineeId } from "../../services/types.ts";
import type { Db } from "../client.ts";
import type { Portrait as PortraitTable } from "../tables.ts";

/** What is kept about one trainee besides results: never a key, a vector or a picture. */
export interface StoredAbout {
  fullName: string;
  birthDate: LocalDate | null;
  birthYear: number | null;
  position: string | null;
  workplace: string | null;
  portraits: { source: PortraitTable["source"]; receivedAt: Date; enrolled: boolean }[];
  /** Face templates that could be opened today. */
  templates: { packId: PackId; enrolledAt: Date }[];
  /** Faces kept to enrol from sessions that are proposed for this trainee. */
  keptFaces: number;
  /** Consent withdrawn, or the course's use of the face over: no template since. */
  keyDestroyedAt: Date | null;
  /** Archived pictures on which this trainee's marks rest, and the latest day one of them must be kept until. */
  pictures: number;
  picturesUntil: Date | null;
}

export async function storedAbout(db: Db, traineeId: TraineeId): Promise<StoredAbout> {
  const person = await db
    .selectFrom("trainee")
    .leftJoin("personKey", "personKey.traineeId", "trainee.id")
    .select(["fullName", "birthDate", "birthYear", "position", "workplace", "destroyedAt"])
    .where("trainee.id", "=", traineeId)
    .executeTakeFirstOrThrow();
  const { destroyedAt, ...identity } = person;
  const portraits = await db
    .selectFrom("portrait")
    .select(["source", "receivedAt"])
    .select((e) =>
      e
        .exists(
          e.selectFrom("template").select("template.id").whereRef("template.portraitId", "=", "portrait.id"),
        )
        .as("enrolled"),
    )
    .where("traineeId", "=", traineeId)
    .orderBy("receivedAt")
    .execute();
  const templates = await db
    .selectFrom("template")
    .innerJoin("personKey", "personKey.traineeId", "template.traineeId")
    .select(["packId", "enrolledAt"])
    .where("template.traineeId", "=", traineeId)
    .where("keySealed", "is not", null)
    .orderBy("enrolledAt")
    .execute();
  const kept = await db
    .selectFrom("keptPerson")
    .select((e) => e.fn.countAll<string>().as("count"))
    .where("traineeId", "=", traineeId)
    .executeTakeFirstOrThrow();
  return {
    ...identity,
    portraits: portraits.map((one) => ({ ...one, enrolled: Boolean(one.enrolled) })),
    templates,
    keptFaces: Number(kept.count),
    keyDestroyedAt: destroyedAt,
    ...(await picturesOfTrainee(db, traineeId)),
  };
}

async function picturesOfTrainee(
  db: Db,
  traineeId: TraineeId,
): Promise<Pick<StoredAbout, "pictures" | "picturesUntil">> {
  const { rows } = await sql<{ pictures: number; picturesUntil: Date | null }>`
    select count(*)::int as "pictures", max(o.retain_until) as "picturesUntil"
    from (select distinct (e ->> 'snapshotId')::uuid as id from mark, jsonb_array_elements(evidence) e
      where trainee_id = ${traineeId}) shown
    join snapshot s on s.id = shown.id join archive_object o on o.object_id = s.object_id`.execute(db);
  return rows[0] ?? { pictures: 0, picturesUntil: null };
}
