import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { describeSchema } from "./describe-schema.ts";
import { startEmbedded } from "./embedded.ts";
import { migrate } from "./migrate.ts";

/** The two files of this folder that follow from `migrations/`; a test compares them with what these functions give. */
export interface GeneratedFiles {
  "schema.sql": string;
  "tables.ts": string;
}

/** `connectionString` names a freshly migrated database. */
export async function generateFrom(connectionString: string): Promise<GeneratedFiles> {
  return {
    "schema.sql": await describeSchema(connectionString),
    "tables.ts": await tableTypes(connectionString),
  };
}

async function tableTypes(connectionString: string): Promise<string> {
  const root = dirname(createRequire(import.meta.url).resolve("kysely-codegen/package.json"));
  const dir = await mkdtemp(join(tmpdir(), "siso-tables-"));
  try {
    const outFile = join(dir, "tables.ts");
    await execa(
      process.execPath,
      [
        join(root, "dist", "cli", "bin.js"),
        "--config-file=codegen.json",
        // In the environment, because a password has no business in an argument list.
        "--url=env(SISO_CODEGEN_URL)",
        `--out-file=${outFile}`,
        "--exclude-pattern=schema_migration",
      ],
      { cwd: import.meta.dirname, env: { SISO_CODEGEN_URL: connectionString } },
    );
    return await readFile(outFile, "utf8");
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), "siso-generate-"));
  const server = await startEmbedded({ dataDir });
  try {
    await migrate(server.connectionString);
    const files = await generateFrom(server.connectionString);
    for (const [name, text] of Object.entries(files)) {
      await writeFile(join(import.meta.dirname, name), text);
      process.stdout.write(`db/${name}\n`);
    }
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) await main();
