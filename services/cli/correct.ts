import type { Command } from "commander";
import type { CorrectOptions } from "./correct/run-correct.ts";

export function declare(command: Command): void {
  command
    .argument(
      "<mã buổi>",
      "mã buổi học, đủ dùng vài ký tự đầu (xem: ./siso explain --course MÃ) · session id",
    )
    .argument("<học viên>", "STT hoặc họ tên · number or name")
    .option(
      "--outcome <kết quả>",
      "có mặt, vắng, không quan sát được, cần xem xét · present, absent, not-observable, review",
    )
    .option("--undo", "rút lại lần sửa cuối còn hiệu lực · withdraw the last correction that stands")
    .option("--round <số>", "chỉ sửa lượt điểm danh này · one round's mark only")
    .option("--why <lý do>", "vì sao sửa (bắt buộc) · why (required)")
    .option("--by <tên>", "người quyết định (mặc định: tài khoản máy) · who decides (default: this account)")
    .option("--confirm", "ghi sau khi đã xem trước · write, the preview having been seen")
    .action(async (session: string, trainee: string, options: CorrectOptions) => {
      const { runCorrect } = await import("./correct/run-correct.ts");
      const { text, closing } = await runCorrect(session, trainee, options, process.env);
      const { say } = await import("./say.ts");
      process.stdout.write(`${text}\n\n`);
      say(closing);
    });
}
