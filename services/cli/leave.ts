import type { Command } from "commander";
import type { LeaveOptions, LeaveResult } from "./leave/run-leave.ts";
import type { WithdrawOptions } from "./leave/run-withdraw.ts";

export function declare(command: Command): void {
  command
    .enablePositionalOptions()
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
      await print(await runLeave(course, trainee, options, process.env));
    });
  declareWithdraw(command.command("withdraw"));
}

function declareWithdraw(command: Command): void {
  command
    .description("rút lại đơn nghỉ đã ghi nhầm · withdraw a leave recorded by mistake")
    .argument("<mã khóa>", "ví dụ CVC-K12 · the course's code")
    .argument("<học viên>", "STT hoặc họ tên · number or name")
    .option("--number <số>", "số của đơn cần rút lại (bắt buộc) · the request's number (required)")
    .option("--session <mã>", "chỉ phần đơn của buổi này · only its part for this session")
    .option("--why <lý do>", "vì sao rút lại (bắt buộc) · why (required)")
    .option("--by <tên>", "người quyết định (bắt buộc) · who decides (required)")
    .option("--confirm", "ghi sau khi đã xem trước · write, the preview having been seen")
    .action(async (course: string, trainee: string, options: WithdrawOptions) => {
      const { runWithdraw } = await import("./leave/run-withdraw.ts");
      await print(await runWithdraw(course, trainee, options, process.env));
    });
}

async function print({ text, closing }: LeaveResult): Promise<void> {
  const { say } = await import("./say.ts");
  process.stdout.write(`${text}\n\n`);
  say(closing);
}

function repeated(value: string, before: string[] = []): string[] {
  return [...before, value];
}
