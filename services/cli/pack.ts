import type { Command } from "commander";

export function declare(command: Command): void {
  command
    .command("list")
    .description("các gói mô hình và gói đang dùng · the model packs, and the one in use")
    .action(async () => {
      const { listPacks } = await import("./pack/list-packs.ts");
      process.stdout.write(`${await listPacks(process.env)}\n`);
    });
  command
    .command("check")
    .description("soát gói mô hình riêng của đơn vị · check an institution's own model pack")
    .argument("<thư mục>", "thư mục có manifest.json · the folder with manifest.json")
    .action(async (folder: string) => {
      const { checkFolder } = await import("./pack/check-folder.ts");
      const { text, usable } = await checkFolder(folder);
      process.stdout.write(`${text}\n`);
      process.exitCode = usable ? 0 : 1;
    });
}
