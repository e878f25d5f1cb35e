import { SisoError } from "../../services/errors.ts";
import type { Course } from "../../db/queries/courses.ts";
import { withdrawLeave, type ApprovedLeave } from "../../db/queries/leaves.ts";
import type { Context } from "../context.ts";
import { settleHeld } from "./settle-held.ts";

export interface WithdrawnLeaves {
  leaves: readonly ApprovedLeave[];
  by: string;
  why: string;
}

/**
 * Takes approved leaves back: each by a row of its own, the requests stay on record, and the sessions they excused are counted
 * again without them. All or none; throws `input-invalid` when one was taken back meanwhile.
 */
export async function withdrawLeaves(
  ctx: Pick<Context, "db" | "clock" | "random">,
  course: Course,
  { leaves, by, why }: WithdrawnLeaves,
): Promise<void> {
  await ctx.db.transaction().execute(async (trx) => {
    for (const { id: leaveId, traineeId } of leaves) {
      const row = { id: ctx.random.uuid(), leaveId, madeBy: by, why, madeAt: ctx.clock.now() };
      if (!(await withdrawLeave(trx, traineeId, row))) throw withdrawnBefore();
    }
    await settleHeld(ctx, trx, course, leaves);
  });
}

function withdrawnBefore(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Đơn nghỉ này vừa được người khác rút lại. Chạy lại lệnh để xem đơn nào còn hiệu lực.",
    en: "Somebody has just withdrawn this leave. Run the command again to see which leaves still stand.",
  });
}
