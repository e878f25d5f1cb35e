import type {
  Interval,
  MarkId,
  MarkOutcome,
  MarkVerdict,
  Reason,
  RoundId,
  Rules,
  SessionOutcome,
  TraineeId,
} from "../types.ts";
import { attendOnline } from "./attend-online.ts";
import type { OnlineRecord } from "./attend-online.ts";
import { correctedMark, latestForSession } from "./correction.ts";
import type { Correction, PersonsWord } from "./correction.ts";

export type RoundMark = Pick<MarkVerdict, "traineeId" | "outcome" | "seating"> & { markId: MarkId };

export interface AttendedRound {
  roundId: RoundId;
  /** False when its pictures cannot carry a roll call; its marks then count for nobody and against nobody. */
  valid: boolean;
  marks: readonly RoundMark[];
}

/** L Đ7.1, L11: collected leave; only an approved one excuses, and only in sessions it overlaps. */
export interface Leave extends Interval {
  leaveId: string;
  traineeId: TraineeId;
  approved: boolean;
}

export type AttendanceRules = Pick<
  Rules,
  "minSightings" | "roundsPerSession" | "onlineMinPercent" | "onlineMinPeriods"
>;

export interface SessionRecord {
  /** The session's teaching time. */
  session: Interval;
  rounds: readonly AttendedRound[];
  /** In the order in which they were made. */
  corrections: readonly PersonsWord[];
  leaves: readonly Leave[];
  /** Everybody on the roster in force for this session. */
  trainees: readonly TraineeId[];
  rules: AttendanceRules;
  /** Left out for a session in a room; of one held online no picture is looked at. */
  online?: OnlineRecord;
}

export interface TraineeAttendance {
  traineeId: TraineeId;
  outcome: SessionOutcome;
  /** What the machine's marks alone give, leaves included; stays beside a correction. */
  machineOutcome: SessionOutcome;
  /** The person's decision on the whole session, when there is one. */
  correction: Correction | null;
  /** Marks of single rounds that a person corrected. */
  correctedRounds: number;
  /** A separate fact from presence (N12): off-seat in any round it was seen in. */
  seating: MarkVerdict["seating"];
  offSeatRounds: number;
  /** Rounds that count for this trainee: the valid ones, and any in which a person judged its mark. */
  countedRounds: number;
  /** Of these, those in which presence or absence could be told, and those in which the trainee was seen. */
  observedRounds: number;
  sightings: number;
  /** Words in `attendance-words.ts`. */
  reasons: Reason[];
  /** The marks the outcome rests on. */
  evidence: MarkId[];
}

export interface SessionAttendance {
  trainees: TraineeAttendance[];
  validRounds: number;
  /** N13: fewer valid rounds than the rules ask for; nobody is absent then. */
  shortfall: Reason | null;
  /** Left out for a session in a room. */
  online?: "waiting" | "counted";
}

/**
 * A session's rounds combined into one outcome per trainee:
 * present when seen in `minSightings` valid rounds; else excused under an approved leave; else to review when any mark is; absent
 * only when observed absent in every valid round and there were `roundsPerSession` of them; else not observable. A missing camera
 * or an invalid round never counts against anybody, and a person's correction always wins, the machine's outcome beside it. A
 * session held online is decided by its attendance files instead (`attend-online.ts`), everything else being the same.
 */
export function attendSession(told: SessionRecord): SessionAttendance {
  const { online } = told;
  const record = online ? { ...told, rounds: [] } : told;
  const validRounds = record.rounds.filter((round) => round.valid).length;
  const wanted = record.rules.roundsPerSession;
  const marks = new Map(record.rounds.map((round) => [round.roundId, byTrainee(round.marks)]));
  const leaves = record.leaves.filter((leave) => leave.approved && overlaps(leave, record.session));
  return {
    trainees: record.trainees.map((traineeId) => attend(traineeId, record, marks, leaves)),
    validRounds,
    ...(online ? { online: online.people === null ? ("waiting" as const) : ("counted" as const) } : {}),
    shortfall:
      !online && validRounds < wanted
        ? { code: "session-short-of-rounds", params: { valid: validRounds, wanted } }
        : null,
  };
}

/** One trainee's mark in one round that counts for it: a valid one, or one a person judged; the person's word replaces the machine's. */
interface SeenMark {
  outcome: MarkOutcome;
  seating: MarkVerdict["seating"];
  markId: MarkId | null;
  corrected: boolean;
}

type MarksByRound = ReadonlyMap<RoundId, ReadonlyMap<TraineeId, RoundMark>>;

function attend(
  traineeId: TraineeId,
  record: SessionRecord,
  marks: MarksByRound,
  leaves: readonly Leave[],
): TraineeAttendance {
  const { rules, corrections } = record;
  const leave = leaves.find((leave) => leave.traineeId === traineeId) ?? null;
  const own = corrections.filter((correction) => correction.traineeId === traineeId);
  const machineMarks = seenMarks(traineeId, record.rounds, marks, []);
  const seen = seenMarks(traineeId, record.rounds, marks, own);
  const judge = (marked: readonly SeenMark[]) =>
    record.online ? decideOnline(traineeId, record.online, leave, rules) : decide(marked, leave, rules);
  const decided = judge(seen);
  const correction = latestForSession(own);
  const sighted = seen.filter((mark) => mark.outcome === "present");
  return {
    traineeId,
    outcome: correction?.outcome ?? decided.outcome,
    machineOutcome: judge(machineMarks).outcome,
    correction,
    correctedRounds: seen.filter((mark) => mark.corrected).length,
    seating: seatingOf(sighted),
    offSeatRounds: sighted.filter((mark) => mark.seating === "off-seat").length,
    sightings: sighted.length,
    observedRounds: sighted.length + seen.filter((mark) => mark.outcome === "absent").length,
    countedRounds: seen.length,
    reasons:
      correction === null
        ? decided.reasons
        : [
            { code: "corrected-by-person", params: { by: correction.by, why: correction.why } },
            ...decided.reasons,
          ],
    evidence: decided.marks.flatMap((mark) => mark.markId ?? []),
  };
}

function seenMarks(
  traineeId: TraineeId,
  rounds: readonly AttendedRound[],
  marks: MarksByRound,
  corrections: readonly PersonsWord[],
): SeenMark[] {
  return rounds.flatMap(({ roundId, valid }) => {
    const person = correctedMark(corrections, roundId);
    if (!valid && person === null) return [];
    const mark = marks.get(roundId)?.get(traineeId);
    return [
      {
        outcome: person ?? mark?.outcome ?? "not-observable",
        seating: mark?.seating ?? "unknown",
        markId: mark?.markId ?? null,
        corrected: person !== null,
      },
    ];
  });
}

interface Decision {
  outcome: SessionOutcome;
  reasons: Reason[];
  marks: readonly SeenMark[];
}

function decide(seen: readonly SeenMark[], leave: Leave | null, rules: AttendanceRules): Decision {
  const of = (outcome: MarkOutcome) => seen.filter((mark) => mark.outcome === outcome);
  const [present, absent, review] = [of("present"), of("absent"), of("review")];
  const params = { seen: present.length, valid: seen.length, needed: rules.minSightings };
  const because = (outcome: SessionOutcome, code: string, marks: readonly SeenMark[]): Decision => ({
    outcome,
    reasons: [{ code, params }],
    marks,
  });
  // With `minSightings` 0 or less nobody would have to come: one sighting is the least.
  if (present.length >= Math.max(1, rules.minSightings)) {
    return withLeaveNote(because("present", "seen-often-enough", present), leave);
  }
  if (leave !== null) {
    const reason = { code: "on-approved-leave", params: { leave: leave.leaveId } };
    return { outcome: "excused", reasons: [reason], marks: present };
  }
  if (review.length > 0) return because("review", "round-to-review", [...review, ...present]);
  if (seen.length === 0) return because("not-observable", "no-valid-round", []);
  if (present.length > 0 && absent.length > 0) {
    return because("review", "seen-too-seldom", [...present, ...absent]);
  }
  if (present.length > 0) return because("not-observable", "seen-but-rounds-missing", present);
  if (absent.length < seen.length) return because("not-observable", "not-observed-in-every-round", absent);
  if (seen.length < rules.roundsPerSession) return because("not-observable", "too-few-valid-rounds", absent);
  return because("absent", "absent-in-every-round", absent);
}

function decideOnline(
  traineeId: TraineeId,
  online: OnlineRecord,
  leave: Leave | null,
  rules: AttendanceRules,
): Decision {
  const { outcome, reason } = attendOnline(traineeId, online, rules);
  if (outcome === "present") return withLeaveNote({ outcome, reasons: [reason], marks: [] }, leave);
  if (leave === null) return { outcome, reasons: [reason], marks: [] };
  const excused = { code: "on-approved-leave", params: { leave: leave.leaveId } };
  return { outcome: "excused", reasons: [excused], marks: [] };
}

function withLeaveNote(decision: Decision, leave: Leave | null): Decision {
  if (leave === null) return decision;
  const note = { code: "present-despite-leave", params: { leave: leave.leaveId } };
  return { ...decision, reasons: [...decision.reasons, note] };
}

function seatingOf(sighted: readonly SeenMark[]): MarkVerdict["seating"] {
  if (sighted.some((mark) => mark.seating === "off-seat")) return "off-seat";
  return sighted.some((mark) => mark.seating === "own-seat") ? "own-seat" : "unknown";
}

function byTrainee(marks: readonly RoundMark[]): Map<TraineeId, RoundMark> {
  return new Map(marks.map((mark) => [mark.traineeId, mark]));
}

/** Touching ends do not overlap. */
function overlaps(one: Interval, other: Interval): boolean {
  return one.startsAt < other.endsAt && other.startsAt < one.endsAt;
}
