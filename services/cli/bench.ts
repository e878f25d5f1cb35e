import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { SisoError } from "../errors.ts";
import { repositoryDir } from "./repository.ts";
import { needs, prepare, sayLeftOut } from "./setup/prepare.ts";

interface Bench {
  options: Record<string, { type: "string" | "boolean"; default?: string | boolean; about: string }>;
  run: (args: string[]) => Promise<void>;
}

export function declare(command: Command): void {
  command
    .argument("<tên>", "tên phép đo · which measurement (pipeline, faces, rollcall …)")
    .argument(
      "[tùy_chọn...]",
      "chuyển cho phép đo; tên --help kể ra · passed on to it; name --help lists them",
    )
    .allowUnknownOption()
    .passThroughOptions()
    .enablePositionalOptions()
    .action(async (name: string, args: string[]) => {
      const bench = await loadBench(name);
      if (args.some((arg) => arg === "--help" || arg === "-h")) {
        process.stdout.write(`siso bench ${name}\n${optionLines(bench)}`);
        return;
      }
      const unknown = args.find((arg) => arg.startsWith("--") && !(optionName(arg) in bench.options));
      if (unknown !== undefined) throw mistyped(name, bench, `Unknown option '${unknown}'`);
      const leftOut = await prepare(needs.bench);
      await bench.run(args).catch((error: unknown) => {
        // Its own reading of its options comes before it measures anything.
        const { code, message } = error as NodeJS.ErrnoException;
        throw code?.startsWith("ERR_PARSE_ARGS_") === true ? mistyped(name, bench, message) : error;
      });
      sayLeftOut(leftOut);
    });
}

function optionName(arg: string): string {
  return arg.slice("--".length).split("=")[0] ?? "";
}

function mistyped(name: string, bench: Bench, why: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `Phép đo ${name} không hiểu lệnh vừa gõ. Tùy chọn có:\n${optionLines(bench)}`,
    en: `The measurement ${name} does not understand what was typed: ${why}`,
  });
}

function optionLines({ options }: Bench): string {
  const rows = Object.entries(options).map(([name, { type, default: usual, about }]) => ({
    typed: `--${name}${type === "string" ? " …" : ""}`,
    about: usual === undefined || usual === false ? about : `${about} (${usual})`,
  }));
  const width = Math.max(...rows.map(({ typed }) => typed.length));
  return rows.map(({ typed, about }) => `  ${typed.padEnd(width)}  ${about}\n`).join("");
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
  throw new TypeError(`bench/${name}.ts exports no options and run(args)`);
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
  return typeof loaded === "object" && loaded !== null && "run" in loaded && "options" in loaded;
}
