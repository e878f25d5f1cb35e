import type {
  Box,
  CourseId,
  MarkId,
  RoundId,
  RuleVersionId,
  SessionId,
  TraineeId,
} from "../../services/types.ts";
import type { Db } from "../client.ts";

import { idsBeginning } from "./id-range.ts";
import { identityFact } from "./import-lines.ts";
import { correctionFact, markFact, sessionMarkFact } from "./marks.ts";
import { rulesFact } from "./rules.ts";

/** Rows an auditor's bundle is made from. Facts are in the form whose hash stands in the log. */

export async function evidenceSnapshots(db: Db, sessionIds: readonly SessionId[]) {
  if (sessionIds.length === 0) return [];
  const rows = await db
    .selectFrom("snapshot")
    .innerJoin("archiveObject", "archiveObject.objectId", "snapshot.objectId")
    .innerJoin("camera", "camera.id", "snapshot.cameraId")
    .select(["snapshot.id", "sessionId", "roundId", "burstIndex", "takenAt", "widthPx", "heightPx"])
    .select(["camera.code as cameraCode", "archiveObject.objectId", "sha256", "bytes", "wrappedKey"])
    .select(["commitment", "commitmentSalt"])
    .where("sessionId", "in", [...sessionIds])
    .orderBy("takenAt")
    .execute();
  return rows.map(({ objectId, sha256, bytes, wrappedKey, commitment, commitmentSalt, ...row }) => ({
    ...row,
    object: { objectId, sha256, bytes: Number(bytes), wrappedKey, commitment, commitmentSalt },
  }));
}

export type EvidenceSnapshot = Awaited<ReturnType<typeof evidenceSnapshots>>[number];

/** Every run's marks of these sessions, as facts, with what the page shows of them. */
export async function evidenceMarks(db: Db, sessionIds: readonly SessionId[]) {
  if (sessionIds.length === 0) return [];
  const rows = await db
    .selectFrom("mark")
    .innerJoin("round", "round.id", "mark.roundId")
    .selectAll("mark")
    .select(["round.sessionId", "round.dueAt"])
    .where("round.sessionId", "in", [...sessionIds])
    .orderBy("round.dueAt")
    .orderBy("mark.run")
    .execute();
  return rows.map((row) => ({ sessionId: row.sessionId, dueAt: row.dueAt, fact: markFact(row) }));
}

export async function evidenceSessionMarks(db: Db, sessionIds: readonly SessionId[]) {
  if (sessionIds.length === 0) return [];
  const rows = await db
    .selectFrom("sessionMark")
    .selectAll()
    .where("sessionId", "in", [...sessionIds])
    .orderBy("run")
    .execute();
  return rows.map((row) => sessionMarkFact(row, row.ruleVersionId));
}

export async function evidenceCorrections(db: Db, sessionIds: readonly SessionId[]) {
  if (sessionIds.length === 0) return [];
  const rows = await db
    .selectFrom("correction")
    .selectAll()
    .where("sessionId", "in", [...sessionIds])
    .orderBy("seq")
    .execute();
  return rows.flatMap((row) =>
    row.salt === null ? [] : [{ traineeId: row.traineeId, fact: correctionFact(row, row.salt) }],
  );
}

export async function evidenceIdentities(db: Db, ids: readonly TraineeId[]) {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom("trainee")
    .select(["id", "fullName", "birthDate", "birthYear", "workplace", "identitySalt"])
    .where("id", "in", [...ids])
    .execute();
  return rows.flatMap((row) => (row.identitySalt === null ? [] : [identityFact(row, row.identitySalt)]));
}

export async function evidenceRules(db: Db, ids: readonly RuleVersionId[]) {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom("ruleVersion")
    .selectAll()
    .where("id", "in", [...ids])
    .execute();
  return rows.map(rulesFact);
}

/** Boxes of every face found in these pictures. */
export async function facesIn(db: Db, snapshotIds: readonly string[]) {
  if (snapshotIds.length === 0) return [];
  return db
    .selectFrom("face")
    .select(["snapshotId", "x", "y", "width", "height"])
    .where("snapshotId", "in", snapshotIds as never)
    .execute();
}

/** Boxes in these pictures by which somebody other than this trainee was recognised, by the newest marks. */
export async function facesOfOthers(
  db: Db,
  snapshotIds: readonly string[],
  traineeId: TraineeId,
): Promise<(Box & { snapshotId: string })[]> {
  if (snapshotIds.length === 0) return [];
  const marks = await db
    .selectFrom("mark")
    .distinctOn(["mark.roundId", "mark.traineeId"])
    .select(["outcome", "evidence"])
    .where("mark.roundId", "in", (e) =>
      e
        .selectFrom("snapshot")
        .select("snapshot.roundId")
        .where("snapshot.id", "in", snapshotIds as never)
        .$castTo<{ roundId: RoundId }>(),
    )
    .where("mark.traineeId", "<>", traineeId)
    .orderBy("mark.roundId")
    .orderBy("mark.traineeId")
    .orderBy("mark.run", "desc")
    .execute();
  const wanted = new Set(snapshotIds);
  return marks.flatMap(({ outcome, evidence }) =>
    outcome === "present"
      ? evidence
          .filter((each) => wanted.has(each.snapshotId))
          .map(({ snapshotId, box }) => ({ ...box, snapshotId }))
      : [],
  );
}

/** Where a mark belongs. */
export async function placeOfMark(
  db: Db,
  id: MarkId,
): Promise<{ sessionId: SessionId; roundId: RoundId; traineeId: TraineeId; courseId: CourseId } | null> {
  const row = await db
    .selectFrom("mark")
    .innerJoin("round", "round.id", "mark.roundId")
    .innerJoin("session", "session.id", "round.sessionId")
    .select(["round.sessionId", "mark.roundId", "mark.traineeId", "session.courseId"])
    .where("mark.id", "=", id)
    .executeTakeFirst();
  return row ?? null;
}

/** Courses of a trainee whose id begins so; more than one means that more has to be typed. */
export async function traineesStartingWith(
  db: Db,
  start: string,
): Promise<{ id: TraineeId; courseId: CourseId }[]> {
  const range = idsBeginning(start);
  if (range === null) return [];
  return db
    .selectFrom("trainee")
    .select(["id", "courseId"])
    .where("id", ">=", range.from as TraineeId)
    .where("id", "<=", range.to as TraineeId)
    .limit(2)
    .execute();
}

/** Trainees somebody found absent, for an example. */
export async function someAbsentee(db: Db): Promise<{ id: TraineeId; courseId: CourseId } | null> {
  const row = await db
    .selectFrom("sessionMark")
    .innerJoin("trainee", "trainee.id", "sessionMark.traineeId")
    .select(["trainee.id", "courseId"])
    .where("outcome", "=", "absent")
    .orderBy("madeAt")
    .orderBy("trainee.id")
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}
