import type { Trx } from "../../db/client.ts";
import { latestCheckpoint, type StoredCheckpoint } from "../../db/queries/log-checkpoints.ts";
import { addOutgoing, newestAbout } from "../../db/queries/outbox.ts";
import type { Context } from "../context.ts";
import { outgoing } from "../jobs/outgoing.ts";

type Mailer = Pick<Context, "db" | "clock" | "random" | "institution">;

const dayMs = 24 * 3_600_000;

/** False when this address was sent this very checkpoint before. */
export async function mailCheckpoint(
  ctx: Mailer,
  trx: Trx | Mailer["db"],
  checkpoint: StoredCheckpoint,
  recipient: string,
): Promise<boolean> {
  return addOutgoing(
    trx,
    outgoing(ctx, {
      purpose: "checkpoint",
      about: checkpoint.id,
      recipient,
      inReplyTo: [],
      ...checkpointWords(ctx.institution.name, checkpoint),
    }),
  );
}

/**
 * The newest checkpoint, whoever had it made and why, to every auditor who got none within a day; looked after at every sweep, so
 * that nobody can hold it back by making others.
 */
export async function mailAuditors(ctx: Mailer): Promise<void> {
  const auditors = ctx.institution.mail?.auditors ?? [];
  const checkpoint = auditors.length === 0 ? null : await latestCheckpoint(ctx.db);
  if (checkpoint === null) return;
  for (const auditor of auditors) {
    const last = await newestAbout(ctx.db, "checkpoint", auditor);
    if (last !== null && ctx.clock.now().getTime() - last.getTime() < dayMs) continue;
    await mailCheckpoint(ctx, ctx.db, checkpoint, auditor);
  }
}

/** The note stands in the mail as it is, so that the saved mail is what `verify.py --checkpoint` takes. */
export function checkpointWords(
  institution: string,
  { size, root, note }: Pick<StoredCheckpoint, "size" | "root" | "note">,
): { subject: string; body: string } {
  return {
    subject: `Mốc nhật ký lưu trữ: ${size} bản ghi · Archive log checkpoint`,
    body: `${institution}

Đây là mốc đã ký của nhật ký lưu trữ điểm danh. Xin giữ thư này ở ngoài hệ thống (lưu thành tệp .eml): về sau,
nếu nhật ký bị viết lại, chỉ mốc giữ ở ngoài mới cho thấy. Khi kiểm một gói bằng chứng:
  python3 verify.py goi.zip --checkpoint thu.eml
hoặc
  python3 verify.py goi.zip --checkpoint ${size}:${root.toString("hex")}

This is a signed checkpoint of the attendance archive's log. Please keep this mail outside the system: a rewritten
log shows only against a checkpoint kept elsewhere.

${note}
`,
  };
}
