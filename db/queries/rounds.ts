import { sql } from "kysely";
import type {
  PlanId,
  PlannedRound,
  Reason,
  RoundId,
  RuleVersionId,
  SessionId,
} from "../../services/types.ts";
import type { Db } from "../client.ts";
import { json, type StoredDraw } from "../stored.ts";
import type { Round as RoundTable } from "../tables.ts";
import { appendLogLines } from "./log.ts";
import type { Due } from "./sessions.ts";

export type RoundStatus = RoundTable["status"];

export interface Round extends PlannedRound {
  id: RoundId;
  sessionId: SessionId;
  planId: PlanId;
  status: RoundStatus;
  capturedAt: Date | null;
  reason: Reason | null;
}

export interface CapturePlan {
  id: PlanId;
  sessionId: SessionId;
  planNo: number;
  commitment: string;
  seedSealed: Uint8Array;
  drawnFrom: StoredDraw;
  revealedSeed: Uint8Array | null;
  shortfall: Reason | null;
}

const roundColumns = [
  "id",
  "sessionId",
  "planId",
  "ordinal",
  "half",
  "dueAt",
  "status",
  "capturedAt",
  "reason",
] as const;

export interface NewPlan {
  id: PlanId;
  sessionId: SessionId;
  planNo: number;
  commitment: string;
  seedSealed: Uint8Array;
  drawnFrom: StoredDraw;
  ruleVersionId: RuleVersionId;
  plannedAt: Date;
  replacesRoundId: RoundId | null;
  shortfall: Reason | null;
  rounds: (PlannedRound & { id: RoundId })[];
}

/** False when another worker planned first; then nothing was written. */
export async function addPlan(db: Db, plan: NewPlan): Promise<boolean> {
  const { rounds, ...row } = plan;
  const inserted = await db
    .insertInto("capturePlan")
    .values({
      ...row,
      seedSealed: Buffer.from(plan.seedSealed),
      drawnFrom: json(plan.drawnFrom),
      shortfall: json(plan.shortfall),
    })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows !== 1n) return false;
  if (rounds.length > 0) {
    await db
      .insertInto("round")
      .values(
        rounds.map((r) => ({ ...r, sessionId: plan.sessionId, planId: plan.id, status: "due" as const })),
      )
      .execute();
  }
  return true;
}

export async function nextPlanNo(db: Db, sessionId: SessionId): Promise<number> {
  const row = await db
    .selectFrom("capturePlan")
    .select((e) => e.fn.max("planNo").as("last"))
    .where("sessionId", "=", sessionId)
    .executeTakeFirst();
  return (row?.last ?? 0) + 1;
}

export async function plansOfSession(db: Db, sessionId: SessionId): Promise<CapturePlan[]> {
  return db
    .selectFrom("capturePlan")
    .select([
      "id",
      "sessionId",
      "planNo",
      "commitment",
      "seedSealed",
      "drawnFrom",
      "revealedSeed",
      "shortfall",
    ])
    .where("sessionId", "=", sessionId)
    .orderBy("planNo")
    .execute();
}

/** The timetable changed before these rounds came due: the plans are superseded and their open rounds withdrawn. */
export async function withdrawPlans(db: Db, sessionId: SessionId, at: Date): Promise<void> {
  const plans = await db
    .updateTable("capturePlan")
    .set({ supersededAt: at })
    .where("sessionId", "=", sessionId)
    .where("supersededAt", "is", null)
    .returning("id")
    .execute();
  const lines = plans.map(({ id }) => ({ event: "plan-withdrawn", session: sessionId, plan: id }));
  await appendLogLines(db, at, lines);
  await db
    .updateTable("round")
    .set({ status: "withdrawn" })
    .where("sessionId", "=", sessionId)
    .where("status", "=", "due")
    .execute();
}

export async function revealSeed(db: Db, planId: PlanId, seed: Uint8Array, at: Date): Promise<void> {
  await db
    .updateTable("capturePlan")
    .set({ revealedSeed: Buffer.from(seed), revealedAt: at })
    .where("id", "=", planId)
    .where("revealedAt", "is", null)
    .execute();
}

export async function roundById(db: Db, id: RoundId): Promise<Round> {
  return db.selectFrom("round").select(roundColumns).where("id", "=", id).executeTakeFirstOrThrow();
}

export async function roundsOfSession(db: Db, sessionId: SessionId): Promise<Round[]> {
  return db
    .selectFrom("round")
    .select(roundColumns)
    .where("sessionId", "=", sessionId)
    .orderBy("dueAt")
    .execute();
}

/** Moves a round on from `from`; false when it was no longer there, so a job run twice changes nothing. */
export async function moveRound(
  db: Db,
  id: RoundId,
  from: RoundStatus,
  to: { status: RoundStatus; at: Date; reason?: Reason },
): Promise<boolean> {
  const stamp =
    to.status === "captured"
      ? { capturedAt: to.at }
      : to.status === "recognised"
        ? { recognisedAt: to.at }
        : {};
  const result = await db
    .updateTable("round")
    .set({ status: to.status, ...stamp, ...(to.reason ? { reason: json(to.reason) } : {}) })
    .where("id", "=", id)
    .where("status", "=", from)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Holds the round for this transaction and says where it stands. */
export async function lockRound(db: Db, id: RoundId): Promise<RoundStatus> {
  const row = await db
    .selectFrom("round")
    .select("status")
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return row.status;
}

export async function roundsToCapture(db: Db, until: Date): Promise<Due[]> {
  return roundsIn(db, "due", until);
}

export async function roundsToRecognise(db: Db, now: Date): Promise<Due[]> {
  return roundsIn(db, "captured", now);
}

async function roundsIn(db: Db, status: "due" | "captured", until: Date): Promise<Due[]> {
  return db
    .selectFrom("round")
    .select(["id", "dueAt"])
    .where("status", "=", status)
    .where("dueAt", "<=", until)
    .orderBy("dueAt")
    .execute();
}

export async function roundCounts(db: Db): Promise<{ status: RoundStatus; count: number }[]> {
  const rows = await db
    .selectFrom("round")
    .select((e) => ["status", e.fn.countAll<string>().as("count")])
    .groupBy("status")
    .execute();
  return rows.map(({ status, count }) => ({ status, count: Number(count) }));
}

/** The next instant at which anything is to be done, for a clock that jumps; null when nothing is left. */
export async function nextDueAt(db: Db, after: Date): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(at) as at from (
      select due_at as at from round where status = 'due'
      union all select preflight_at from session where status = 'scheduled' and preflight_done_at is null
      union all select ends_at from session where status = 'scheduled'
      union all select due_at from report where status = 'due'
      union all select closes_at from face_collection where ended_at is null
    ) due where at > ${after}`.execute(db);
  return rows[0]?.at ?? null;
}
