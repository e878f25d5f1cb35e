import type { MarkEvidence, MarkVerdict, Reason, SeatRef } from "../types.ts";
import type { MemberView } from "./evidence.ts";
import type { Person } from "./persons.ts";
import type { SeatKey } from "./seats.ts";
import type { Scene } from "./scene.ts";
import { seatKey } from "./seats.ts";
import { sitterOf } from "./sitters.ts";
import { unexplainedSeat } from "./unseen-sitters.ts";

type Verdict = Pick<MarkVerdict, "outcome" | "reasons" | "confidence">;

/** The mark of the member at `index`. */
export function markOf(scene: Scene, index: number): MarkVerdict {
  const view = scene.members[index];
  if (view === undefined) throw new RangeError(`no member ${index}`);
  const chosen = scene.chosen[index] ?? -1;
  const person = scene.persons[chosen];
  const decided =
    person === undefined ? unmatched(scene, index, view) : matched(scene, index, chosen, person);
  const verdict = decided.outcome === "absent" ? unlessUnseen(scene, decided) : decided;
  // A mark that does not rest on this face must not show it as its own.
  const shown = person !== undefined && verdict.outcome !== "absent" ? person : undefined;
  const observedSeat = shown === undefined ? null : likeliestSeat(shown);
  return {
    traineeId: view.member.traineeId,
    ...verdict,
    seating: verdict.outcome === "present" ? seatingOf(observedSeat, view.member.seat) : "unknown",
    observedSeat,
    alternatives: shown === undefined ? [] : alternativesOf(scene, chosen),
    evidence: shown === undefined ? [] : evidenceOf(shown, scene.evidence.similarity[index]?.[chosen] ?? 0),
  };
}

function matched(scene: Scene, index: number, chosen: number, person: Person): Verdict {
  const { settings, evidence } = scene;
  const confidence = scene.posterior[index]?.[chosen] ?? 0;
  const llr = evidence.faceLlr[index]?.[chosen] ?? 0;
  const similarity = evidence.similarity[index]?.[chosen] ?? 0;
  const reasons: Reason[] = [
    {
      code: "face-matches",
      params: { similarity, llr, widthPx: person.widthPx, pictures: person.sightings.length },
    },
  ];
  if (confidence >= settings.presentAt && llr >= settings.faceFloor) {
    return { outcome: "present", confidence, reasons };
  }
  if (person.effectivePx < settings.readableEffectivePx) {
    return {
      outcome: "not-observable",
      confidence,
      reasons: because("face-unreadable", { widthPx: person.widthPx }),
    };
  }
  const rival = alternativesOf(scene, chosen).find(
    (other) => other.traineeId !== scene.members[index]?.member.traineeId,
  );
  const doubt: Reason =
    rival !== undefined && rival.traineeId !== null && rival.posterior > 1 - confidence - rival.posterior
      ? { code: "face-fits-two", params: { other: rival.traineeId, posterior: rival.posterior } }
      : { code: "face-unclear", params: { posterior: confidence } };
  return { outcome: "review", confidence, reasons: [doubt, ...reasons] };
}

/** Nobody is absent while somebody whose face was not seen sits where nobody of the chart should. */
function unlessUnseen(scene: Scene, absent: Verdict): Verdict {
  const seat = unexplainedSeat(scene);
  if (seat === null) return absent;
  const { row, column } = seat;
  const reason: Reason = { code: "may-be-the-unseen-sitter", params: { row, column } };
  return { ...absent, outcome: "review", reasons: [reason, ...absent.reasons] };
}

function because(code: string, params: Reason["params"] = {}): Reason[] {
  return [{ code, params }];
}

function unmatched(scene: Scene, index: number, { member, views }: MemberView): Verdict {
  const { settings, evidence } = scene;
  const seen = (scene.posterior[index] ?? []).reduce((sum, value) => sum + value, 0);
  const away = (1 - seen) * (evidence.awayShare[index] ?? 0);
  const confidence = 1 - away;
  if (member.templates.length === 0) {
    return { outcome: "review", confidence, reasons: because("no-template") };
  }
  const looked = views.filter((view) => view.visible);
  if (looked.length === 0) return { outcome: "not-observable", confidence, reasons: [blindReason(views)] };
  if (member.seat === null) {
    const absent = settings.absentWithoutSeat && away >= settings.absentAt;
    const outcome = settings.absentWithoutSeat ? "review" : "not-observable";
    return { outcome: absent ? "absent" : outcome, confidence, reasons: because("no-seat") };
  }
  const sitter = sitterOf(scene, index);
  if (sitter >= 0) return takenByAnother(scene, index, sitter, confidence);
  const occupied = Math.max(...looked.map((seen) => seen.occupancy ?? -1));
  if (occupied < 0) {
    return { outcome: "not-observable", confidence, reasons: because("seat-not-compared") };
  }
  if (occupied >= settings.takenAbove) {
    return {
      outcome: "not-observable",
      confidence,
      reasons: because("seat-taken-face-hidden", { occupancy: occupied }),
    };
  }
  if (away < settings.absentAt) {
    return { outcome: "review", confidence, reasons: because("seat-unclear", { occupancy: occupied }) };
  }
  return {
    outcome: "absent",
    confidence,
    reasons: because("seat-empty", { occupancy: occupied }),
  };
}

/** Somebody readable sits in the member's seat who is not the member. */
function takenByAnother(scene: Scene, index: number, sitter: number, confidence: number): Verdict {
  const { settings, evidence } = scene;
  const owner = scene.chosen.indexOf(sitter);
  const possible = scene.posterior[index]?.[sitter] ?? 0;
  const away = 1 - confidence;
  const reason: Reason =
    owner < 0
      ? { code: "seat-taken-by-stranger", params: { similarity: evidence.similarity[index]?.[sitter] ?? 0 } }
      : { code: "seat-taken-by-classmate", params: { other: scene.members[owner]?.member.traineeId ?? "" } };
  const surely = owner < 0 || (scene.posterior[owner]?.[sitter] ?? 0) >= settings.presentAt;
  if (!surely || away < settings.proxyAt) {
    return {
      outcome: "review",
      confidence,
      reasons: [reason, { code: "sitter-unclear", params: { posterior: possible } }],
    };
  }
  return { outcome: "absent", confidence, reasons: [reason] };
}

function blindReason(views: MemberView["views"]): Reason {
  const view = views[0];
  if (view === undefined) return { code: "seat-hidden", params: {} };
  if (view.gap !== null) return { code: "camera-down", params: { gap: view.gap } };
  if (view.hidden) return { code: "seat-hidden", params: {} };
  return { code: "seat-too-far", params: { widthPx: view.faceWidthPx } };
}

export function likeliestSeat(person: Person): SeatRef | null {
  let best: SeatKey | null = null;
  let share = 0.5;
  for (const [key, value] of person.seats) {
    if (value > share) {
      best = key;
      share = value;
    }
  }
  if (best === null) return null;
  const [row, column] = best.split(",").map(Number);
  return { row: row ?? 0, column: column ?? 0 };
}

function seatingOf(observed: SeatRef | null, own: SeatRef | null): MarkVerdict["seating"] {
  if (observed === null || own === null) return "unknown";
  return seatKey(observed) === seatKey(own) ? "own-seat" : "off-seat";
}

/** Who else the face could be, best first; null is somebody who is not on the roster. */
function alternativesOf(scene: Scene, chosen: number): MarkVerdict["alternatives"] {
  const named = scene.members.map(({ member }, m) => ({
    traineeId: member.traineeId as MarkVerdict["alternatives"][number]["traineeId"],
    posterior: scene.posterior[m]?.[chosen] ?? 0,
    similarity: Math.max(-1, scene.evidence.similarity[m]?.[chosen] ?? -1),
  }));
  const unknown = Math.max(0, 1 - named.reduce((sum, { posterior }) => sum + posterior, 0));
  return [...named, { traineeId: null, posterior: unknown, similarity: 0 }]
    .sort((left, right) => right.posterior - left.posterior)
    .slice(0, 3);
}

function evidenceOf(person: Person, similarity: number): MarkEvidence[] {
  return person.sightings
    .slice(0, 6)
    .map(({ snapshotId, face }) => ({ snapshotId, box: face.box, similarity }));
}
