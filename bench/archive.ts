import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { withFilledDatabases } from "./archive-databases.ts";
import { measureGrowth } from "./archive-log.ts";
import { measureSearches, type SearchFigures } from "./archive-searches.ts";
import { printFigures, type ArchiveFigures } from "./archive-print.ts";
import { measureStoring } from "./archive-storing.ts";
import { measureVerifying } from "./archive-verifying.ts";

export const options = {
  json: { type: "string", about: "in JSON ra màn hình, hoặc ghi ra tệp · print JSON, or write it to a file" },
  rounds: { type: "string", default: "61", about: "số vòng niêm phong · rounds of sealing" },
  rows: {
    type: "string",
    default: "100000",
    about: "số ảnh của cơ sở dữ liệu lớn nhất · pictures of the largest database",
  },
  data: {
    type: "string",
    about: "thư mục giữ cơ sở dữ liệu đã nạp cho lần sau · keeps the filled databases for the next run",
  },
} as const;

/**
 * `./siso bench archive`: sealing beside a plain write, the night's reading back beside SHA-256, and with `--rows 10000000` searches,
 * proofs, appending and checkpoints at every size up to ten million pictures. Everything compared is done in turn in the same run.
 */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({ args: withFile(args), options });
  const folder = await mkdtemp(join(tmpdir(), "siso-bench-archive-"));
  // PostgreSQL runs under another account when this is root, and has to get through to its folder.
  await chmod(folder, 0o711);
  const data = values.data === undefined ? folder : resolve(values.data);
  await mkdir(data, { recursive: true });
  try {
    const figures = await measure({ folder, data, rounds: Number(values.rounds), rows: Number(values.rows) });
    const json = `${JSON.stringify(figures, null, 2)}\n`;
    if (values.json === "-") process.stdout.write(json);
    else printFigures(figures);
    if (values.json !== undefined && values.json !== "-") await writeFile(values.json, json);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A bare `--json` prints the figures instead of writing them to a file. */
function withFile(args: string[]): string[] {
  const at = args.indexOf("--json");
  const bare = at >= 0 && (args[at + 1] ?? "--").startsWith("--");
  return bare ? args.toSpliced(at + 1, 0, "-") : args;
}

async function measure({ folder, data, rounds, rows }: Setting): Promise<ArchiveFigures> {
  const sizes = [10_000, 100_000, 1_000_000, 10_000_000].filter((size) => size < rows);
  return withFilledDatabases(data, [...sizes, rows], async ({ empty, filled }) => {
    const before = rounded(loadavg());
    const storing = await measureStoring(folder, rounds);
    const verifying = await measureVerifying(folder, empty, Math.ceil(rounds / 4));
    const growth = await measureGrowth(data, filled, Math.ceil(rounds / 3));
    const searches: SearchFigures[] = [];
    for (const database of filled) searches.push(await measureSearches(database, 200));
    return { load: { before, after: rounded(loadavg()) }, storing, verifying, growth, searches };
  });
}

interface Setting {
  folder: string;
  data: string;
  rounds: number;
  rows: number;
}

function rounded([oneMinute = 0]: number[]): number {
  return Math.round(oneMinute * 10) / 10;
}
