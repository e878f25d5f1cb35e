import type { Rules, RuleVersionId, LocalDate, SessionId } from "../../services/types.ts";
import type { Db } from "../client.ts";
import { json } from "../stored.ts";
import { appendLog, detailHash } from "./log.ts";

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

/** What a session's outcomes are counted under: the rules of its newest outcomes, or those in force when it started. */
export async function rulesOfSession(
  db: Db,
  session: { id: SessionId; frame: { startsAt: Date } },
): Promise<RuleVersion> {
  const counted = await db
    .selectFrom("sessionMark")
    .innerJoin("ruleVersion", "ruleVersion.id", "sessionMark.ruleVersionId")
    .select(["ruleVersion.id", "version", "rules"])
    .where("sessionMark.sessionId", "=", session.id)
    .orderBy("run", "desc")
    .limit(1)
    .executeTakeFirst();
  return counted ?? rulesAt(db, session.frame.startsAt);
}

export async function listRuleVersions(db: Db): Promise<RuleVersion[]> {
  return db.selectFrom("ruleVersion").select(["id", "version", "rules"]).orderBy("version").execute();
}

export async function ruleVersion(db: Db, id: RuleVersionId): Promise<RuleVersion> {
  return db
    .selectFrom("ruleVersion")
    .select(["id", "version", "rules"])
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
}

export interface ApprovedRules extends RuleVersion {
  effectiveAt: Date;
  approvedBy: string;
  approvedOn: LocalDate;
}

/** Call in a transaction. */
export async function addRuleVersion(db: Db, version: ApprovedRules, at: Date): Promise<void> {
  const added = await db
    .insertInto("ruleVersion")
    .values({ ...version, rules: json(version.rules) })
    .onConflict((c) => c.column("version").doNothing())
    .executeTakeFirst();
  if (added.numInsertedOrUpdatedRows !== 1n) return;
  const { id, effectiveAt } = version;
  await appendLog(db, at, {
    event: "rules",
    rules: id,
    version: version.version,
    effectiveAt: effectiveAt.toISOString(),
    detail: detailHash(rulesFact(version)),
  });
}

export function rulesFact({ id, version, effectiveAt, approvedBy, approvedOn, rules }: ApprovedRules) {
  return { id, version, effectiveAt, approvedBy, approvedOn, rules };
}

export async function latestRuleVersion(db: Db): Promise<RuleVersion | null> {
  const rows = db.selectFrom("ruleVersion").select(["id", "version", "rules"]);
  return (await rows.orderBy("version", "desc").limit(1).executeTakeFirst()) ?? null;
}
