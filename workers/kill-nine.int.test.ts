import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { createDb, type Db } from "../db/client.ts";
import { drillContext } from "../fixtures/drill/drill-context.ts";
import { drillEndsAt, drillStartsAt } from "../fixtures/drill/drill-course.ts";
import { sendPapers } from "../fixtures/drill/drill-papers.ts";
import { openPlace } from "../fixtures/drill/drill-place.ts";
import { startDrillProcess } from "../fixtures/drill/drill-process.ts";
import { drive } from "../fixtures/drill/drive.ts";
import { createFileClock, type FileClock } from "../fixtures/drill/file-clock.ts";
import { troublesOf } from "../fixtures/drill/integrity.ts";
import type { KillOrder } from "../fixtures/drill/kill-order.ts";
import { createTestDatabase } from "../fixtures/servers/postgres.ts";

/** In each drill the blows fall one after the other; what was in flight is handed out again by the queue. */
const ofNode: Record<string, KillOrder[]> = {
  "while a session is planned and a picture is sealed without its row": [
    { victim: "node", stage: "plan-session", point: "seed-in-transaction" },
    { victim: "node", stage: "capture-round", point: "sealed", nth: 2 },
  ],
  "between two cameras of a round and amid recognition": [
    { victim: "node", stage: "capture-round", point: "between-cameras" },
    { victim: "node", stage: "recognise-round", point: "analysed", nth: 2 },
  ],
};

/** After each blow the queue's tables are emptied, so that only the sweep can find what is unfinished. */
const withTheQueueLost: KillOrder[] = [
  { victim: "node", stage: "preflight", point: "sealed" },
  { victim: "nobody", stage: "capture-round", point: "sealed" },
  { victim: "nobody", stage: "recognise-round", point: "analysed" },
  { victim: "node", stage: "recognise-round", point: "done" },
  { victim: "node", stage: "close-session", point: "seed-in-transaction" },
  { victim: "node", stage: "build-report", point: "sealed" },
];

const ofServer: Record<string, KillOrder[]> = {
  PostgreSQL: [
    { victim: "postgres", stage: "capture-round", point: "sealed" },
    { victim: "postgres", stage: "close-session", point: "seed-in-transaction" },
  ],
  "node and PostgreSQL": [
    { victim: "both", stage: "recognise-round", point: "analysed" },
    { victim: "both", stage: "build-report", point: "sealed", nth: 2 },
  ],
};

/** Each blow costs up to 20 s until a lost job is handed out again, and the drills share two cores. */
const timeout = 300_000;

describe.concurrent("kill -9", { timeout }, () => {
  test.for(Object.entries(ofNode))("of node, %s", async ([, orders]) => {
    expect(await onServer((env) => drill(orders, env))).toEqual({ struck: orders, troubles: [] });
  });

  test("of node at every stage, with the queue's tables emptied each time", async () => {
    const outcome = await onServer((env, db) => drill(withTheQueueLost, env, () => emptyQueue(db)));
    expect(outcome).toEqual({ struck: withTheQueueLost, troubles: [] });
  });

  test.for(Object.entries(ofServer))("of %s", async ([, orders]) => {
    expect(await drill(orders, {})).toEqual({ struck: orders, troubles: [] });
  });
});

async function onServer(run: (env: Record<string, string>, db: Db) => Promise<Outcome>): Promise<Outcome> {
  const database = await createTestDatabase();
  try {
    return await run({ SISO_DATABASE_URL: database.connectionString }, database.db);
  } finally {
    await database.drop();
  }
}

/** Everything BullMQ keeps but the list of its own migrations. */
async function emptyQueue(db: Db): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = 'bullmq' and table_name not in ('migration', 'meta')`.execute(db);
  expect(rows.length).toBeGreaterThan(0);
  await sql`truncate ${sql.join(rows.map(({ name }) => sql.table(`bullmq.${name}`)))}`.execute(db);
}

interface Outcome {
  struck: KillOrder[];
  troubles: string[];
}

/** A whole course with a blow now and then; it must complete, with every acknowledged picture once and every mark once. */
async function drill(
  orders: KillOrder[],
  env: Record<string, string>,
  afterBlow?: () => Promise<void>,
): Promise<Outcome> {
  let clock: FileClock | null = null;
  const place = await openPlace({ now: () => clock?.now() ?? drillStartsAt });
  const clockFile = `${place.folder}/clock`;
  clock = createFileClock(clockFile, drillStartsAt);
  const workers = await startDrillProcess({
    env: { ...place.env, ...env },
    clockFile,
    orders,
    ...(afterBlow && { afterBlow }),
  });
  const db = createDb(workers.connectionString);
  try {
    const ctx = await drillContext(place, db, clock);
    const course = await sendPapers(ctx);
    await drive(ctx, clock, drillEndsAt, workers.check);
    return { struck: workers.struck, troubles: await troublesOf(ctx, course) };
  } finally {
    await db.destroy();
    await workers.stop();
    await place.remove();
  }
}
