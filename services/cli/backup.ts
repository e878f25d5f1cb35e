import type { Command } from "commander";
import type { BackupOptions } from "./backup/run-backup.ts";

export function declare(command: Command): void {
  command
    .requiredOption("--out <thư mục>", "nơi để các bản sao lưu, ngoài dữ liệu · where backups are kept")
    .requiredOption(
      "--passphrase-file <tệp>",
      "tệp có mật khẩu niêm phong khóa, ở dòng đầu · a file whose first line seals the keys",
    )
    .option(
      "--objects",
      "chép cả ảnh đã niêm phong, chỉ cái chưa có · also the sealed objects, only those not there yet",
    )
    .action(async (options: BackupOptions) => {
      const { runBackup } = await import("./backup/run-backup.ts");
      if (!(await runBackup(options, process.env))) process.exitCode = 1;
    });
}
