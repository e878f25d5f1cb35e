import type { Command } from "commander";
import type { ReplayOptions } from "./replay/run-replay.ts";

export function declare(command: Command): void {
  command
    .requiredOption("--course <mã khóa>", "ví dụ CVC-K12 · the course's code")
    .option("--from <ngày>", "từ ngày này · sessions from this day on")
    .option("--to <ngày>", "đến hết ngày này · sessions to this day")
    .option("--portraits", "dùng cả ảnh chân dung đăng ký sau buổi học · use portraits enrolled since, too")
    .option("--rules <số>", "tính theo quy tắc phiên bản này · count under this version of the rules")
    .option("--dry-run", "chỉ so sánh, không ghi gì (mặc định) · only compare (the default)")
    .option("--why <lý do>", "vì sao tính lại (bắt buộc khi ghi) · why (required to write)")
    .option("--by <tên>", "người yêu cầu (mặc định: tài khoản máy) · who asks (default: this account)")
    .option("--confirm", "ghi thành một lần tính mới, sau khi đã xem khác biệt · write as a new run")
    .option("--json", "in kết quả dạng JSON · print JSON")
    .action(async (options: ReplayOptions) => {
      const { runReplay } = await import("./replay/run-replay.ts");
      const { text, closing } = await runReplay(options, process.env);
      const { say } = await import("./say.ts");
      process.stdout.write(`${text}\n`);
      if (options.json !== true) process.stdout.write("\n");
      if (options.json !== true) say(closing);
    });
}
