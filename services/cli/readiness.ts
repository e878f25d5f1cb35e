import type { Command } from "commander";
import type { ReadinessOptions } from "./readiness/run-readiness.ts";

export function declare(command: Command): void {
  command
    .option("--course <mã>", "chỉ khóa này · only this course")
    .option("--all", "cả khóa đã kết thúc · courses that are over as well")
    .option("--json", "in dạng JSON · print JSON")
    .action(async (options: ReadinessOptions) => {
      const { runReadiness } = await import("./readiness/run-readiness.ts");
      const { text, ready } = await runReadiness(options, process.env);
      process.stdout.write(text);
      process.exitCode = ready ? 0 : 1;
    });
}
