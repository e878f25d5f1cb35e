import type { DecisionContent, SessionId } from "../../services/types.ts";
import type { Db } from "../client.ts";
import { json } from "../stored.ts";

/** Kept once, under its hash. */
export async function keepDecisionVersion(
  db: Db,
  { sha256, content }: { sha256: string; content: DecisionContent },
  at: Date,
): Promise<void> {
  await db
    .insertInto("decisionVersion")
    .values({ sha256, content: json(content), firstUsedAt: at })
    .onConflict((c) => c.column("sha256").doNothing())
    .execute();
}

/** By what the newest marks of a session were decided; a null stands for marks that do not say. */
export async function decisionsOfSession(
  db: Db,
  sessionId: SessionId,
): Promise<{ sha256: string; content: DecisionContent | null }[]> {
  const rows = await db
    .selectFrom("mark")
    .innerJoin("round", "round.id", "mark.roundId")
    .leftJoin("decisionVersion", "decisionVersion.sha256", "mark.decision")
    .distinctOn(["mark.roundId", "mark.traineeId"])
    .select(["mark.decision", "decisionVersion.content"])
    .where("round.sessionId", "=", sessionId)
    .orderBy("mark.roundId")
    .orderBy("mark.traineeId")
    .orderBy("mark.run", "desc")
    .execute();
  const known = new Map(rows.map(({ decision, content }) => [decision ?? "", content]));
  return [...known].map(([sha256, content]) => ({ sha256, content }));
}
