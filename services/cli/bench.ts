import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { SisoError } from "../errors.ts";
import { repositoryDir } from "./repository.ts";
import { needs, prepare, sayLeftOut } from "./setup/prepare.ts";

interface Bench {
  run: (args: string[]) => Promise<void>;
}

export function declare(command: Command): void {
  command
    .argument("<tên>", "tên phép đo · which measurement (pipeline, faces, rollcall …)")
    .argument("[tùy_chọn...]", "chuyển cho phép đo · passed on to it")
    .allowUnknownOption()
    .passThroughOptions()
    .enablePositionalOptions()
    .action(async (name: string, args: string[]) => {
      const bench = await loadBench(name);
      const leftOut = await prepare(needs.bench);
      await bench.run(args);
      sayLeftOut(leftOut);
    });
}

async function loadBench(name: string): Promise<Bench> {
  const names = await benchNames();
  if (!names.includes(name)) {
    throw new SisoError("not-found", {
      vi: `Không có phép đo “${name}”. Có: ${names.join(", ")}.`,
      en: `There is no measurement “${name}”. There are: ${names.join(", ")}.`,
    });
  }
  const loaded: unknown = await import(`../../bench/${name}.ts`);
  if (isBench(loaded)) return loaded;
  throw new TypeError(`bench/${name}.ts exports no run(args)`);
}

/** Files of `bench/` that can be run; the others are parts of these. */
async function benchNames(): Promise<string[]> {
  const dir = join(repositoryDir, "bench");
  const files = (await readdir(dir)).filter((file) => /^[a-z-]+\.ts$/.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(dir, file), "utf8")));
  return files
    .filter((_, index) => /^export (async )?(function|const) run\b/m.test(texts[index] ?? ""))
    .map((file) => file.slice(0, -".ts".length));
}

function isBench(loaded: unknown): loaded is Bench {
  return typeof loaded === "object" && loaded !== null && "run" in loaded && typeof loaded.run === "function";
}
