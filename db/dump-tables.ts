import type { Readable } from "node:stream";
import { Client } from "pg";
import { to } from "pg-copy-streams";

export interface DumpedTable {
  name: string;
  columns: string[];
}

/** What a dump holds, as of one instant. */
export interface DatabaseDump {
  migrations: { name: string; sha256: string }[];
  tables: DumpedTable[];
  /** The newest log line in it; 0 for none. */
  logSeq: number;
}

export type KeepRows = (file: string, rows: Readable) => Promise<void>;

/** Of the index of sealed objects, in CSV: id, SHA-256, bytes, whether destroyed. */
export const objectIndex = "objects.csv";

export function tableFile(table: string): string {
  return `database/${table}.copy`;
}

/**
 * Every table of ours and the index of objects, from one snapshot, in PostgreSQL's COPY text format; the service goes on writing
 * meanwhile. The queue's tables lie in a schema of their own and are not part of it: the sweep rings for what is due.
 */
export async function dumpTables(connectionString: string, keep: KeepRows): Promise<DatabaseDump> {
  const client = new Client({ connectionString, application_name: "siso-backup" });
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.query("begin isolation level repeatable read, read only");
    const tables = await ownTables(client);
    for (const { name, columns } of tables) {
      const list = columns.map((column) => client.escapeIdentifier(column)).join(", ");
      const rows = client.query(to(`copy public.${client.escapeIdentifier(name)} (${list}) to stdout`));
      await keep(tableFile(name), rows);
    }
    await keep(objectIndex, client.query(to(INDEX)));
    const { rows: migrations } = await client.query<{ name: string; sha256: string }>(
      `select name, sha256 from schema_migration order by name collate "C"`,
    );
    const { rows } = await client.query<{ seq: string }>(
      "select coalesce(max(seq), 0) as seq from archive_log",
    );
    await client.query("commit");
    return { migrations, tables, logSeq: Number(rows[0]?.seq) };
  } finally {
    await client.end();
  }
}

const INDEX = `copy (select object_id, sha256, bytes, destroyed_at is not null as destroyed
  from archive_object order by object_id) to stdout (format csv, header)`;

/** The ledger of migrations is made by the migrations. */
export async function ownTables(client: Pick<Client, "query">): Promise<DumpedTable[]> {
  const { rows } = await client.query<DumpedTable>(`
    select t.table_name as name, array_agg(c.column_name::text order by c.ordinal_position) as columns
    from information_schema.tables t join information_schema.columns c using (table_schema, table_name)
    where t.table_schema = 'public' and t.table_type = 'BASE TABLE' and t.table_name <> 'schema_migration'
      and c.is_generated = 'NEVER'
    group by 1 order by 1`);
  return rows;
}
