import { attendSession } from "../attendance/attend-session.ts";
import type { Leave, RoundMark } from "../attendance/attend-session.ts";
import type { Correction } from "../attendance/correction.ts";
import type { LocalDate, MarkId, MarkOutcome, RoundId, SessionId, SnapshotId, TraineeId } from "../types.ts";
import type { FiguresInput, ReportRound, ReportSession, ReportTrainee } from "./figures.ts";
import type { RawRecord, RawRound, RawSession } from "./recount.ts";

/** An invented course for the tests of reports: raw rows, and the same as a report's input. Deterministic by seed. */
export interface SampleCourse {
  input: FiguresInput;
  raw: RawRecord;
}

const families = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ"];
const middles = ["Thị", "Văn", "Minh", "Ngọc", "Đức", "Thanh", "Hữu"];
const givens = ["An", "Bình", "Chi", "Dũng", "Hạnh", "Khánh", "Linh", "Phượng", "Quý", "Tuệ", "Yến"];
const workplaces = ["Sở Nội vụ tỉnh Lào Cai", "UBND huyện Mường Khương", "Văn phòng Tỉnh ủy", null];
const topics = [
  "Tổng quan về hành chính nhà nước",
  "Kỹ năng soạn thảo văn bản",
  "Chuyển đổi số trong cơ quan nhà nước",
  "Đạo đức công vụ",
];

interface SampleOptions {
  trainees: number;
  sessions: number;
  seed: number;
  /** Chance that a round is invalid. */
  failing?: number;
}

type Random = () => number;

export function sampleCourse(options: SampleOptions): SampleCourse {
  const random = lehmer(options.seed);
  const trainees = Array.from({ length: options.trainees }, (_, index) => sampleTrainee(index, random));
  const ids = trainees.map(({ traineeId }) => traineeId);
  const truants = new Set(ids.filter(() => random() < 0.1));
  const sessions = Array.from({ length: options.sessions }, (_, index) => rawSession(index, ids));
  const rounds = sessions.flatMap((session) => rawRounds(session, random, options.failing ?? 0.06));
  const raw: RawRecord = {
    sessions,
    rounds,
    marks: rounds.flatMap(({ roundId }) => rawMarks(roundId, ids, truants, random)),
    corrections: sessions
      .filter((_, index) => index % 4 === 1)
      .map((session) => rawCorrection(session, random)),
    leaves: sessions
      .filter((_, index) => index % 3 === 0)
      .map((session) => rawLeave(session, truants, random)),
  };
  const dataCutAt = sessions.at(-1)?.endsAt ?? new Date(0);
  const reported = sessions.map((session, index) => reportSession(session, index, raw));
  return { input: { trainees, sessions: reported, dataCutAt }, raw };
}

function sampleTrainee(index: number, random: Random): ReportTrainee {
  return {
    traineeId: `t${index + 1}` as TraineeId,
    fullName: `${pick(families, random)} ${pick(middles, random)} ${pick(givens, random)}`,
    workplace: pick(workplaces, random),
  };
}

function rawSession(index: number, trainees: readonly TraineeId[]): RawSession {
  const startsAt = new Date(Date.UTC(2026, 10, 23 + Math.floor(index / 2), index % 2 === 0 ? 1 : 7));
  return {
    sessionId: `s${index + 1}` as SessionId,
    startsAt,
    endsAt: new Date(startsAt.getTime() + 200 * 60_000),
    held: index !== 3,
    rules: { minSightings: 1, roundsPerSession: 2 },
    trainees,
  };
}

function rawRounds({ sessionId }: RawSession, random: Random, failing: number): RawRound[] {
  return [1, 2].map((ordinal) => {
    const valid = random() >= failing;
    return { sessionId, roundId: `${sessionId}r${ordinal}` as RoundId, valid, pictures: valid ? 6 : 3 };
  });
}

function rawMarks(
  roundId: RoundId,
  ids: readonly TraineeId[],
  truants: ReadonlySet<TraineeId>,
  random: Random,
): (RoundMark & { roundId: RoundId })[] {
  return ids.map((traineeId) => ({
    roundId,
    traineeId,
    markId: `${roundId}${traineeId}` as MarkId,
    outcome: outcomeOf(random(), truants.has(traineeId)),
    seating: random() < 0.05 ? "off-seat" : "own-seat",
  }));
}

function rawCorrection(
  session: RawSession,
  random: Random,
): { sessionId: SessionId; correction: Correction } {
  const correction: Correction = {
    id: session.sessionId,
    traineeId: pick(session.trainees, random),
    roundId: null,
    outcome: "present",
    by: "Lê Thị Hoa",
    why: "đã đối chiếu ảnh lượt 2",
    at: session.endsAt,
  };
  return { sessionId: session.sessionId, correction };
}

function rawLeave(session: RawSession, truants: ReadonlySet<TraineeId>, random: Random): Leave {
  const { sessionId, startsAt, endsAt, trainees } = session;
  const traineeId = pick(truants.size > 0 ? [...truants] : trainees, random);
  return { leaveId: `ĐN-${sessionId}`, traineeId, approved: true, startsAt, endsAt };
}

function reportSession(session: RawSession, index: number, raw: RawRecord): ReportSession {
  const { sessionId, startsAt, endsAt, held, rules, trainees } = session;
  const rounds = raw.rounds
    .filter((round) => round.sessionId === sessionId)
    .map((round) => ({ ...round, marks: raw.marks.filter((mark) => mark.roundId === round.roundId) }));
  const corrections = raw.corrections
    .filter((row) => row.sessionId === sessionId)
    .map((row) => row.correction);
  const cancelled = { vi: "giảng viên báo nghỉ, học bù sau", en: "lecturer called off, to be made up" };
  return {
    sessionId,
    startsAt,
    endsAt,
    held,
    day: startsAt.toISOString().slice(0, 10) as LocalDate,
    shift: index % 2 === 0 ? "morning" : "afternoon",
    topic: topics[index % topics.length] ?? "",
    roomName: "P.201",
    officer: "Lê Thị Hoa",
    policy: { ...rules, ruleVersion: "QT-2026.1" },
    rounds: rounds.map(reportRound),
    attendance: attendSession({ session, rounds, corrections, leaves: raw.leaves, trainees, rules }),
    notes: held ? [] : [cancelled],
  };
}

function reportRound({ roundId, valid, pictures }: RawRound): ReportRound {
  const why = { vi: "không kết nối được với camera", en: "camera unreachable" };
  return {
    roundId,
    valid,
    pictures: Array.from({ length: pictures }, (_, n) => `${roundId}p${n + 1}` as SnapshotId),
    gaps: valid ? [] : [{ camera: "P.201-02", why, pictures: 3 }],
  };
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[Math.floor(random() * items.length)] as T;
}

function outcomeOf(unit: number, truant: boolean): MarkOutcome {
  if (unit < 0.02) return "review";
  if (unit < 0.06) return "not-observable";
  return truant || unit < 0.1 ? "absent" : "present";
}

function lehmer(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
