import type { CourseId, DocumentId, TraineeId } from "../../services/types.ts";
import type { Db } from "../client.ts";
import { appendLog } from "./log.ts";

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

export async function approvedLeaves(db: Db, courseId: CourseId): Promise<ApprovedLeave[]> {
  return db
    .selectFrom("leaveRequest")
    .innerJoin("trainee", "trainee.id", "leaveRequest.traineeId")
    .select(["leaveRequest.id", "traineeId", "startsAt", "endsAt", "leaveRequest.reason"])
    .where("trainee.courseId", "=", courseId)
    .where("status", "=", "approved")
    .execute();
}
