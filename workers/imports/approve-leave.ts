import type { Interval, TraineeId } from "../../services/types.ts";
import { leaveReason } from "../../services/attendance/leave-name.ts";
import { SisoError } from "../../services/errors.ts";
import type { Course } from "../../db/queries/courses.ts";
import { addApprovedLeave, approvedLeaves } from "../../db/queries/leaves.ts";
import type { Context } from "../context.ts";
import { addOriginal, sealOriginal } from "./keep-original.ts";
import { settleHeld } from "./settle-held.ts";

export interface LeaveApproval {
  traineeId: TraineeId;
  /** What the leave covers: sessions or days. */
  intervals: readonly Interval[];
  /** The request's own number, as people call it. */
  number: string;
  reason: string;
  /** The certified request (L Đ9.9); without it nothing can be approved. One paper may carry several trainees. */
  attachment: { fileName: string; bytes: Uint8Array };
  decidedBy: string;
}

type LeaveContext = Pick<Context, "db" | "clock" | "random" | "archive">;

/**
 * Records a leave a person approved; it excuses only the sessions it overlaps (L11, L12), those already held too. Returns how
 * many of its intervals were not yet on record.
 */
export async function approveLeave(
  ctx: LeaveContext,
  course: Course,
  zone: string,
  leave: LeaveApproval,
): Promise<number> {
  const { attachment, traineeId, decidedBy } = leave;
  if (attachment.bytes.length === 0) throw withoutAttachment(attachment.fileName);
  const original = await sealOriginal(ctx, course, zone, "leave", attachment);
  return ctx.db.transaction().execute(async (trx) => {
    const { documentId } = await addOriginal(ctx, trx, course.id, "leave", original, decidedBy);
    const known = (await approvedLeaves(trx, course.id)).filter((one) => one.traineeId === traineeId);
    const fresh = leave.intervals.filter((interval) => !known.some((one) => same(one, interval)));
    const reason = leaveReason(leave.number, leave.reason);
    for (const { startsAt, endsAt } of fresh) {
      const approval = { documentId, decidedBy, decidedAt: ctx.clock.now() };
      const row = { id: ctx.random.uuid(), traineeId, startsAt, endsAt, reason, ...approval };
      await addApprovedLeave(trx, row);
    }
    await settleHeld(ctx, trx, course, fresh);
    return fresh.length;
  });
}

function same(left: Interval, right: Interval): boolean {
  return (
    left.startsAt.getTime() === right.startsAt.getTime() && left.endsAt.getTime() === right.endsAt.getTime()
  );
}

function withoutAttachment(fileName: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `${fileName}: đơn xin nghỉ trống. Cần đơn có xác nhận của thủ trưởng cơ quan (L Đ9.9).`,
    en: `${fileName}: the leave request is empty. A request certified by the head of the agency is needed (L Đ9.9).`,
  });
}
