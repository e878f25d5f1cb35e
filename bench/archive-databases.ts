import { join } from "node:path";
import { Client } from "pg";
import { createDb, type Db } from "../db/client.ts";
import { startEmbedded } from "../db/embedded.ts";
import { migrate } from "../db/migrate.ts";
import { loadRows } from "./archive-rows.ts";

/** A database of so many synthetic pictures, as the service would have left it. */
export interface FilledDatabase {
  pictures: number;
  db: Db;
}

export interface Databases {
  /** Migrated, without a row; made anew for each run. */
  empty: Db;
  /** One for each size asked for. */
  filled: FilledDatabase[];
}

/**
 * Databases on a PostgreSQL of the measurement's own in `folder`, filled without syncing, then used with the very settings of the
 * service. What is already there from an earlier run is brought up to the newest migration and used again.
 */
export async function withFilledDatabases<T>(
  folder: string,
  sizes: readonly number[],
  use: (databases: Databases) => Promise<T>,
): Promise<T> {
  const dataDir = join(folder, "data");
  for (const pictures of sizes) await fill(dataDir, pictures);
  const server = await startEmbedded({ dataDir });
  const open = (name: string) =>
    createDb(urlOf(server.connectionString, name), { applicationName: "siso-bench" });
  const filled = sizes.map((pictures) => ({ pictures, db: open(nameOf(pictures)) }));
  const empty = open("nothing");
  try {
    await withClient(server.connectionString, (client) => createAnew(client, "nothing"));
    await migrate(urlOf(server.connectionString, "nothing"));
    return await use({ empty, filled });
  } finally {
    for (const db of [empty, ...filled.map(({ db }) => db)]) await db.destroy();
    await server.stop();
  }
}

/** Filled under another name first, so that what was cut off is begun again. */
async function fill(dataDir: string, pictures: number): Promise<void> {
  const server = await startEmbedded({ dataDir, durable: false });
  const draftUrl = urlOf(server.connectionString, "draft");
  try {
    await withClient(server.connectionString, async (client) => {
      const known = await client.query("select from pg_database where datname = $1", [nameOf(pictures)]);
      if (known.rowCount !== 0) return;
      await createAnew(client, "draft");
      await migrate(draftUrl);
      const db = createDb(draftUrl, { applicationName: "siso-bench", statementTimeoutMs: 3_600_000 });
      try {
        await withClient(draftUrl, (own) => loadRows(own, db, pictures));
      } finally {
        await db.destroy();
      }
      await client.query(`alter database draft rename to ${nameOf(pictures)}`);
    });
    await migrate(urlOf(server.connectionString, nameOf(pictures)));
  } finally {
    await server.stop();
  }
}

async function withClient(url: string, use: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}

async function createAnew(client: Client, name: string): Promise<void> {
  await client.query(`drop database if exists ${name} with (force)`);
  await client.query(`create database ${name}`);
}

function nameOf(pictures: number): string {
  return `pictures_${pictures}`;
}

function urlOf(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
