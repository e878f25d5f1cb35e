import type { MarkVerdict, StrangerVerdict } from "../types.ts";
import { checkPacks, decideScene, sceneOf } from "./decide-round.ts";
import type { CameraRound, RoundInput } from "./round-input.ts";
import { unlessMeasured } from "./unmeasured.ts";

/** The rounds of one session with what does not change between them. A chart or roster changes only between sessions. */
export interface SessionInput extends Omit<RoundInput, "cameras"> {
  rounds: { cameras: CameraRound[] }[];
}

/** A trainee's session from all rounds' evidence together: stronger than counting the rounds' outcomes. */
export interface SessionMark extends MarkVerdict {
  /** 0-based rounds in which the accepted person was seen; empty unless present. */
  seenInRounds: number[];
}

export interface SessionDecision {
  marks: SessionMark[];
  strangers: StrangerVerdict[];
}

/**
 * Combines rounds by evidence: the same unnamed person is first found again across rounds (seat and face), then decided
 * once on all of it. A doubtful face in two rounds can so become certain, and a head down in one does no harm.
 */
export function decideSession(input: SessionInput): SessionDecision {
  const rounds = input.rounds.map(({ cameras }) => cameras);
  checkPacks(input, rounds.flat());
  const scene = sceneOf(input, rounds);
  const decision = decideScene(scene);
  const marks = decision.marks.map((mark, index) => {
    const person = mark.outcome === "present" ? scene.persons[scene.chosen[index] ?? -1] : undefined;
    return { ...mark, seenInRounds: person?.rounds ?? [] };
  });
  return unlessMeasured(input.calibration, { marks, strangers: decision.strangers });
}
