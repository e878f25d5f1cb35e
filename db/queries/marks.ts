import type {
  Box,
  ChartVersionId,
  MarkId,
  MarkVerdict,
  PackId,
  Reason,
  RosterVersionId,
  RoundId,
  RuleVersionId,
  SessionId,
  SessionOutcome,
  StrangerVerdict,
  TraineeId,
} from "../../services/types.ts";
import type { Db } from "../client.ts";
import { json } from "../stored.ts";
import { appendLog } from "./log.ts";

export interface MarkVersions {
  packId: PackId;
  ruleVersionId: RuleVersionId;
  rosterVersionId: RosterVersionId;
  chartVersionId: ChartVersionId | null;
}

export interface Mark extends MarkVerdict {
  id: MarkId;
  roundId: RoundId;
}

/** Adds one run of marks for a round; a round's run is written once, whole. */
export async function addMarks(
  db: Db,
  roundId: RoundId,
  run: number,
  versions: MarkVersions,
  marks: (MarkVerdict & { id: MarkId })[],
  at: Date,
): Promise<void> {
  if (marks.length === 0) return;
  await db
    .insertInto("mark")
    .values(
      marks.map((m) => ({
        ...m,
        roundId,
        run,
        ...versions,
        observedSeat: json(m.observedSeat),
        reasons: json(m.reasons),
        alternatives: json(m.alternatives),
        evidence: json(m.evidence),
        madeAt: at,
      })),
    )
    .execute();
  for (const m of marks) {
    await appendLog(db, at, {
      event: "mark",
      mark: m.id,
      round: roundId,
      trainee: m.traineeId,
      outcome: m.outcome,
      seating: m.seating,
      rules: versions.ruleVersionId,
    });
  }
}

export async function addStrangers(
  db: Db,
  roundId: RoundId,
  run: number,
  strangers: (StrangerVerdict & { id: string })[],
): Promise<void> {
  if (strangers.length === 0) return;
  await db
    .insertInto("stranger")
    .values(
      strangers.map((s) => ({
        ...s,
        roundId,
        run,
        box: json<Box>(s.box),
        nearSeat: json(s.nearSeat),
        identity: json(s.identity ?? null),
        reasons: json(s.reasons ?? []),
      })),
    )
    .execute();
}

const markColumns = [
  "mark.id",
  "mark.roundId",
  "mark.traineeId",
  "mark.outcome",
  "mark.seating",
  "mark.observedSeat",
  "mark.confidence",
  "mark.reasons",
  "mark.alternatives",
  "mark.evidence",
] as const;

/** The newest run of every round of a session. */
export async function marksOfSession(db: Db, sessionId: SessionId): Promise<Mark[]> {
  return db
    .selectFrom("mark")
    .innerJoin("round", "round.id", "mark.roundId")
    .distinctOn(["mark.roundId", "mark.traineeId"])
    .select(markColumns)
    .where("round.sessionId", "=", sessionId)
    .orderBy("mark.roundId")
    .orderBy("mark.traineeId")
    .orderBy("mark.run", "desc")
    .execute();
}

/** The newest run of one round. */
export async function marksOfRound(db: Db, roundId: RoundId): Promise<Mark[]> {
  return db
    .selectFrom("mark")
    .distinctOn("mark.traineeId")
    .select(markColumns)
    .where("mark.roundId", "=", roundId)
    .orderBy("mark.traineeId")
    .orderBy("mark.run", "desc")
    .execute();
}

export async function strangersOfRound(db: Db, roundId: RoundId): Promise<StrangerVerdict[]> {
  return db
    .selectFrom("stranger")
    .select(["snapshotId", "box", "kind", "nearSeat", "proxyFor"])
    .where("roundId", "=", roundId)
    .execute();
}

export interface Correction {
  id: string;
  traineeId: TraineeId;
  /** Null when it is about the whole session. */
  roundId: RoundId | null;
  outcome: SessionOutcome;
  madeBy: string;
  why: string;
  madeAt: Date;
}

/** A person's word: always a new row, the last one counts. */
export async function addCorrection(db: Db, sessionId: SessionId, correction: Correction): Promise<void> {
  await db
    .insertInto("correction")
    .values({ ...correction, sessionId })
    .execute();
  await appendLog(db, correction.madeAt, {
    event: "correction",
    correction: correction.id,
    session: sessionId,
    round: correction.roundId,
    trainee: correction.traineeId,
    outcome: correction.outcome,
  });
}

export async function correctionsOfSession(db: Db, sessionId: SessionId): Promise<Correction[]> {
  return db
    .selectFrom("correction")
    .select(["id", "traineeId", "roundId", "outcome", "madeBy", "why", "madeAt"])
    .where("sessionId", "=", sessionId)
    .orderBy("madeAt")
    .execute();
}

export interface SessionMark {
  id: string;
  sessionId: SessionId;
  traineeId: TraineeId;
  outcome: SessionOutcome;
  machineOutcome: SessionOutcome;
  seating: "own-seat" | "off-seat" | "unknown";
  reasons: Reason[];
  markIds: MarkId[];
}

export async function addSessionMarks(
  db: Db,
  run: number,
  ruleVersionId: RuleVersionId,
  marks: SessionMark[],
  at: Date,
): Promise<void> {
  if (marks.length === 0) return;
  await db
    .insertInto("sessionMark")
    .values(marks.map((m) => ({ ...m, run, ruleVersionId, reasons: json(m.reasons), madeAt: at })))
    .execute();
  for (const m of marks) {
    await appendLog(db, at, {
      event: "session-mark",
      mark: m.id,
      session: m.sessionId,
      trainee: m.traineeId,
      outcome: m.outcome,
    });
  }
}

function sessionMarks(db: Db) {
  return db
    .selectFrom("sessionMark")
    .innerJoin("session", "session.id", "sessionMark.sessionId")
    .distinctOn(["sessionMark.sessionId", "sessionMark.traineeId"])
    .select([
      "sessionMark.id",
      "sessionId",
      "traineeId",
      "outcome",
      "machineOutcome",
      "seating",
      "reasons",
      "markIds",
    ])
    .orderBy("sessionMark.sessionId")
    .orderBy("sessionMark.traineeId")
    .orderBy("sessionMark.run", "desc");
}

/** The newest run of one session's outcomes; empty while it is not closed. */
export async function sessionMarksOf(db: Db, sessionId: SessionId): Promise<SessionMark[]> {
  return sessionMarks(db).where("sessionId", "=", sessionId).execute();
}
