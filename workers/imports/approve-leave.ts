import type { TraineeId } from "../../services/types.ts";
import { type Course } from "../../db/queries/courses.ts";
import { addApprovedLeave, approvedLeaves, type ApprovedLeave } from "../../db/queries/leaves.ts";
import { SisoError } from "../../services/errors.ts";
import type { Context } from "../context.ts";
import { addOriginal, sealOriginal } from "./keep-original.ts";

export interface LeaveApproval {
  traineeId: TraineeId;
  startsAt: Date;
  endsAt: Date;
  reason: string;
  /** The certified request (L Đ9.9); without it nothing can be approved. */
  attachment: { fileName: string; bytes: Uint8Array };
  decidedBy: string;
}

/** Records a leave a person approved; it excuses only the sessions it overlaps (L11, L12). */
export async function approveLeave(
  ctx: Context,
  course: Course,
  zone: string,
  leave: LeaveApproval,
): Promise<void> {
  if (leave.attachment.bytes.length === 0) throw withoutAttachment(leave.attachment.fileName);
  const original = await sealOriginal(ctx, course, zone, "leave", leave.attachment);
  await ctx.db.transaction().execute(async (trx) => {
    const { documentId } = await addOriginal(ctx, trx, course.id, "leave", original, leave.decidedBy);
    const { traineeId, startsAt, endsAt, reason, decidedBy } = leave;
    // One request may name several trainees or periods; the same one again is the same leave.
    const same = (one: ApprovedLeave) =>
      one.traineeId === traineeId && +one.startsAt === +startsAt && +one.endsAt === +endsAt;
    if ((await approvedLeaves(trx, course.id)).some(same)) return;
    const approval = { documentId, decidedBy, decidedAt: ctx.clock.now() };
    await addApprovedLeave(trx, { id: ctx.random.uuid(), traineeId, startsAt, endsAt, reason, ...approval });
  });
}

function withoutAttachment(fileName: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `${fileName}: đơn xin nghỉ trống. Cần đơn có xác nhận của thủ trưởng cơ quan (L Đ9.9).`,
    en: `${fileName}: the leave request is empty. A request certified by the head of the agency is needed (L Đ9.9).`,
  });
}
