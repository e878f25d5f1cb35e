import { noTotals } from "../attendance/aggregate.ts";
import type { TraineeTotals } from "../attendance/aggregate.ts";
import { attendSession } from "../attendance/attend-session.ts";
import type { AttendanceRules, Leave, RoundMark, TraineeAttendance } from "../attendance/attend-session.ts";
import type { OnlineRecord } from "../attendance/attend-online.ts";
import type { PersonsWord } from "../attendance/correction.ts";
import type { Bilingual, Interval, RoundId, SessionId, TraineeId } from "../types.ts";
import type { ReportFigures } from "./figures.ts";

export interface RawSession extends Interval {
  sessionId: SessionId;
  held: boolean;
  rules: AttendanceRules;
  /** The roster in force for this session. */
  trainees: readonly TraineeId[];
  /** What its attendance files say; left out for a session in a room. */
  online?: OnlineRecord;
}

export interface RawRound {
  sessionId: SessionId;
  roundId: RoundId;
  valid: boolean;
  pictures: number;
}

/** The rows as stored, with nothing derived from them. */
export interface RawRecord {
  sessions: readonly RawSession[];
  rounds: readonly RawRound[];
  marks: readonly (RoundMark & { roundId: RoundId })[];
  corrections: readonly { sessionId: SessionId; correction: PersonsWord }[];
  leaves: readonly Leave[];
}

/** One printed figure that the raw rows do not give. */
export interface RecountDifference {
  where: Bilingual;
  /** Name of the figure in `ReportFigures`. */
  field: string;
  printed: number;
  recounted: number;
}

type Counts = Record<string, number>;

/**
 * N17 "totals equal a recount from raw marks": decides every session anew from its raw rows and counts outcome by outcome, sharing
 * no sum with `buildFigures`. An empty list means that every printed figure agrees.
 */
export function recount(figures: ReportFigures, raw: RawRecord): RecountDifference[] {
  const sessions = raw.sessions.filter((session) => session.endsAt <= figures.dataCutAt);
  const held = sessions.filter((session) => session.held);
  const decided = held.flatMap((session) =>
    attendRaw(session, raw).map((one) => ({ sessionId: session.sessionId, one })),
  );
  const ofTrainee = (id: TraineeId) => decided.filter(({ one }) => one.traineeId === id);
  const ofSession = (id: SessionId) => decided.filter(({ sessionId }) => sessionId === id);
  return [
    ...listDifferences(figures, raw, sessions),
    ...figures.trainees.flatMap((row) =>
      differ(traineeWords(row.fullName), { ...row.totals }, tally(ofTrainee(row.traineeId))),
    ),
    ...figures.sessions.flatMap((row) =>
      differ(
        sessionWords(row.ordinal),
        {
          ...row.totals,
          roundsPlanned: row.roundsPlanned,
          roundsValid: row.roundsValid,
          pictures: row.pictures.length,
        },
        { ...tally(ofSession(row.sessionId)), ...roundCounts(raw, [row.sessionId]) },
      ),
    ),
    ...differ(totalWords, printedTotals(figures), recountedTotals(raw, sessions, held, decided)),
  ];
}

type Decided = readonly { sessionId: SessionId; one: TraineeAttendance }[];

function attendRaw(session: RawSession, raw: RawRecord): TraineeAttendance[] {
  const rounds = raw.rounds
    .filter((round) => round.sessionId === session.sessionId)
    .map(({ roundId, valid }) => ({
      roundId,
      valid,
      marks: raw.marks.filter((mark) => mark.roundId === roundId),
    }));
  const corrections = raw.corrections
    .filter((row) => row.sessionId === session.sessionId)
    .map((row) => row.correction);
  const { rules, trainees, online } = session;
  const record = { session, rounds, corrections, leaves: raw.leaves, trainees, rules };
  return attendSession(online ? { ...record, online } : record).trainees;
}

function tally(decided: Decided): TraineeTotals & Counts {
  const count = (test: (one: TraineeAttendance) => boolean) => decided.filter(({ one }) => test(one)).length;
  return {
    ...noTotals,
    sessionsHeld: decided.length,
    present: count((one) => one.outcome === "present"),
    excused: count((one) => one.outcome === "excused"),
    unexcused: count((one) => one.outcome === "absent"),
    notObservable: count((one) => one.outcome === "not-observable"),
    toReview: count((one) => one.outcome === "review"),
    offSeat: count((one) => one.outcome === "present" && one.offSeatRounds > 0),
    corrected: count((one) => one.correction !== null || one.correctedRounds > 0),
  };
}

function roundCounts(raw: RawRecord, sessionIds: readonly SessionId[]): Counts {
  const rounds = raw.rounds.filter((round) => sessionIds.includes(round.sessionId));
  return {
    roundsPlanned: rounds.length,
    roundsValid: rounds.filter((round) => round.valid).length,
    pictures: rounds.reduce((total, round) => total + round.pictures, 0),
  };
}

function printedTotals({ totals, edits }: ReportFigures): Counts {
  const { attendance, picturesMissing: _, ...counts } = totals;
  return {
    ...counts,
    ...attendance,
    traineeSessions: attendance.sessionsHeld,
    ...edits,
    sessionsHeld: counts.sessionsHeld,
  };
}

function recountedTotals(
  raw: RawRecord,
  sessions: readonly RawSession[],
  held: readonly RawSession[],
  decided: Decided,
): Counts {
  const isShort = (session: RawSession) =>
    !session.online &&
    (roundCounts(raw, [session.sessionId])["roundsValid"] ?? 0) < session.rules.roundsPerSession;
  return {
    ...tally(decided),
    ...roundCounts(
      raw,
      held.map((session) => session.sessionId),
    ),
    traineeSessions: decided.length,
    sessionsHeld: held.length,
    sessionsCancelled: sessions.length - held.length,
    sessionsShort: held.filter(isShort).length,
    sessionsOnline: held.filter(({ online }) => online !== undefined).length,
    sessionsAwaitingFile: held.filter(({ online }) => online?.people === null).length,
    sessionOutcomes: decided.filter(({ one }) => one.correction !== null).length,
    roundMarks: decided.reduce((total, { one }) => total + one.correctedRounds, 0),
    changedOutcomes: decided.filter(({ one }) => one.outcome !== one.machineOutcome).length,
  };
}

/** Sessions or trainees that only one side knows. */
function listDifferences(
  figures: ReportFigures,
  raw: RawRecord,
  sessions: readonly RawSession[],
): RecountDifference[] {
  const rosters = new Set(sessions.filter(({ held }) => held).flatMap(({ trainees }) => trainees));
  const printed = new Set(figures.trainees.map(({ traineeId }) => traineeId));
  const listed = new Set(figures.sessions.map(({ sessionId }) => sessionId));
  const rawIds = new Set(raw.sessions.map(({ sessionId }) => sessionId));
  const unprinted = [...rosters].filter((id) => !printed.has(id)).length;
  return differ(
    { vi: "danh sách trong báo cáo", en: "lists in the report" },
    { traineesLeftOut: 0, sessionsLeftOut: 0, sessionsUnknown: 0 },
    {
      traineesLeftOut: unprinted,
      sessionsLeftOut: sessions.filter(({ sessionId }) => !listed.has(sessionId)).length,
      sessionsUnknown: [...listed].filter((id) => !rawIds.has(id)).length,
    },
  );
}

function differ(where: Bilingual, printed: Counts, recounted: Counts): RecountDifference[] {
  return Object.keys(printed)
    .map((field) => ({
      where,
      field,
      printed: printed[field] ?? 0,
      recounted: recounted[field] ?? 0,
    }))
    .filter((figure) => figure.printed !== figure.recounted);
}

const totalWords = { vi: "tổng cộng", en: "totals" };

function traineeWords(name: string): Bilingual {
  return { vi: `học viên ${name}`, en: `trainee ${name}` };
}

function sessionWords(ordinal: number): Bilingual {
  return { vi: `buổi học số ${ordinal}`, en: `session no. ${ordinal}` };
}
