import { sql } from "kysely";
import type {
  LocalDate,
  MarkEvidence,
  MarkId,
  MarkVerdict,
  PackId,
  RoundId,
  SeatRef,
  SessionId,
  SnapshotId,
  TraineeId,
} from "../../services/types.ts";
import type { Db } from "../client.ts";
import { idsBeginning } from "./id-range.ts";

/** What a beginning of an id can mean. */
export interface FoundId {
  kind: "mark" | "session-mark" | "session";
  id: string;
}

/** Marks, session outcomes and sessions whose id begins so; at most `limit`. `start` is hexadecimal digits and dashes. */
export async function idsStartingWith(
  db: Db,
  start: string,
  limit: number,
  kinds: readonly FoundId["kind"][] = ["mark", "session-mark", "session"],
): Promise<FoundId[]> {
  const range = idsBeginning(start);
  if (range === null) return [];
  const begins = sql`id between ${range.from}::uuid and ${range.to}::uuid order by id limit ${limit}`;
  const { rows } = await sql<FoundId>`
    select kind, id::text as id from (
      (select 'mark' as kind, id from mark where ${begins})
      union all (select 'session-mark', id from session_mark where ${begins})
      union all (select 'session', id from session where ${begins})
    ) known where kind = any(${kinds}) order by id limit ${limit}`.execute(db);
  return rows;
}

export interface MarkRecord extends Omit<MarkVerdict, "traineeId"> {
  id: MarkId;
  roundId: RoundId;
  sessionId: SessionId;
  traineeId: TraineeId;
  run: number;
  madeAt: Date;
  half: 1 | 2;
  dueAt: Date;
  capturedAt: Date | null;
  packId: PackId;
  /** Hex SHA-256 of rules, thresholds and calibration; null when written before it was kept. */
  decision: string | null;
  rules: { version: number; approvedBy: string; approvedOn: LocalDate; effectiveAt: Date };
  roster: { version: number; effectiveAt: Date };
  chart: { version: number; effectiveAt: Date; ownSeat: SeatRef | null } | null;
}

/** A mark with everything it was made under. Null when there is none. */
export async function markRecord(db: Db, id: MarkId): Promise<MarkRecord | null> {
  const row = await db
    .selectFrom("mark")
    .innerJoin("round", "round.id", "mark.roundId")
    .innerJoin("ruleVersion", "ruleVersion.id", "mark.ruleVersionId")
    .innerJoin("rosterVersion", "rosterVersion.id", "mark.rosterVersionId")
    .leftJoin("chartVersion", "chartVersion.id", "mark.chartVersionId")
    .leftJoin("chartSeat", (join) =>
      join
        .onRef("chartSeat.chartVersionId", "=", "mark.chartVersionId")
        .onRef("chartSeat.traineeId", "=", "mark.traineeId"),
    )
    .select([
      "mark.id",
      "mark.roundId",
      "round.sessionId",
      "mark.traineeId",
      "mark.run",
      "mark.outcome",
      "mark.seating",
      "mark.observedSeat",
      "mark.confidence",
      "mark.reasons",
      "mark.alternatives",
      "mark.evidence",
      "mark.packId",
      "mark.decision",
      "mark.madeAt",
      "round.half",
      "round.dueAt",
      "round.capturedAt",
      "ruleVersion.version as ruleVersion",
      "ruleVersion.approvedBy",
      "ruleVersion.approvedOn",
      "ruleVersion.effectiveAt as rulesEffectiveAt",
      "rosterVersion.version as rosterVersion",
      "rosterVersion.effectiveAt as rosterEffectiveAt",
      "chartVersion.version as chartVersion",
      "chartVersion.effectiveAt as chartEffectiveAt",
      "chartSeat.seatRow",
      "chartSeat.seatColumn",
    ])
    .where("mark.id", "=", id)
    .executeTakeFirst();
  if (!row) return null;
  const { ruleVersion, approvedBy, approvedOn, rulesEffectiveAt, rosterVersion, rosterEffectiveAt, ...rest } =
    row;
  const { chartVersion, chartEffectiveAt, seatRow, seatColumn, ...mark } = rest;
  const ownSeat = seatRow === null || seatColumn === null ? null : { row: seatRow, column: seatColumn };
  return {
    ...mark,
    rules: { version: ruleVersion, approvedBy, approvedOn, effectiveAt: rulesEffectiveAt },
    roster: { version: rosterVersion, effectiveAt: rosterEffectiveAt },
    chart:
      chartVersion === null || chartEffectiveAt === null
        ? null
        : { version: chartVersion, effectiveAt: chartEffectiveAt, ownSeat },
  };
}

export interface EvidencePicture extends MarkEvidence {
  cameraCode: string;
  takenAt: Date;
  /** Hex SHA-256 under which the archive keeps the sealed picture. */
  sha256: string;
}

/** The pictures a mark points to, in the order it names them. */
export async function picturesOf(db: Db, evidence: readonly MarkEvidence[]): Promise<EvidencePicture[]> {
  if (evidence.length === 0) return [];
  const rows = await db
    .selectFrom("snapshot")
    .innerJoin("camera", "camera.id", "snapshot.cameraId")
    .innerJoin("archiveObject", "archiveObject.objectId", "snapshot.objectId")
    .select(["snapshot.id", "camera.code as cameraCode", "takenAt", "sha256"])
    .where(
      "snapshot.id",
      "in",
      evidence.map(({ snapshotId }) => snapshotId),
    )
    .execute();
  const known = new Map<SnapshotId, (typeof rows)[number]>(rows.map((row) => [row.id, row]));
  return evidence.flatMap((one) => {
    const picture = known.get(one.snapshotId);
    if (picture === undefined) return [];
    const { cameraCode, takenAt, sha256 } = picture;
    return [{ ...one, cameraCode, takenAt, sha256 }];
  });
}

/** People by id, with the number they have on the newest roster that names them. */
export async function peopleById(
  db: Db,
  ids: readonly TraineeId[],
): Promise<Map<TraineeId, { fullName: string; ordinal: number | null }>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom("trainee")
    .leftJoin("rosterEntry", "rosterEntry.traineeId", "trainee.id")
    .leftJoin("rosterVersion", "rosterVersion.id", "rosterEntry.rosterVersionId")
    .distinctOn("trainee.id")
    .select(["trainee.id", "fullName", "ordinal"])
    .where("trainee.id", "in", [...ids])
    .orderBy("trainee.id")
    .orderBy("rosterVersion.version", (order) => order.desc().nullsLast())
    .execute();
  return new Map(rows.map(({ id, fullName, ordinal }) => [id, { fullName, ordinal }]));
}

/** The session's outcome for one trainee by its id; null when there is none. */
export async function sessionMarkOwner(
  db: Db,
  id: string,
): Promise<{ sessionId: SessionId; traineeId: TraineeId } | null> {
  const row = await db
    .selectFrom("sessionMark")
    .select(["sessionId", "traineeId"])
    .where("id", "=", id)
    .executeTakeFirst();
  return row ?? null;
}
