import type { Command } from "commander";
import { say } from "./say.ts";
import { needs, prepare, sayLeftOut, startNeeds } from "./setup/prepare.ts";

const sets = ["start", "demo", "test"] as const;

export function declare(command: Command): void {
  command
    .option(
      "--for <lệnh>",
      `chỉ những gì lệnh này cần · only what this command needs (${sets.join(", ")})`,
      "test",
    )
    .action(async (options: { for: string }) => {
      const set = sets.find((name) => name === options.for);
      if (!set) command.error(`--for: ${sets.join(" | ")}`);
      const leftOut = await prepare(set === "start" ? startNeeds(process.env) : needs[set]);
      sayLeftOut(leftOut);
      if (leftOut.length === 0) say({ vi: "Đã đủ mọi thứ.", en: "Everything is in place." });
    });
}
