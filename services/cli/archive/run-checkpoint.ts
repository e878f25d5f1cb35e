import { z } from "zod";
import { readConfig } from "../../../config/read-config.ts";
import { thisMachine } from "../../../config/this-machine.ts";
import { checkpointLog } from "../../../workers/archive-log/checkpoint-log.ts";
import { mailCheckpoint } from "../../../workers/archive-log/mail-checkpoint.ts";
import { rotateLogKey } from "../../../workers/archive-log/rotate-key.ts";
import { stampCheckpoints } from "../../../workers/archive-log/stamp-checkpoints.ts";
import { logKeyFile, nextLogKey } from "../../archive/log-key.ts";
import { SisoError } from "../../errors.ts";
import { withContext } from "../open-context.ts";
import { say } from "../say.ts";

export interface CheckpointOptions {
  mailTo?: string;
}

/** The note an auditor keeps, byte for byte; on request by mail too. */
export async function printCheckpoint(
  { mailTo }: CheckpointOptions,
  env: Record<string, string | undefined>,
): Promise<string> {
  const recipient = mailTo === undefined ? null : addressOf(mailTo);
  return withContext(env, async (ctx) => {
    if (recipient !== null && ctx.mailSender === null) throw noMail();
    const checkpoint = await checkpointLog(ctx, "asked");
    await stampCheckpoints(ctx);
    if (recipient !== null) sayMailed(recipient, await mailCheckpoint(ctx, ctx.db, checkpoint, recipient));
    return checkpoint.note;
  });
}

function addressOf(typed: string): string {
  const address = z.email().safeParse(typed.trim());
  if (address.success) return address.data;
  throw new SisoError("input-invalid", {
    vi: `--mail-to ${typed}: không phải địa chỉ thư; ví dụ kiemtra@donvi.gov.vn.`,
    en: `--mail-to ${typed}: not a mail address; for example audit@office.gov.vn.`,
  });
}

function noMail(): SisoError {
  return new SisoError("config-invalid", {
    vi: "Chưa khai báo máy chủ thư (mục mail trong tệp của học viện, xem docs/mail.md). Không có --mail-to thì mốc được in ra để tự gửi.",
    en: "No mail server is configured (mail in the institution's file, see docs/mail.md). Without --mail-to the checkpoint is printed for you to send.",
  });
}

function sayMailed(recipient: string, isNew: boolean): void {
  if (isNew)
    say({
      vi: `Mốc đã vào hộp thư đi, gửi đến ${recipient}; dịch vụ đang chạy sẽ gửi (./siso mail outbox).`,
      en: `The checkpoint is in the outbox for ${recipient}; the running service sends it (./siso mail outbox).`,
    });
  else
    say({
      vi: `Mốc này đã được gửi đến ${recipient} rồi; từ đó nhật ký chưa có bản ghi nào mới.`,
      en: `This checkpoint went to ${recipient} before; the log has grown by nothing since.`,
    });
}

export async function rotate(env: Record<string, string | undefined>): Promise<void> {
  const { keyFile } = readConfig(env, thisMachine);
  const { key } = await withContext(env, (ctx) => rotateLogKey(ctx, () => nextLogKey(keyFile)));
  say({
    vi: `Khóa mới của nhật ký ở ${logKeyFile(keyFile)}; dịch vụ đang chạy tự dùng khóa này. Khóa kiểm chứng mới:`,
    en: `The log's new key is in ${logKeyFile(keyFile)}; a running service takes it up by itself. New verifier key:`,
  });
  process.stdout.write(`${key}\n`);
}
