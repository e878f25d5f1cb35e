import type { Command } from "commander";
import type { LeaveOptions } from "./leave/run-leave.ts";

export function declare(command: Command): void {
  command
    .argument("<mã khóa>", "ví dụ CVC-K12 · the course's code")
    .argument("<học viên>", "STT hoặc họ tên · number or name")
    .option("--session <mã>", "nghỉ buổi này, ghi nhiều lần được · this session; may be repeated", repeated)
    .option("--from <ngày>", "nghỉ từ ngày này · from this day on")
    .option("--to <ngày>", "đến hết ngày này (mặc định: như --from) · to the end of this day")
    .option("--number <số>", "số của đơn hoặc văn bản (bắt buộc) · the request's number (required)")
    .option(
      "--file <tệp>",
      "đơn có xác nhận của cơ quan (bắt buộc, L Đ9.9) · the certified request (required)",
    )
    .option("--why <lý do>", "lý do nghỉ (bắt buộc) · the reason (required)")
    .option("--by <tên>", "người duyệt (bắt buộc) · who approved it (required)")
    .option("--confirm", "ghi sau khi đã xem trước · write, the preview having been seen")
    .action(async (course: string, trainee: string, options: LeaveOptions) => {
      const { runLeave } = await import("./leave/run-leave.ts");
      const { text, closing } = await runLeave(course, trainee, options, process.env);
      const { say } = await import("./say.ts");
      process.stdout.write(`${text}\n\n`);
      say(closing);
    });
}

function repeated(value: string, before: string[] = []): string[] {
  return [...before, value];
}
