import { addTotals, aggregateTrainees, noTotals, totalsOf } from "../attendance/aggregate.ts";
import type { TraineeTotals } from "../attendance/aggregate.ts";
import type { SessionAttendance } from "../attendance/attend-session.ts";
import type {
  Bilingual,
  LocalDate,
  RoundId,
  Rules,
  SessionId,
  Shift,
  SnapshotId,
  TraineeId,
} from "../types.ts";

/** The policy a session was decided under; printed, because the texts leave `minSightings` to the institution. */
export interface ReportPolicy extends Pick<
  Rules,
  "minSightings" | "roundsPerSession" | "onlineMinPercent" | "onlineMinPeriods"
> {
  /** Name of the rule version, as people call it. */
  ruleVersion: string;
}

export interface ReportTrainee {
  traineeId: TraineeId;
  fullName: string;
  workplace: string | null;
}

/** Pictures a camera did not deliver in one round. */
export interface ReportGap {
  camera: string;
  why: Bilingual;
  pictures: number;
}

export interface ReportRound {
  roundId: RoundId;
  valid: boolean;
  pictures: readonly SnapshotId[];
  gaps: readonly ReportGap[];
}

export interface ReportSession {
  sessionId: SessionId;
  day: LocalDate;
  shift: Shift;
  startsAt: Date;
  endsAt: Date;
  topic: string;
  roomName: string;
  /** The officer to whom its pictures are attributed (N15); null when none was assigned. */
  officer: string | null;
  /** False when cancelled: it stays out of every denominator (L6). */
  held: boolean;
  policy: ReportPolicy;
  rounds: readonly ReportRound[];
  attendance: SessionAttendance;
  /** Anything to be said of the session: a plan's shortfall, why it was cancelled, what it makes up for. */
  notes: readonly Bilingual[];
}

export interface TraineeRow extends ReportTrainee {
  ordinal: number;
  totals: TraineeTotals;
}

export interface SessionRow {
  ordinal: number;
  sessionId: SessionId;
  day: LocalDate;
  shift: Shift;
  startsAt: Date;
  topic: string;
  roomName: string;
  officer: string | null;
  held: boolean;
  ruleVersion: string;
  roundsPlanned: number;
  roundsValid: number;
  roundsWanted: number;
  /** Held with fewer valid rounds than its rules ask for (N13). */
  short: boolean;
  /** Held online: counted from its attendance files, or waiting for them; left out for a session in a room. */
  online?: "waiting" | "counted";
  /** Stored pictures that evidence the session (N17). */
  pictures: readonly SnapshotId[];
  gaps: readonly (ReportGap & { round: number })[];
  notes: readonly Bilingual[];
  /** Its trainees by outcome; `sessionsHeld` is the number on its roster. */
  totals: TraineeTotals;
}

export interface ReportTotals {
  sessionsHeld: number;
  sessionsCancelled: number;
  sessionsShort: number;
  sessionsOnline: number;
  /** Of these, those whose attendance file has not come. */
  sessionsAwaitingFile: number;
  roundsPlanned: number;
  roundsValid: number;
  pictures: number;
  picturesMissing: number;
  /** Summed over trainees: trainee-sessions. */
  attendance: TraineeTotals;
}

/** How often people decided instead of the machine; a report shows it (threats: an insider's edits are visible). */
export interface EditCounts {
  sessionOutcomes: number;
  roundMarks: number;
  /** Trainee-sessions whose outcome differs from the machine's. */
  changedOutcomes: number;
}

/** A trainee in whose seat nobody was ever seen: never came, or sits where no camera looks. */
export interface NeverSeenRow {
  traineeId: TraineeId;
  ordinal: number;
  fullName: string;
  /** Sessions of the course in which nobody was seen there. */
  sessions: number;
  /** Sessions that still wait for a person for that reason. */
  open: number;
}

export interface ReportFigures {
  /** Only sessions that had ended at this instant are in. */
  dataCutAt: Date;
  /** Every policy used, in order of first use. */
  policies: ReportPolicy[];
  trainees: TraineeRow[];
  sessions: SessionRow[];
  totals: ReportTotals;
  edits: EditCounts;
  neverSeen: NeverSeenRow[];
}

export interface FiguresInput {
  trainees: readonly ReportTrainee[];
  sessions: readonly ReportSession[];
  dataCutAt: Date;
  /** Sessions in which a mark doubts whether a trainee's seat can be seen, with the earlier ones that showed nobody there. */
  neverSeen?: readonly { sessionId: SessionId; traineeId: TraineeId; sessions: number }[];
}

/** N17: everything a report counts, frozen at the data cut. Trainees keep the order given; sessions are put in order of time. */
export function buildFigures({ trainees, sessions, dataCutAt, neverSeen = [] }: FiguresInput): ReportFigures {
  const inside = sessions
    .filter((session) => session.endsAt <= dataCutAt)
    .sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
  const perTrainee = aggregateTrainees(inside);
  const traineeRows = trainees.map((trainee, index) => ({
    ...trainee,
    ordinal: index + 1,
    totals: perTrainee.get(trainee.traineeId) ?? noTotals,
  }));
  const sessionRows = inside.map((session, index) => sessionRow(session, index + 1));
  return {
    dataCutAt,
    policies: policiesOf(inside),
    trainees: traineeRows,
    sessions: sessionRows,
    totals: totalsOfReport(sessionRows, traineeRows),
    edits: editCounts(inside),
    neverSeen: neverSeenRows(traineeRows, inside, neverSeen),
  };
}

function sessionRow(session: ReportSession, ordinal: number): SessionRow {
  const { sessionId, day, shift, startsAt, topic, roomName, officer, held, rounds, notes, policy } = session;
  const { online } = session.attendance;
  const wanted = online ? 0 : policy.roundsPerSession;
  return {
    ordinal,
    sessionId,
    day,
    shift,
    startsAt,
    topic,
    roomName,
    officer,
    held,
    notes,
    ruleVersion: policy.ruleVersion,
    roundsPlanned: rounds.length,
    roundsValid: rounds.filter((round) => round.valid).length,
    roundsWanted: wanted,
    short: held && rounds.filter((round) => round.valid).length < wanted,
    ...(online ? { online } : {}),
    pictures: rounds.flatMap((round) => round.pictures),
    gaps: rounds.flatMap((round, index) => round.gaps.map((gap) => ({ ...gap, round: index + 1 }))),
    totals: held ? session.attendance.trainees.map(totalsOf).reduce(addTotals, noTotals) : noTotals,
  };
}

function totalsOfReport(sessions: readonly SessionRow[], trainees: readonly TraineeRow[]): ReportTotals {
  const held = sessions.filter((session) => session.held);
  const sum = (countOf: (session: SessionRow) => number) =>
    held.reduce((total, session) => total + countOf(session), 0);
  return {
    sessionsHeld: held.length,
    sessionsCancelled: sessions.length - held.length,
    sessionsShort: held.filter((session) => session.short).length,
    sessionsOnline: held.filter((session) => session.online).length,
    sessionsAwaitingFile: held.filter((session) => session.online === "waiting").length,
    roundsPlanned: sum((session) => session.roundsPlanned),
    roundsValid: sum((session) => session.roundsValid),
    pictures: sum((session) => session.pictures.length),
    picturesMissing: sum((session) => session.gaps.reduce((total, gap) => total + gap.pictures, 0)),
    attendance: trainees.map((trainee) => trainee.totals).reduce(addTotals, noTotals),
  };
}

function policiesOf(sessions: readonly ReportSession[]): ReportPolicy[] {
  return [...new Map(sessions.map(({ policy }) => [policy.ruleVersion, policy])).values()];
}

function editCounts(sessions: readonly ReportSession[]): EditCounts {
  const all = sessions.filter((session) => session.held).flatMap((session) => session.attendance.trainees);
  return {
    sessionOutcomes: all.filter((one) => one.correction !== null).length,
    roundMarks: all.reduce((total, one) => total + one.correctedRounds, 0),
    changedOutcomes: all.filter((one) => one.outcome !== one.machineOutcome).length,
  };
}

/** Only trainees for whom a person still has to look. */
function neverSeenRows(
  trainees: readonly TraineeRow[],
  sessions: readonly ReportSession[],
  doubts: NonNullable<FiguresInput["neverSeen"]>,
): NeverSeenRow[] {
  return trainees.flatMap(({ traineeId, ordinal, fullName }) => {
    const own = doubts.filter((doubt) => doubt.traineeId === traineeId);
    const open = own.filter(({ sessionId }) => isOpen(sessions, sessionId, traineeId));
    if (open.length === 0) return [];
    // Each mark counts the sessions before its own.
    const count = 1 + Math.max(...open.map((doubt) => doubt.sessions));
    return [{ traineeId, ordinal, fullName, sessions: count, open: open.length }];
  });
}

function isOpen(sessions: readonly ReportSession[], id: SessionId, traineeId: TraineeId): boolean {
  const session = sessions.find(({ sessionId, held }) => held && sessionId === id);
  const outcome = session?.attendance.trainees.find((one) => one.traineeId === traineeId)?.outcome;
  return outcome === "review";
}
