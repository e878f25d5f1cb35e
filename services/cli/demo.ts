import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { SisoError } from "../errors.ts";
import { needs, prepare, sayLeftOut } from "./setup/prepare.ts";
import { say } from "./say.ts";

interface Options {
  json?: string;
  seed: string;
  keep?: boolean;
}

export function declare(command: Command): void {
  command
    .option("--json <tệp>", "ghi các con số ra tệp JSON · write the figures to a JSON file")
    .option("--seed <số>", "lặp lại đúng một lần chạy · repeat a run", "1")
    .option("--keep", "giữ dữ liệu và dịch vụ cho tới khi bấm Ctrl-C · keep data and services until Ctrl-C")
    .action(demo);
}

async function demo(options: Options): Promise<void> {
  const leftOut = await prepare(needs.demo);
  const { runDemo } = await import("./demo/run-demo.ts");
  const { printFigures } = await import("./demo/print-figures.ts");
  const withStream = !leftOut.some(({ what }) => what === "gst-rtsp-server" || what === "ffmpeg");
  const { figures, sessions, tour, demo } = await runDemo({ seed: seedOf(options.seed), withStream });
  printFigures(figures, sessions);
  sayLeftOut(leftOut);
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(figures, null, 2)}\n`);
  process.stdout.write(`Báo cáo · Reports:\n${figures.reports.map((path) => `  ${path}\n`).join("")}`);
  process.stdout.write(`Xem ảnh và kết quả · Pictures and results: mở ${tour}\n`);
  if (options.keep) await untilInterrupted(demo.folder);
  await demo.close({ keepFolder: options.keep ?? false });
}

async function untilInterrupted(folder: string): Promise<void> {
  say({
    vi: `Dữ liệu giữ ở ${folder}; dịch vụ còn chạy. Bấm Ctrl-C để dừng (dữ liệu vẫn còn).`,
    en: `Data is kept in ${folder}; the services are up. Press Ctrl-C to stop (the data stays).`,
  });
  await new Promise<void>((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
}

function seedOf(text: string): number {
  const seed = Number(text);
  if (Number.isInteger(seed) && seed >= 0) return seed;
  throw new SisoError("input-invalid", {
    vi: `--seed ${text}: cần một số nguyên không âm.`,
    en: `--seed ${text}: a whole number of at least 0 is needed.`,
  });
}
