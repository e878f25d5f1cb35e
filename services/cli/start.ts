import { Option, type Command } from "commander";
import { prepare, sayLeftOut, startNeeds } from "./setup/prepare.ts";

export function declare(command: Command): void {
  const only = new Option("--only <phần>", "chỉ chạy một phần · run one part only").choices([
    "api",
    "workers",
  ]);
  command.addOption(only).action(async (options: { only?: "api" | "workers" }) => {
    const leftOut = await prepare(startNeeds(process.env));
    sayLeftOut(leftOut);
    const { runService } = await import("./start/run-service.ts");
    await runService(options.only === undefined ? ["api", "workers"] : [options.only]);
  });
}
