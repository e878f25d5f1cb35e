import { sql } from "kysely";
import type { Db, Trx } from "../client.ts";

/** Spells SISL: one process at a time gives places in the tree. */
const TREE_LOCK = 0x5349534c;

/** Held until the transaction ends. */
export async function lockTree(trx: Trx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${TREE_LOCK})`.execute(trx);
}

/** Leaves that have a place. */
export async function treeSize(db: Db): Promise<number> {
  const row = await db
    .selectFrom("logLeaf")
    .select("leafIndex")
    .orderBy("leafIndex", "desc")
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? 0 : Number(row.leafIndex) + 1;
}

export interface PendingLine {
  seq: string;
  line: string;
}

/**
 * Committed lines without a place, oldest first. A line written after another was committed has a higher `seq` and is never
 * seen without it, so that cause comes before effect whatever the batches.
 */
export async function pendingLines(db: Db, limit: number): Promise<PendingLine[]> {
  return db
    .selectFrom("logPending")
    .innerJoin("archiveLog", "archiveLog.seq", "logPending.seq")
    .select(["archiveLog.seq", "line"])
    .orderBy("logPending.seq")
    .limit(limit)
    .execute();
}

export interface NewLeaf {
  seq: string;
  leafIndex: number;
  hash: Buffer;
}

/** Gives lines their places; each has one for ever. */
export async function addLeaves(db: Db, leaves: readonly NewLeaf[]): Promise<void> {
  const seqs = leaves.map(({ seq }) => seq);
  const indexes = leaves.map(({ leafIndex }) => leafIndex);
  const hashes = leaves.map(({ hash }) => hash);
  await sql`insert into log_leaf (leaf_index, seq, hash)
    select * from unnest(${indexes}::bigint[], ${seqs}::bigint[], ${hashes}::bytea[])`.execute(db);
  await sql`delete from log_pending where seq = any(${seqs}::bigint[])`.execute(db);
}

export interface TreeNode {
  /** 0 for leaves, else a multiple of 8. */
  level: number;
  index: number;
  hash: Buffer;
}

export async function addNodes(db: Db, nodes: readonly TreeNode[]): Promise<void> {
  if (nodes.length === 0) return;
  await db
    .insertInto("logNode")
    .values(nodes.map(({ level, index, hash }) => ({ level, nodeIndex: index, hash })))
    .execute();
}

/** Nodes `first` … `last` of a stored level. */
export interface NodeRange {
  level: number;
  first: number;
  last: number;
}

export async function storedNodes(db: Db, ranges: readonly NodeRange[]): Promise<TreeNode[]> {
  if (ranges.length === 0) return [];
  const levels = ranges.map(({ level }) => level);
  const firsts = ranges.map(({ first }) => first);
  const lasts = ranges.map(({ last }) => last);
  // `offset 0` keeps each range a walk of the index: guessed to be large, the ranges were joined to every node there is.
  const { rows } = await sql<{ level: number; index: string; hash: Buffer }>`
    with wanted as (
      select * from unnest(${levels}::int[], ${firsts}::bigint[], ${lasts}::bigint[]) as w(level, first, last)
    )
    select 0 as level, leaf.leaf_index as index, leaf.hash
      from wanted w cross join lateral (
        select leaf_index, hash from log_leaf where leaf_index between w.first and w.last offset 0) leaf where w.level = 0
    union all
    select w.level, node.node_index, node.hash
      from wanted w cross join lateral (
        select node_index, hash from log_node
        where log_node.level = w.level and node_index between w.first and w.last offset 0) node where w.level > 0`.execute(
    db,
  );
  return rows.map(({ level, index, hash }) => ({ level, index: Number(index), hash }));
}

/** Lines in the order of the tree, from a place on. */
export async function placedLines(
  db: Db,
  from: number,
  limit: number,
): Promise<{ leafIndex: number; line: string; hash: Buffer }[]> {
  const rows = await db
    .selectFrom("logLeaf")
    .innerJoin("archiveLog", "archiveLog.seq", "logLeaf.seq")
    .select(["leafIndex", "line", "hash"])
    .where("leafIndex", ">=", String(from))
    .where("leafIndex", "<", String(from + limit))
    .orderBy("leafIndex")
    .execute();
  return rows.map((row) => ({ ...row, leafIndex: Number(row.leafIndex) }));
}
