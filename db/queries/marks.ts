import { randomBytes } from "node:crypto";
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
import { appendLog, appendLogLines, detailHash } from "./log.ts";
import { namePack } from "./model-packs.ts";

export interface MarkVersions {
  packId: PackId;
  ruleVersionId: RuleVersionId;
  rosterVersionId: RosterVersionId;
  chartVersionId: ChartVersionId | null;
  /** Hex SHA-256: `services/rollcall/decision-version.ts`; null when written before it was kept. */
  decision: string | null;
}

export interface Mark extends MarkVerdict {
  id: MarkId;
  roundId: RoundId;
}

/** Begins the run a round's next marks and strangers are written under: 1 at first, then one more for each time it is decided anew. */
export async function beginRun(db: Db, roundId: RoundId, at: Date): Promise<number> {
  const row = await db
    .selectFrom("roundRun")
    .select((e) => e.fn.max("run").as("last"))
    .where("roundId", "=", roundId)
    .executeTakeFirst();
  const run = (row?.last ?? 0) + 1;
  await db.insertInto("roundRun").values({ roundId, run, madeAt: at }).execute();
  return run;
}

/** Adds one run of marks for a round; a round's run is written once, whole but for trainees whose older mark has to stand. */
export async function addMarks(
  db: Db,
  roundId: RoundId,
  run: number,
  versions: MarkVersions,
  marks: (MarkVerdict & { id: MarkId })[],
  at: Date,
): Promise<void> {
  if (marks.length === 0) return;
  const { sessionId } = await db
    .selectFrom("round")
    .select("sessionId")
    .where("id", "=", roundId)
    .executeTakeFirstOrThrow();
  await namePack(db, versions.packId);
  await db
    .insertInto("mark")
    .values(
      marks.map((m) => ({
        ...m,
        confidence: storedShare(m.confidence),
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
  const lines = marks.map((m) => ({
    event: "mark",
    mark: m.id,
    session: sessionId,
    round: roundId,
    trainee: m.traineeId,
    outcome: m.outcome,
    seating: m.seating,
    rules: versions.ruleVersionId,
    detail: detailHash(markFact({ ...m, ...versions, roundId, run })),
  }));
  await appendLogLines(db, at, lines);
}

/** What a mark's line binds by hash: all that `./siso explain` tells of it. */
export function markFact(mark: MarkVerdict & MarkVersions & { id: MarkId; roundId: RoundId; run: number }) {
  return {
    mark: mark.id,
    round: mark.roundId,
    trainee: mark.traineeId,
    run: mark.run,
    outcome: mark.outcome,
    seating: mark.seating,
    observedSeat: mark.observedSeat,
    confidence: storedShare(mark.confidence),
    reasons: mark.reasons,
    alternatives: mark.alternatives,
    evidence: mark.evidence,
    pack: mark.packId,
    rules: mark.ruleVersionId,
    roster: mark.rosterVersionId,
    chart: mark.chartVersionId,
    // Left out where there is none, so that older facts keep their hash.
    ...(mark.decision === null ? {} : { decision: mark.decision }),
  };
}

/** Six digits are what a `real` gives back unchanged. */
function storedShare(value: number): number {
  return Number(value.toPrecision(6));
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

/** The faces nobody of the roster claims, of the round's newest run, which may hold no mark at all. */
export async function strangersOfRound(db: Db, roundId: RoundId): Promise<StrangerVerdict[]> {
  const rows = await db
    .selectFrom("stranger")
    .select(["snapshotId", "box", "kind", "nearSeat", "proxyFor", "identity", "reasons"])
    .where("roundId", "=", roundId)
    .where("run", "=", (e) =>
      e
        .selectFrom("roundRun")
        .select((m) => m.fn.max("roundRun.run").as("last"))
        .where("roundRun.roundId", "=", roundId),
    )
    .execute();
  return rows.map(({ identity, ...row }) => ({ ...row, ...(identity ? { identity } : {}) }));
}

export interface Correction {
  id: string;
  traineeId: TraineeId;
  /** Null when it is about the whole session. */
  roundId: RoundId | null;
  /** Null when it takes back another one and decides nothing itself. */
  outcome: SessionOutcome | null;
  /** The id of the one it takes back. */
  withdraws: string | null;
  madeBy: string;
  why: string;
  madeAt: Date;
}

/** A person's word: always a new row; the last one that stands counts. Nothing can be taken back twice. */
export async function addCorrection(db: Db, sessionId: SessionId, correction: Correction): Promise<void> {
  const salt = randomBytes(16);
  await db
    .insertInto("correction")
    .values({ ...correction, sessionId, salt })
    .execute();
  await appendLog(db, correction.madeAt, {
    event: "correction",
    correction: correction.id,
    session: sessionId,
    round: correction.roundId,
    trainee: correction.traineeId,
    outcome: correction.outcome,
    ...withdrawsOf(correction),
    detail: detailHash(correctionFact(correction, salt)),
  });
}

/** Who and why are told only together with the salt. */
export function correctionFact(correction: Correction, salt: Uint8Array) {
  const { id, outcome, madeBy, why, madeAt } = correction;
  const said = { correction: id, outcome, ...withdrawsOf(correction), madeBy, why, madeAt };
  return { ...said, salt: Buffer.from(salt).toString("hex") };
}

/** Left out where there is nothing, so that older facts keep their hash. */
function withdrawsOf({ withdraws }: Correction): { withdraws?: string } {
  return withdraws === null ? {} : { withdraws };
}

/** In the order in which they were made. */
export async function correctionsOfSession(db: Db, sessionId: SessionId): Promise<Correction[]> {
  return db
    .selectFrom("correction")
    .select(["id", "traineeId", "roundId", "outcome", "withdraws", "madeBy", "why", "madeAt"])
    .where("sessionId", "=", sessionId)
    .orderBy("seq")
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

/** The run under which a session's next outcomes are written; it holds only the trainees whose outcome says something new. */
export async function nextSessionRun(db: Db, sessionId: SessionId): Promise<number> {
  const row = await db
    .selectFrom("sessionMark")
    .select((e) => e.fn.max("run").as("last"))
    .where("sessionId", "=", sessionId)
    .executeTakeFirst();
  return (row?.last ?? 0) + 1;
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
  const lines = marks.map((m) => ({
    event: "session-mark",
    mark: m.id,
    session: m.sessionId,
    trainee: m.traineeId,
    outcome: m.outcome,
    detail: detailHash(sessionMarkFact(m, ruleVersionId)),
  }));
  await appendLogLines(db, at, lines);
}

export function sessionMarkFact(mark: SessionMark, ruleVersionId: RuleVersionId) {
  const { id, sessionId, traineeId, outcome, machineOutcome, seating, reasons, markIds } = mark;
  const ids = { mark: id, session: sessionId, trainee: traineeId };
  return { ...ids, outcome, machineOutcome, seating, reasons, marks: markIds, rules: ruleVersionId };
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

/** The newest outcome of every trainee of one session; empty while it is not closed. */
export async function sessionMarksOf(db: Db, sessionId: SessionId): Promise<SessionMark[]> {
  return sessionMarks(db).where("sessionId", "=", sessionId).execute();
}
