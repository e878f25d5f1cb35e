import type { Rules, RuleVersionId, LocalDate } from "../../services/types.ts";
import type { Db } from "../client.ts";
import { json } from "../stored.ts";

export interface RuleVersion {
  id: RuleVersionId;
  version: number;
  rules: Rules;
}

/** The rules in force at an instant; the first version reaches back to the beginning. */
export async function rulesAt(db: Db, at: Date): Promise<RuleVersion> {
  const select = db.selectFrom("ruleVersion").select(["id", "version", "rules"]);
  const row =
    (await select
      .where("effectiveAt", "<=", at)
      .orderBy("effectiveAt", "desc")
      .limit(1)
      .executeTakeFirst()) ?? (await select.orderBy("effectiveAt").limit(1).executeTakeFirstOrThrow());
  return row;
}

export async function ruleVersion(db: Db, id: RuleVersionId): Promise<RuleVersion> {
  return db
    .selectFrom("ruleVersion")
    .select(["id", "version", "rules"])
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
}

export async function addRuleVersion(
  db: Db,
  version: {
    id: RuleVersionId;
    version: number;
    effectiveAt: Date;
    approvedBy: string;
    approvedOn: LocalDate;
    rules: Rules;
  },
): Promise<void> {
  await db
    .insertInto("ruleVersion")
    .values({ ...version, rules: json(version.rules) })
    .onConflict((c) => c.column("version").doNothing())
    .execute();
}

export async function latestRuleVersion(db: Db): Promise<RuleVersion | null> {
  const rows = db.selectFrom("ruleVersion").select(["id", "version", "rules"]);
  return (await rows.orderBy("version", "desc").limit(1).executeTakeFirst()) ?? null;
}
