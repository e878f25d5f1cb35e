import { randomBytes } from "node:crypto";
import type { CourseId, DocumentId, TraineeId } from "../../services/types.ts";
import type { Db } from "../client.ts";
import { appendLog, detailHash } from "./log.ts";

export interface ApprovedLeave {
  id: string;
  traineeId: TraineeId;
  startsAt: Date;
  endsAt: Date;
  /** As stored: `services/attendance/leave-name.ts`. */
  reason: string;
}

/** Only an approved request with its attachment is stored as one (L Đ9.9). */
export async function addApprovedLeave(
  db: Db,
  leave: ApprovedLeave & { documentId: DocumentId; decidedBy: string; decidedAt: Date },
): Promise<void> {
  await db
    .insertInto("leaveRequest")
    .values({ ...leave, status: "approved" })
    .execute();
  await appendLog(db, leave.decidedAt, {
    event: "leave",
    leave: leave.id,
    trainee: leave.traineeId,
    document: leave.documentId,
    startsAt: leave.startsAt.toISOString(),
    endsAt: leave.endsAt.toISOString(),
  });
}

/** The approved leaves nobody took back. */
export async function approvedLeaves(db: Db, courseId: CourseId): Promise<ApprovedLeave[]> {
  return db
    .selectFrom("leaveRequest")
    .innerJoin("trainee", "trainee.id", "leaveRequest.traineeId")
    .leftJoin("leaveWithdrawal", "leaveWithdrawal.leaveId", "leaveRequest.id")
    .select(["leaveRequest.id", "traineeId", "startsAt", "endsAt", "leaveRequest.reason"])
    .where("trainee.courseId", "=", courseId)
    .where("status", "=", "approved")
    .where("leaveWithdrawal.id", "is", null)
    .orderBy("startsAt")
    .execute();
}

export interface LeaveWithdrawal {
  id: string;
  leaveId: string;
  madeBy: string;
  why: string;
  madeAt: Date;
}

/** The request stays on record; it excuses nothing any more. False when it was taken back before. */
export async function withdrawLeave(
  db: Db,
  traineeId: TraineeId,
  withdrawal: LeaveWithdrawal,
): Promise<boolean> {
  const salt = randomBytes(16);
  const { numInsertedOrUpdatedRows } = await db
    .insertInto("leaveWithdrawal")
    .values({ ...withdrawal, salt })
    .onConflict((conflict) => conflict.column("leaveId").doNothing())
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows === 0n) return false;
  const { id, leaveId, madeBy, why, madeAt } = withdrawal;
  const fact = { withdrawal: id, leave: leaveId, madeBy, why, madeAt, salt: salt.toString("hex") };
  const about = { withdrawal: id, leave: leaveId, trainee: traineeId };
  await appendLog(db, madeAt, { event: "leave-withdrawal", ...about, detail: detailHash(fact) });
  return true;
}

export interface LeaveRecord extends ApprovedLeave {
  decidedBy: string | null;
  decidedAt: Date | null;
  withdrawn: Pick<LeaveWithdrawal, "madeBy" | "why" | "madeAt"> | null;
}

/** Every leave of a trainee that was approved, those taken back too, oldest first. */
export async function leavesOfTrainee(db: Db, traineeId: TraineeId): Promise<LeaveRecord[]> {
  const rows = await db
    .selectFrom("leaveRequest")
    .leftJoin("leaveWithdrawal", "leaveWithdrawal.leaveId", "leaveRequest.id")
    .select(["leaveRequest.id", "traineeId", "startsAt", "endsAt", "reason", "decidedBy", "decidedAt"])
    .select(["leaveWithdrawal.madeBy", "leaveWithdrawal.why", "leaveWithdrawal.madeAt"])
    .where("traineeId", "=", traineeId)
    .where("status", "=", "approved")
    .orderBy("decidedAt")
    .orderBy("startsAt")
    .execute();
  return rows.map(({ madeBy, why, madeAt, ...row }) => ({
    ...row,
    withdrawn: madeBy === null || why === null || madeAt === null ? null : { madeBy, why, madeAt },
  }));
}
