import type { Command } from "commander";
import type { ExplainOptions } from "./explain/run-explain.ts";

export function declare(command: Command): void {
  command
    .usage("<mã kết quả> | <mã buổi học> <học viên> | --session <mã> | --course <mã khóa>")
    .argument(
      "[mã]",
      "mã của một kết quả hoặc buổi học; đủ dùng vài ký tự đầu · id of a mark or session, or its beginning",
    )
    .argument("[học viên]", "STT hoặc họ tên, khi mã là của buổi học · number or name, with a session")
    .option("--session <mã>", "liệt kê kết quả của một buổi học · list a session's marks")
    .option("--course <mã khóa>", "liệt kê các buổi học của một khóa · list a course's sessions")
    .option(
      "--picture <tệp.jpg>",
      "vẽ ảnh của một kết quả: khung, chỗ ngồi, người khác bị che · draw a mark's picture",
    )
    .option("--purpose <mục đích>", "vì sao xem ảnh; ghi vào nhật ký (cần khi có --picture) · why; logged")
    .option("--by <tên>", "ai xem ảnh (mặc định: tài khoản máy) · who looks (default: this account)")
    .action(async (id: string | undefined, trainee: string | undefined, options: ExplainOptions) => {
      const { explain } = await import("./explain/run-explain.ts");
      process.stdout.write(`${await explain(id, trainee, options, process.env)}\n`);
    });
}
