import type { Command } from "commander";
import type { LateOptions } from "./readiness/late-text.ts";
import type { ReadinessOptions } from "./readiness/run-readiness.ts";

export function declare(command: Command): void {
  command
    .option("--course <mã>", "chỉ khóa này · only this course")
    .option("--late", "sổ đầu vào gửi trễ, theo đơn vị · the record of late inputs, by unit")
    .option("--unit <mã>", "với --late: chỉ đơn vị này, ví dụ BQLBD · with --late: only this unit")
    .option("--all", "cả khóa đã kết thúc · courses that are over as well")
    .option("--json", "in dạng JSON · print JSON")
    .action(async (options: ReadinessOptions & LateOptions & { late?: boolean }) => {
      if (options.late === true) {
        const { lateText } = await import("./readiness/late-text.ts");
        process.stdout.write(await lateText(options, process.env));
        return;
      }
      const { runReadiness } = await import("./readiness/run-readiness.ts");
      const { text, ready } = await runReadiness(options, process.env);
      process.stdout.write(text);
      process.exitCode = ready ? 0 : 1;
    });
}
