import type { Command } from "commander";
import type { RestoreOptions } from "./restore/run-restore.ts";

export function declare(command: Command): void {
  command
    .requiredOption(
      "--from <thư mục>",
      "một bản sao lưu, hoặc nơi để chúng (lấy bản mới nhất) · a backup, or where they are kept (the newest)",
    )
    .requiredOption("--passphrase-file <tệp>", "tệp mật khẩu lúc sao lưu · the backup's passphrase file")
    .option(
      "--keep-archive",
      "kho ở đây vẫn còn, chỉ mất cơ sở dữ liệu; hoặc làm nốt một lần khôi phục dở · the archive here is still good, or a restore was cut off",
    )
    .option(
      "--memory <thư mục>",
      "thư mục kho cũ, hoặc nơi sao lưu khác: đọc thêm những gì đã hủy, đã xóa · an old archive's folder, or another backups' place: what was destroyed and erased is read there too",
    )
    .action(async (options: RestoreOptions) => {
      const { runRestore } = await import("./restore/run-restore.ts");
      if (!(await runRestore(options, process.env))) process.exitCode = 1;
    });
}
