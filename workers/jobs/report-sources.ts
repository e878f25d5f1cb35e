import { attendSession } from "../../services/attendance/attend-session.ts";
import { gapWords } from "../../services/evidence/gap-words.ts";
import type { ReportGap, ReportRound, ReportSession } from "../../services/report/figures.ts";
import type { RawRecord } from "../../services/report/recount.ts";
import { onlinePlace } from "../../services/timetable/online-place.ts";
import { planWords } from "../../services/timetable/plan-words.ts";
import type { Bilingual, CameraId, CourseId } from "../../services/types.ts";
import { cameraCodes } from "../../db/queries/campus.ts";
import { gapsOfSession, snapshotIdsOfSession, type Gap } from "../../db/queries/captures.ts";
import { neverSeenMarks, type NeverSeenMark } from "../../db/queries/never-seen.ts";
import { plansOfSession, roundsOfSession, type Round } from "../../db/queries/rounds.ts";
import { rulesOfSession, type RuleVersion } from "../../db/queries/rules.ts";
import { sessionsOfCourse, type Session } from "../../db/queries/sessions.ts";
import type { Context } from "../context.ts";
import { sessionRecord } from "./settle-session.ts";

export interface ReportSources {
  sessions: ReportSession[];
  neverSeen: NeverSeenMark[];
  /** The same rows with nothing derived from them, for the recount. */
  raw: RawRecord;
}

/** Every closed session of a course up to the data cut, as rows and as the report counts them. */
export async function reportSources(
  ctx: Context,
  courseId: CourseId,
  dataCutAt: Date,
): Promise<ReportSources> {
  const all = await sessionsOfCourse(ctx.db, courseId);
  const closed = all.filter((session) => session.status === "closed" && session.frame.endsAt <= dataCutAt);

  const cameras = await cameraCodes(ctx.db);
  const gathered = [];
  for (const session of closed) gathered.push(await gather(ctx, session));
  return {
    sessions: gathered.map((one) => reportSession(one, cameras)),
    neverSeen: await neverSeenMarks(ctx.db, courseId),
    raw: {
      sessions: gathered.map(({ session, record, rules }) => ({
        sessionId: session.id,
        held: true,
        rules: rules.rules,
        trainees: record.trainees,
        startsAt: session.frame.startsAt,
        endsAt: session.frame.endsAt,
        ...(record.online ? { online: record.online } : {}),
      })),
      rounds: gathered.flatMap(({ session, rounds }) =>
        rounds.map(({ round, pictures }) => ({
          sessionId: session.id,
          roundId: round.id,
          valid: round.status === "recognised",
          pictures: pictures.length,
        })),
      ),
      marks: gathered.flatMap(({ record }) =>
        record.rounds.flatMap(({ roundId, marks }) => marks.map((mark) => ({ ...mark, roundId }))),
      ),
      corrections: gathered.flatMap(({ session, record }) =>
        record.corrections.map((correction) => ({ sessionId: session.id, correction })),
      ),
      leaves: gathered[0]?.record.leaves ?? [],
    },
  };
}

type Gathered = Awaited<ReturnType<typeof gather>>;

async function gather(ctx: Context, session: Session) {
  const rules = await rulesOfSession(ctx.db, session);
  // Pictures of the room taken before a session was moved online say nothing of who was there.
  const all = session.online ? [] : await roundsOfSession(ctx.db, session.id);
  const planned = all.filter((round) => round.status !== "withdrawn");
  const pictures = await snapshotIdsOfSession(ctx.db, session.id);
  const rounds = planned.map((round) => ({
    round,
    pictures: pictures.filter(({ roundId }) => roundId === round.id).map(({ id }) => id),
  }));
  const sessionRounds = new Set(planned.map((round) => round.id));
  const record = await sessionRecord(ctx.db, session, rules);
  const kept = { ...record, rounds: record.rounds.filter(({ roundId }) => sessionRounds.has(roundId)) };
  const gaps = await gapsOfSession(ctx.db, session.id);
  return {
    session,
    rules,
    rounds,
    gaps,
    record: kept,
    notes: session.online ? [] : await notesOf(ctx, session),
  };
}

async function notesOf(ctx: Context, session: Session): Promise<Bilingual[]> {
  const plans = await plansOfSession(ctx.db, session.id);
  return plans.flatMap(({ shortfall }) => (shortfall === null ? [] : (planWords(shortfall) ?? [])));
}

function reportSession(gathered: Gathered, cameras: Map<CameraId, string>): ReportSession {
  const { session, rules, rounds, gaps, record, notes } = gathered;
  return {
    sessionId: session.id,
    day: session.day,
    shift: session.shift,
    startsAt: session.frame.startsAt,
    endsAt: session.frame.endsAt,
    topic: session.topic,
    roomName: session.online ? onlinePlace : session.roomName,
    officer: session.dutyOfficer,
    held: true,
    policy: policyOf(rules),
    rounds: rounds.map(({ round, pictures }) => reportRound(round, pictures, gaps, cameras)),
    attendance: attendSession(record),
    notes,
  };
}

function policyOf({ version, rules }: RuleVersion) {
  const { minSightings, roundsPerSession, onlineMinPercent, onlineMinPeriods } = rules;
  const online = {
    ...(onlineMinPercent === undefined ? {} : { onlineMinPercent }),
    ...(onlineMinPeriods === undefined ? {} : { onlineMinPeriods }),
  };
  return { minSightings, roundsPerSession, ...online, ruleVersion: String(version) };
}

function reportRound(
  round: Round,
  pictures: ReportRound["pictures"],
  gaps: Gap[],
  cameras: Map<CameraId, string>,
): ReportRound {
  const missing = gaps.filter(({ roundId }) => roundId === round.id);
  const byCause = new Map<string, ReportGap>();
  for (const { cameraId, reason } of missing) {
    const key = `${cameraId} ${reason}`;
    const known = byCause.get(key);
    const camera = cameras.get(cameraId) ?? cameraId;
    byCause.set(key, { camera, why: gapWords[reason], pictures: (known?.pictures ?? 0) + 1 });
  }
  return { roundId: round.id, valid: round.status === "recognised", pictures, gaps: [...byCause.values()] };
}
