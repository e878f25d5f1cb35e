import type { Command } from "commander";
import { say } from "./say.ts";

export function declare(command: Command): void {
  command
    .argument("<bộ>", "documents: giấy tờ mẫu đủ mọi kiểu · sample papers of every shape")
    .option("--again", "viết lại cả những tệp đã có · write those again that are there")
    .action(async (set: string, options: { again?: boolean }) => {
      if (set !== "documents") command.error(`error: unknown set '${set}' (documents)`);
      const { CATALOGUE } = await import("../../fixtures/documents/catalogue/all.ts");
      const { outDir, writeFixtures } = await import("../../fixtures/documents/catalogue/write-out.ts");
      const written = await writeFixtures(CATALOGUE, options.again === true);
      say({
        vi: `${CATALOGUE.length} tệp mẫu ở ${outDir} (${written.length} tệp vừa viết). Xem: ./siso import --dry-run fixtures/documents/out/*`,
        en: `${CATALOGUE.length} sample files in ${outDir} (${written.length} just written).`,
      });
    });
}
