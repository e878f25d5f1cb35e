import { decideHeldSession } from "../../services/rollcall/revise-rounds.ts";
import type { CameraRound, RoundDecision } from "../../services/rollcall/round-input.ts";
import { sameDecision } from "../../services/rollcall/same-decision.ts";
import { marksOfSession, strangersOfRound, type Mark } from "../../db/queries/marks.ts";
import type { TraineeId } from "../../services/types.ts";
import type { Round } from "../../db/queries/rounds.ts";
import type { Session } from "../../db/queries/sessions.ts";
import type { Context } from "../context.ts";
import type { SessionSetting } from "./room-views.ts";
import { decisionBasis } from "./round-evidence.ts";

/** A round of a held session with what is written of it and what is decided of it now. */
export interface DecidedRound {
  round: Round;
  written: Mark[];
  /** Without the trainees whose written mark stands. */
  decision: RoundDecision;
  /** The decision is another one than what is written. */
  changed: boolean;
}

export interface DecidedSession {
  rounds: DecidedRound[];
  /** Judged by a template that was erased since: nobody can be compared again, so what is written of them stands. */
  standing: TraineeId[];
}

/** What the rounds of a held session show together. A round without evidence is left out, and what is written of it stands. */
export async function decideHeld(
  ctx: Context,
  session: Session,
  setting: SessionSetting,
  evidence: readonly { round: Round; cameras: CameraRound[] }[],
  enrolledUntil: Date,
): Promise<DecidedSession> {
  if (setting.roster === null || evidence.length === 0) return { rounds: [], standing: [] };
  const basis = await decisionBasis(ctx, session, setting, enrolledUntil);
  const decisions = decideHeldSession({ ...basis, rounds: evidence.map(({ cameras }) => ({ cameras })) });
  const marks = await marksOfSession(ctx.db, session.id);
  const unenrolled = new Set(
    basis.roster.filter(({ templates }) => templates.length === 0).map(({ traineeId }) => traineeId),
  );
  const standing = new Set(
    marks
      .filter((mark) => unenrolled.has(mark.traineeId) && wasEnrolled(mark))
      .map(({ traineeId }) => traineeId),
  );
  const free = (mark: { traineeId: TraineeId }) => !standing.has(mark.traineeId);
  const rounds: DecidedRound[] = [];
  for (const [index, { round }] of evidence.entries()) {
    const decided = decisions[index] ?? { marks: [], strangers: [] };
    const decision = { ...decided, marks: decided.marks.filter(free) };
    const written = marks.filter(({ roundId }) => roundId === round.id);
    const before = { marks: written.filter(free), strangers: await strangersOfRound(ctx.db, round.id) };
    rounds.push({ round, written, decision, changed: !sameDecision(before, decision) });
  }
  return { rounds, standing: [...standing] };
}

function wasEnrolled({ reasons }: Mark): boolean {
  return !reasons.some(({ code }) => code === "no-template" || code === "declined-biometrics");
}
