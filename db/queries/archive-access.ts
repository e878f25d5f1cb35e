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
  at: Date;
}

/** Nobody sees evidence without saying what for. Call in a transaction, before anything is shown. */
export async function addArchiveAccess(db: Db, access: ArchiveAccess): Promise<void> {
  const { id, kind, madeBy, purpose, scope, at } = access;
  const salt = randomBytes(16);
  await db
    .insertInto("archiveAccess")
    .values({ id, kind, madeBy, purpose, scope: json(scope), salt, madeAt: at })
    .execute();
  const fact = { id, kind, madeBy, purpose, scope, salt: salt.toString("hex") };
  await appendLog(db, at, { event: kind, access: id, ...scope, detail: detailHash(fact) });
}
