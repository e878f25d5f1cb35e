import {
  attendSession,
  type SessionRecord,
  type TraineeAttendance,
} from "../../services/attendance/attend-session.ts";
import { decisionDifferences, decisionVersion } from "../../services/rollcall/decision-version.ts";
import { compareText } from "../../services/rollcall/tracks.ts";
import type { Bilingual, MarkId, TraineeId } from "../../services/types.ts";
import { decisionsOfSession } from "../../db/queries/decisions.ts";
import { marksOfSession, sessionMarksOf, type SessionMark } from "../../db/queries/marks.ts";
import { reportsHolding, type BuiltReport } from "../../db/queries/reports.ts";
import { roundsOfSession } from "../../db/queries/rounds.ts";
import { rulesOfSession, type RuleVersion } from "../../db/queries/rules.ts";
import type { Session } from "../../db/queries/sessions.ts";
import type { Context } from "../context.ts";
import { decideHeld, type DecidedSession } from "../jobs/decide-held.ts";
import { sessionSetting, type SessionSetting } from "../jobs/room-views.ts";
import { sessionRecord } from "../jobs/settle-session.ts";
import { archivedEvidence, PictureGone } from "./archived-evidence.ts";

/** What is to be taken as it is now; everything else is as it was in force when the session was held. */
export interface ReplayChoice {
  /** Rules other than those the sessions were counted under. */
  rules: RuleVersion | null;
  /** People as enrolled by this instant instead of by the session's closing. */
  enrolledUntil: Date | null;
}

/** A held session decided anew from its archived pictures; nothing of it is written yet. */
export interface ReplayedSession {
  session: Session;
  /** Why it was not decided anew; all that is written of it stands. */
  skipped: Bilingual | null;
  setting: SessionSetting;
  rules: RuleVersion;
  /** People were compared as enrolled by this instant. */
  enrolledUntil: Date;
  decided: DecidedSession;
  /** What the written marks were decided with and what they would be now; names what differs. */
  decision: { before: string[]; after: string; differences: string[] };
  /** As written last. */
  before: SessionMark[];
  after: TraineeAttendance[];
  reports: BuiltReport[];
}

export async function replaySession(
  ctx: Context,
  session: Session,
  choice: ReplayChoice,
  onPicture: () => void,
): Promise<ReplayedSession> {
  const setting = await sessionSetting(ctx.db, session);
  const rules = choice.rules ?? (await rulesOfSession(ctx.db, session));
  const rounds = await roundsOfSession(ctx.db, session.id);
  const nothing: DecidedSession = { rounds: [], standing: [] };
  const replayed: ReplayedSession = {
    session,
    skipped: null,
    setting,
    rules,
    enrolledUntil: session.frame.endsAt,
    decided: nothing,
    decision: await decisionOf(ctx, session, rules),
    before: await sessionMarksOf(ctx.db, session.id),
    after: [],
    reports: await reportsHolding(ctx.db, session.courseId, session.frame.endsAt),
  };
  try {
    const evidence = await archivedEvidence(ctx, rounds, setting, onPicture);
    replayed.enrolledUntil = choice.enrolledUntil ?? (await enrolledUntil(ctx, session));
    replayed.decided = await decideHeld(ctx, session, setting, evidence, replayed.enrolledUntil);
  } catch (error) {
    if (!(error instanceof PictureGone)) throw error;
    return { ...replayed, skipped: error.words };
  }
  const record = await sessionRecord(ctx.db, session, rules);
  return { ...replayed, after: attendSession(decidedRecord(record, replayed.decided)).trainees };
}

async function decisionOf(
  ctx: Context,
  session: Session,
  rules: RuleVersion,
): Promise<ReplayedSession["decision"]> {
  const now = decisionVersion(ctx.faces.id, rules.rules, ctx.calibration);
  const written = await decisionsOfSession(ctx.db, session.id);
  const differences = written.flatMap(({ content }) =>
    content === null ? [] : decisionDifferences(content, now.content),
  );
  return {
    before: written.map(({ sha256 }) => sha256),
    after: now.sha256,
    differences: [...new Set(differences)],
  };
}

/** What the newest marks were compared with: people as enrolled when the session was closed, unless a replay took later ones. */
async function enrolledUntil(ctx: Context, session: Session): Promise<Date> {
  const marks = await marksOfSession(ctx.db, session.id);
  const replays = marks
    .flatMap(({ reasons }) => reasons)
    .flatMap(({ params }) =>
      params["enrolledUntil"] === undefined ? [] : [String(params["enrolledUntil"])],
    );
  const last = replays.toSorted((a, b) => compareText(a, b)).at(-1);
  return last === undefined ? (session.closedAt ?? session.frame.endsAt) : new Date(last);
}

/** The session's rows as they would be once the decision is written. */
function decidedRecord(record: SessionRecord, { rounds }: DecidedSession): SessionRecord {
  return {
    ...record,
    rounds: record.rounds.map((attended) => {
      const decided = rounds.find(({ round }) => round.id === attended.roundId);
      if (decided === undefined || !decided.changed) return attended;
      const fresh = new Map<TraineeId, (typeof decided.decision.marks)[number]>(
        decided.decision.marks.map((mark) => [mark.traineeId, mark]),
      );
      const kept = attended.marks.filter(({ traineeId }) => !fresh.has(traineeId));
      const marks = [...fresh.values()].map((mark) => ({ ...mark, markId: "" as MarkId }));
      return { ...attended, marks: [...kept, ...marks] };
    }),
  };
}
