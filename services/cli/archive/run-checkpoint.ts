import { readConfig } from "../../../config/read-config.ts";
import { thisMachine } from "../../../config/this-machine.ts";
import { checkpointLog } from "../../../workers/archive-log/checkpoint-log.ts";
import { rotateLogKey } from "../../../workers/archive-log/rotate-key.ts";
import { stampCheckpoints } from "../../../workers/archive-log/stamp-checkpoints.ts";
import { logKeyFile, nextLogKey } from "../../archive/log-key.ts";
import { withContext } from "../open-context.ts";
import { say } from "../say.ts";

/** The note an auditor keeps, byte for byte. */
export async function printCheckpoint(env: Record<string, string | undefined>): Promise<string> {
  return withContext(env, async (ctx) => {
    const { note } = await checkpointLog(ctx, "asked");
    await stampCheckpoints(ctx);
    return note;
  });
}

export async function rotate(env: Record<string, string | undefined>): Promise<void> {
  const { keyFile } = readConfig(env, thisMachine);
  const { key } = await withContext(env, (ctx) => rotateLogKey(ctx, () => nextLogKey(keyFile)));
  say({
    vi: `Khóa mới của nhật ký ở ${logKeyFile(keyFile)}; khởi động lại dịch vụ để dùng khóa này. Khóa kiểm chứng mới:`,
    en: `The log's new key is in ${logKeyFile(keyFile)}; restart the service to use it. New verifier key:`,
  });
  process.stdout.write(`${key}\n`);
}
