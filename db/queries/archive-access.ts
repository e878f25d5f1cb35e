import { randomBytes } from "node:crypto";
import type { Db } from "../client.ts";
import { json } from "../stored.ts";
import { appendLog, detailHash } from "./log.ts";

export interface ArchiveAccess {
  id: string;
  kind: "view" | "export";
  madeBy: string;
  /** Why; never empty. */
  purpose: string;
  /** What was looked at, by ids: `course` always, `session`, `trainee`, `mark` or `snapshot` when narrower. */
  scope: Record<string, string>;
  /** Of an export: how many of the log's lines it hands out, and their SHA-256, so that none can be left out of it later. */
  extract?: { records: number; sha256: string };
  at: Date;
}

/** Nobody sees evidence without saying what for. Call in a transaction, before anything is shown. */
export async function addArchiveAccess(db: Db, access: ArchiveAccess): Promise<void> {
  const { id, kind, madeBy, purpose, scope, extract, at } = access;
  const salt = randomBytes(16);
  await db
    .insertInto("archiveAccess")
    .values({ id, kind, madeBy, purpose, scope: json(scope), salt, madeAt: at })
    .execute();
  const fact = { id, kind, madeBy, purpose, scope, salt: salt.toString("hex") };
  const told = extract && { records: extract.records, extract: extract.sha256 };
  await appendLog(db, at, { event: kind, access: id, ...scope, ...told, detail: detailHash(fact) });
}
