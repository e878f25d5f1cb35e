import type {
  CourseId,
  FaceQuality,
  MarkEvidence,
  PackId,
  SessionId,
  TraineeId,
} from "../../services/types.ts";
import type { Db } from "../client.ts";
import { json, type SeatOwner } from "../stored.ts";
import { appendLog } from "./log.ts";
import { namePack } from "./model-packs.ts";
import type { Due } from "./sessions.ts";

/** Faces of unnamed people kept for enrolment: on a stated basis, under a key of their own, until an instant. */
export interface FaceCollection {
  id: string;
  courseId: CourseId;
  basis: string;
  openedBy: string;
  openedAt: Date;
  closesAt: Date;
  sessionsWanted: number;
  /** Sessions faces were kept of; those confirmed and deleted since count as well. */
  sessionsKept: number;
  keySealed: Uint8Array;
}

/** False when the course has an open collection already. */
export async function openCollection(
  db: Db,
  collection: Omit<FaceCollection, "sessionsKept">,
): Promise<boolean> {
  const result = await db
    .insertInto("faceCollection")
    .values({ ...collection, keySealed: Buffer.from(collection.keySealed) })
    .onConflict((c) => c.column("courseId").where("endedAt", "is", null).doNothing())
    .executeTakeFirst();
  if (result.numInsertedOrUpdatedRows !== 1n) return false;
  const { id, courseId, closesAt } = collection;
  const event = { event: "collection-opened", collection: id, course: courseId };
  await appendLog(db, collection.openedAt, { ...event, closesAt: closesAt.toISOString() });
  return true;
}

export async function collectionOf(db: Db, courseId: CourseId): Promise<FaceCollection | null> {
  const row = await db
    .selectFrom("faceCollection")
    .select([
      "id",
      "courseId",
      "basis",
      "openedBy",
      "openedAt",
      "closesAt",
      "sessionsWanted",
      "sessionsKept",
      "keySealed",
    ])
    .where("courseId", "=", courseId)
    .where("endedAt", "is", null)
    .$narrowType<{ keySealed: Buffer }>()
    .executeTakeFirst();
  return row ?? null;
}

/** Collections whose time is over by `until`. */
export async function collectionsToEnd(db: Db, until: Date): Promise<Due[]> {
  return db
    .selectFrom("faceCollection")
    .select(["id", "closesAt as dueAt"])
    .where("endedAt", "is", null)
    .where("closesAt", "<=", until)
    .execute();
}

/**
 * Everything kept goes, key first. `when` "over" only ends one whose time has come. Call in a transaction; false when
 * nothing was ended.
 */
export async function endCollection(db: Db, id: string, at: Date, when: "now" | "over"): Promise<boolean> {
  const result = await db
    .updateTable("faceCollection")
    .set({ keySealed: null, endedAt: at })
    .where("id", "=", id)
    .where("endedAt", "is", null)
    .$if(when === "over", (query) => query.where("closesAt", "<=", at))
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) return false;
  await db.deleteFrom("keptPerson").where("collectionId", "=", id).execute();
  await appendLog(db, at, { event: "collection-ended", collection: id });
  return true;
}

export interface KeptPerson {
  id: string;
  sessionId: SessionId;
  packId: PackId;
  vectorSealed: Uint8Array;
  effectivePx: number;
  rounds: number;
  seatOwners: SeatOwner[];
  evidence: MarkEvidence[];
  quality: FaceQuality;
}

export async function keepPeople(db: Db, collectionId: string, people: readonly KeptPerson[]): Promise<void> {
  if (people.length === 0) return;
  for (const id of new Set(people.map(({ packId }) => packId))) await namePack(db, id);
  await db
    .insertInto("keptPerson")
    .values(
      people.map(({ vectorSealed, seatOwners, evidence, quality, ...person }) => ({
        ...person,
        collectionId,
        vectorSealed: Buffer.from(vectorSealed),
        seatOwners: json(seatOwners),
        evidence: json(evidence),
        quality: json(quality),
      })),
    )
    .execute();
}

export async function keptPeople(db: Db, collectionId: string, packId: PackId): Promise<KeptPerson[]> {
  return db
    .selectFrom("keptPerson")
    .innerJoin("session", "session.id", "keptPerson.sessionId")
    .select([
      "keptPerson.id",
      "sessionId",
      "packId",
      "vectorSealed",
      "effectivePx",
      "rounds",
      "seatOwners",
      "evidence",
      "quality",
    ])
    .where("collectionId", "=", collectionId)
    .where("packId", "=", packId)
    .orderBy("session.startsAt")
    .orderBy("keptPerson.id")
    .execute();
}

/**
 * Takes one of the sessions promised, and holds the collection against being ended, and its trainees against being erased,
 * until the transaction is over. Its course, or null when it ended, its time is over or no session is left.
 */
export async function takeSession(db: Db, collectionId: string, at: Date): Promise<CourseId | null> {
  const row = await db
    .updateTable("faceCollection")
    .set((e) => ({ sessionsKept: e("sessionsKept", "+", 1) }))
    .where("id", "=", collectionId)
    .where("endedAt", "is", null)
    .where("closesAt", ">", at)
    .whereRef("sessionsKept", "<", "sessionsWanted")
    .returning("courseId")
    .executeTakeFirst();
  return row?.courseId ?? null;
}

/** Nobody of the course is erased, and the collection does not end, while the transaction lasts. False when it has ended. */
export async function holdCollection(db: Db, collectionId: string): Promise<boolean> {
  const row = await db
    .selectFrom("faceCollection")
    .select("id")
    .where("id", "=", collectionId)
    .where("endedAt", "is", null)
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

/** Nothing is kept for the trainee's course while the transaction lasts. */
export async function holdKeeping(db: Db, traineeId: TraineeId): Promise<void> {
  await db
    .selectFrom("faceCollection")
    .select("id")
    .where("courseId", "=", (e) =>
      e.selectFrom("trainee").select("courseId").where("trainee.id", "=", traineeId),
    )
    .where("endedAt", "is", null)
    .forUpdate()
    .execute();
}

/** Writes whom each kept person is proposed for, so that erasing a trainee finds what is theirs. Call with the collection held. */
export async function nameKept(
  db: Db,
  collectionId: string,
  names: ReadonlyMap<string, TraineeId>,
): Promise<void> {
  await db
    .updateTable("keptPerson")
    .set({ traineeId: null })
    .where("collectionId", "=", collectionId)
    .execute();
  for (const [id, traineeId] of names) {
    await db.updateTable("keptPerson").set({ traineeId }).where("id", "=", id).execute();
  }
}

export async function dropKept(db: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.deleteFrom("keptPerson").where("id", "in", ids).execute();
}

export interface CannotLink {
  traineeId: TraineeId;
  keptPersonId: string;
}

export async function addCannotLinks(
  db: Db,
  links: readonly CannotLink[],
  saidBy: string,
  saidAt: Date,
): Promise<void> {
  if (links.length === 0) return;
  await db
    .insertInto("cannotLink")
    .values(links.map((link) => ({ ...link, saidBy, saidAt })))
    .onConflict((c) => c.doNothing())
    .execute();
}

export async function cannotLinks(db: Db, collectionId: string): Promise<CannotLink[]> {
  return db
    .selectFrom("cannotLink")
    .innerJoin("keptPerson", "keptPerson.id", "cannotLink.keptPersonId")
    .select(["cannotLink.traineeId", "keptPersonId"])
    .where("collectionId", "=", collectionId)
    .execute();
}
