import { resolve } from "node:path";
import { pino } from "pino";
import { readConfig } from "../../../config/read-config.ts";
import { thisMachine } from "../../../config/this-machine.ts";
import { systemClock, systemRandom } from "../../../workers/system.ts";
import { readPassphrase } from "../../archive/backup-keys.ts";
import { say } from "../say.ts";
import { restore, type Restored } from "./restore.ts";

export interface RestoreOptions {
  from: string;
  passphraseFile: string;
  keepArchive?: boolean;
  memory?: string;
}

/** Prints what was restored and found; false when anything is missing or wrong. */
export async function runRestore(
  options: RestoreOptions,
  env: Record<string, string | undefined>,
): Promise<boolean> {
  const config = readConfig(env, thisMachine);
  const passphrase = await readPassphrase(resolve(options.passphraseFile));
  const restored = await restore(
    { config, clock: systemClock, random: systemRandom, log: pino({ level: "silent" }) },
    {
      from: resolve(options.from),
      passphrase,
      keepArchive: options.keepArchive === true,
      ...(options.memory !== undefined && { memory: resolve(options.memory) }),
    },
  );
  process.stdout.write(restoredText(restored));
  const whole = restored.missing.length === 0 && restored.found.troubles.length === 0;
  say(
    whole
      ? {
          vi: "Đã khôi phục đủ. Đặt lại các tệp cấu hình và mật khẩu camera rồi chạy ./siso start.",
          en: "All is restored. Put the configuration files and camera passwords back, then run ./siso start.",
        }
      : {
          vi: "Đã khôi phục, nhưng còn thiếu như trên. Gắn bản sao thứ hai rồi chạy ./siso archive fixity --all.",
          en: "Restored, but not all of it: see above. Attach the second copy and run ./siso archive fixity --all.",
        },
  );
  return whole;
}

export function restoredText(restored: Restored): string {
  const { folder, madeAt, copied, missing, destroyed, erased, blind, lost, found } = restored;
  const lines = [
    `bản sao lưu · backup: ${folder} (${madeAt})`,
    `đối tượng chép về và khớp mã băm · objects copied back, hash compared: ${copied}`,
    `vật lưu đã mở và khớp · objects opened: ${found.objects}; bản ghi nhật ký · log records: ${found.lines}`,
    `khóa đã tiêu hủy, không trở lại · keys destroyed since the backup, kept out: ${destroyed}`,
    `người đã xóa dữ liệu khuôn mặt sau bản sao lưu, xóa lại · people erased since the backup, erased again: ${erased}`,
  ];
  if (blind)
    lines.push(
      `!!! CHÚ Ý: không có kho cũ hay bản sao thứ hai để hỏi. Ai được xóa dữ liệu khuôn mặt, danh sách nào đã tiêu hủy sau lần sao lưu cuối cùng thì KHÔNG BIẾT ĐƯỢC: hãy hỏi lại sổ sách, xóa lại bằng ./siso enrol erase, và nếu còn thư mục kho cũ thì khôi phục lại với --memory THƯ_MỤC`,
      `!!! NOTE: neither the old archive nor its second copy could be asked. Who was erased and what was disposed of after the last backup CANNOT BE KNOWN: ask your papers, erase again with ./siso enrol erase, and if the old archive's folder is left anywhere, restore again with --memory FOLDER`,
    );
  if (lost > 0)
    lines.push(
      `CHÚ Ý · NOTE  kho từng thấy thêm ${lost} bản ghi nhật ký sau bản sao lưu này; chúng đã mất · the archive had seen ${lost} log records after this backup; they are lost`,
    );
  for (const sha256 of missing.slice(0, 200)) lines.push(`THIẾU · MISSING  ${sha256}`);
  for (const { vi, en } of found.troubles) lines.push(`SAI · FAIL  ${vi} · ${en}`);
  return `${lines.join("\n")}\n`;
}
