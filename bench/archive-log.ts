import { randomUUID } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import pino from "pino";
import { createDb, type Db } from "../db/client.ts";
import { startEmbedded } from "../db/embedded.ts";
import { migrate } from "../db/migrate.ts";
import { appendLogLines } from "../db/queries/log.ts";
import { addNodes, storedNodes, treeSize, type TreeNode } from "../db/queries/log-tree.ts";
import { openLogSigner } from "../services/archive/log-key.ts";
import { fold } from "../services/evidence/merkle.ts";
import { checkpointLog } from "../workers/archive-log/checkpoint-log.ts";
import type { LogContext } from "../workers/archive-log/open-log.ts";
import { inclusionProofs } from "../workers/archive-log/read-tree.ts";
import { sequenceLog } from "../workers/archive-log/sequence-log.ts";
import { systemClock, systemRandom } from "../workers/main.ts";

export interface LogFigures {
  leaves: number;
  /** Lines a second through the real path: transactions of six lines, then their places. */
  appendPerSecond: number;
  /** Median of the runs, ms. */
  checkpointMs: number;
  proofP95Ms: number;
}

const linesPerTransaction = 6;
const transactions = 500;
const runs = 3;
const width = 256;

/** Append, checkpoint and proof as the log grows: `--leaves 10000,10000000`, `--json`. The filling between is synthetic. */
export async function run(args: string[]): Promise<void> {
  const at = args.indexOf("--leaves");
  const sizes = (at < 0 ? "10000,100000,1000000,10000000" : (args[at + 1] ?? "")).split(",").map(Number);
  const figures = await measureLog(sizes);
  if (args.includes("--json")) process.stdout.write(`${JSON.stringify({ log: figures }, null, 2)}\n`);
  else for (const one of figures) process.stdout.write(`${JSON.stringify(one)}\n`);
}

/** On an embedded PostgreSQL of its own, durable as in service. */
export async function measureLog(sizes: readonly number[]): Promise<LogFigures[]> {
  const folder = await mkdtemp(join(tmpdir(), "siso-bench-log-"));
  // PostgreSQL runs under another account when this is root, and has to get through to its folder.
  await chmod(folder, 0o711);
  const server = await startEmbedded({ dataDir: join(folder, "data") });
  const db = await migrated(server.connectionString);
  try {
    const ctx: LogContext = {
      db,
      clock: systemClock,
      random: systemRandom,
      logSigner: await openLogSigner(join(folder, "bench.key")),
      timestamps: null,
      log: pino({ level: "silent" }),
    };
    const figures: LogFigures[] = [];
    for (const size of sizes) {
      await fill(db, size);
      figures.push(await measureAt(ctx));
    }
    return figures;
  } finally {
    await db.destroy();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function migrated(connectionString: string): Promise<Db> {
  await migrate(connectionString);
  return createDb(connectionString, { applicationName: "siso-bench", statementTimeoutMs: 600_000 });
}

async function measureAt(ctx: LogContext): Promise<LogFigures> {
  // As the service runs: vacuuming after the filling is done with.
  await sql`vacuum analyze archive_log`.execute(ctx.db);
  const rates: number[] = [];
  const checkpoints: number[] = [];
  for (let n = 0; n < runs; n += 1) {
    const startedAt = performance.now();
    await append(ctx.db);
    const leaves = await sequenceLog(ctx.db);
    rates.push((transactions * linesPerTransaction * 1000) / (performance.now() - startedAt));
    await appendLogLines(ctx.db, new Date(), [{ event: "bench", n: leaves }]);
    const signedAt = performance.now();
    await checkpointLog(ctx, "asked");
    checkpoints.push(performance.now() - signedAt);
  }
  const leaves = await treeSize(ctx.db);
  const proofs: number[] = [];
  for (let n = 0; n < 200; n += 1) {
    const index = Math.floor(Math.random() * leaves);
    const startedAt = performance.now();
    await inclusionProofs(ctx.db, [index], leaves);
    proofs.push(performance.now() - startedAt);
  }
  return {
    leaves,
    appendPerSecond: Math.round(sorted(rates)[1] ?? 0),
    checkpointMs: rounded(sorted(checkpoints)[1]),
    proofP95Ms: rounded(sorted(proofs)[190]),
  };
}

/** Eight sessions at once, as captures write: a transaction of a burst's lines each. */
async function append(db: Db): Promise<void> {
  let left = transactions;
  const writer = async (): Promise<void> => {
    const session = randomUUID();
    for (; left > 0;) {
      left -= 1;
      const lines = Array.from({ length: linesPerTransaction }, (_, burst) => lineOf(session, burst));
      await db.transaction().execute((trx) => appendLogLines(trx, new Date(), lines));
    }
  };
  await Promise.all(Array.from({ length: 8 }, writer));
}

function lineOf(session: string, burst: number) {
  const ids = {
    snapshot: randomUUID(),
    session,
    round: randomUUID(),
    camera: randomUUID(),
    object: randomUUID(),
  };
  const hash = "ab".repeat(32);
  return {
    event: "snapshot",
    ...ids,
    burst,
    sha256: hash,
    commitment: hash,
    takenAt: "2026-09-07T01:41:07.000Z",
  };
}

/** Synthetic lines with real leaf hashes and real nodes, past the trigger and in bulk. */
async function fill(db: Db, size: number): Promise<void> {
  const from = await treeSize(db);
  if (from >= size) return;
  await sql`alter table archive_log disable trigger archive_log_awaits_place`.execute(db);
  const step = 500_000;
  for (let begin = from; begin < size; begin += step) {
    const end = Math.min(size, begin + step);
    await sql`with line as (
        insert into archive_log (at, about, line)
        select now(), md5((n / 100)::text)::uuid, '{"at":"2026-09-07T01:41:07.000Z","commitment":"' || repeat(md5(n::text), 2)
          || '","event":"snapshot","object":"' || md5((n + 1)::text)::uuid || '","session":"' || md5((n / 100)::text)::uuid
          || '","sha256":"' || repeat(md5((n + 2)::text), 2) || '"}'
        from generate_series(${begin}::bigint, ${end - 1}::bigint) n returning seq, line)
      insert into log_leaf (leaf_index, seq, hash)
      select ${begin}::bigint + row_number() over (order by seq) - 1, seq, sha256('\\x00'::bytea || convert_to(line, 'UTF8'))
      from line`.execute(db);
  }
  await sql`alter table archive_log enable trigger archive_log_awaits_place`.execute(db);
  for (const level of [8, 16, 24]) await addMissingNodes(db, level, size);
}

async function addMissingNodes(db: Db, level: number, size: number): Promise<void> {
  const last = Math.floor(size / 2 ** level);
  const known = await db
    .selectFrom("logNode")
    .select((e) => e.fn.countAll<string>().as("count"))
    .where("level", "=", level)
    .executeTakeFirstOrThrow();
  for (let first = Number(known.count); first < last; first += width) {
    const count = Math.min(width, last - first);
    const range = { level: level - 8, first: first * width, last: (first + count) * width - 1 };
    const children = (await storedNodes(db, [range])).toSorted((a, b) => a.index - b.index);
    const nodes: TreeNode[] = Array.from({ length: count }, (_, n) => ({
      level,
      index: first + n,
      hash: fold(children.slice(n * width, (n + 1) * width).map(({ hash }) => hash)),
    }));
    await addNodes(db, nodes);
  }
}

function sorted(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b);
}

function rounded(value: number | undefined): number {
  return Math.round((value ?? 0) * 10) / 10;
}
