import type { Command } from "commander";
import type { RecordOptions } from "./record/run-record.ts";

export function declare(command: Command): void {
  command
    .requiredOption("--course <mã>", "mã khóa · the course's code")
    .requiredOption("--trainee <STT>", "STT hoặc họ tên · number or name")
    .option("--json", "in dạng JSON · print JSON")
    .action(async (options: RecordOptions) => {
      const { runRecord } = await import("./record/run-record.ts");
      process.stdout.write(`${await runRecord(options, process.env)}\n`);
    });
}
