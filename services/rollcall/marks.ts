import type { MarkVerdict, Reason, SeatRef } from "../types.ts";
import type { MemberView } from "./evidence.ts";
import { faceEvidence, placeEvidence, unseenSitterEvidence } from "./mark-evidence.ts";
import type { Person } from "./persons.ts";
import type { Scene } from "./scene.ts";
import { seatKey } from "./seats.ts";
import { likeliestSeat, sitterOf } from "./sitters.ts";
import { notWholeReason, strayReason } from "./stray-faces.ts";
import { isSeatCompared, mayHaveExchanged, unexplainedMember } from "./unseen-sitters.ts";

/** Part of every mark's decision version. */
export const markConstants = {
  /** Share of a person's faces seen from the side from which that is why it could not be read. */
  MOSTLY_TURNED: 0.5,
  /** People a mark names beside its own. */
  ALTERNATIVES: 3,
  /** Natural-log likelihood ratio below which a face speaks against the member so that a proxy has to be thought of. */
  AGAINST: -1,
};
const { MOSTLY_TURNED, ALTERNATIVES, AGAINST } = markConstants;

type Verdict = Pick<MarkVerdict, "outcome" | "reasons" | "confidence">;

/** The mark of the member at `index`. */
export function markOf(scene: Scene, index: number): MarkVerdict {
  const view = scene.members[index];
  if (view === undefined) throw new RangeError(`no member ${index}`);
  const chosen = scene.chosen[index] ?? -1;
  const person = scene.persons[chosen];
  if (person === undefined) return markWithoutFace(scene, index, view);
  const { traineeId, seat } = view.member;
  const verdict = matched(scene, index, chosen, person);
  const observedSeat = likeliestSeat(person);
  return {
    traineeId,
    ...verdict,
    seating: verdict.outcome === "present" ? seatingOf(observedSeat, seat) : "unknown",
    observedSeat,
    alternatives: alternativesOf(scene, chosen),
    evidence: faceEvidence(person, scene.evidence.similarity[index]?.[chosen] ?? 0, null),
  };
}

/** Nobody's face is this member's: the mark shows where was looked, and who sits there instead. */
function markWithoutFace(scene: Scene, index: number, view: MemberView): MarkVerdict {
  const decided = unmatched(scene, index, view);
  const unseen = decided.outcome === "absent" ? unexplainedMember(scene, index) : -1;
  const verdict = unseen < 0 ? decided : unlessUnseen(scene, unseen, decided);
  const sitter = sitterOf(scene, index);
  const unnamed = unseen < 0 ? [] : unseenSitterEvidence(scene, index, null);
  return {
    traineeId: view.member.traineeId,
    ...verdict,
    seating: "unknown",
    observedSeat: null,
    alternatives: sitter < 0 ? [] : alternativesOf(scene, sitter),
    evidence: [...placeEvidence(scene, index, null), ...unnamed],
  };
}

function matched(scene: Scene, index: number, chosen: number, person: Person): Verdict {
  const { settings, evidence } = scene;
  const confidence = scene.posterior[index]?.[chosen] ?? 0;
  const llr = evidence.faceLlr[index]?.[chosen] ?? 0;
  const reasons = [likeness(scene, index, chosen, person)];
  if (confidence >= settings.presentAt && llr >= settings.faceFloor) {
    const stray = strayReason(person, scene.members[index]?.member.seat ?? null, scene.calibration);
    return stray === null
      ? { outcome: "present", confidence, reasons }
      : { outcome: "review", confidence, reasons: [stray, ...reasons] };
  }
  if (person.effectivePx < settings.readableEffectivePx) {
    return {
      outcome: "not-observable",
      confidence,
      reasons: unreadable(person, settings.readableWidthPx),
    };
  }
  const rival = alternativesOf(scene, chosen).find(
    (other) => other.traineeId !== scene.members[index]?.member.traineeId,
  );
  const doubt: Reason =
    rival !== undefined && rival.traineeId !== null && rival.posterior > 1 - confidence - rival.posterior
      ? { code: "face-fits-two", params: { other: rival.traineeId, posterior: rival.posterior } }
      : { code: "face-unclear", params: { posterior: confidence } };
  const sitter = sitterReasons(scene, index, person, doubt.code === "face-unclear" ? llr : 0);
  return { outcome: "review", confidence, reasons: [doubt, ...turnedAway(person), ...reasons, ...sitter] };
}

/** Of a doubtful face: what speaks for somebody else sitting in the member's seat. */
function sitterReasons(scene: Scene, index: number, person: Person, llr: number): Reason[] {
  const own = scene.members[index]?.member.seat ?? null;
  if (seatingOf(likeliestSeat(person), own) === "own-seat") {
    return llr < AGAINST ? because("only-the-seat", { odds: Math.exp(-llr) }) : [];
  }
  const sitter = sitterOf(scene, index);
  return sitter < 0 ? [] : [takenReason(scene, index, sitter)];
}

/** How like the member at `index` the person at `p` is. */
export function likeness({ evidence }: Scene, index: number, p: number, person: Person): Reason {
  const llr = evidence.faceLlr[index]?.[p] ?? 0;
  const similarity = evidence.similarity[index]?.[p] ?? 0;
  const { widthPx, sightings } = person;
  return { code: "face-matches", params: { similarity, llr, widthPx, pictures: sightings.length } };
}

/** Why a face that is there cannot be read. */
function unreadable(person: Person, readableWidthPx: number): Reason[] {
  const { widthPx } = person;
  const code = widthPx < readableWidthPx ? "face-too-small" : "face-blurred";
  return [...turnedAway(person), { code, params: { widthPx } }];
}

function turnedAway({ turned }: Person): Reason[] {
  return turned >= MOSTLY_TURNED ? because("face-turned-away") : [];
}

/** Nobody is absent while somebody whose face was not seen sits where nobody of the chart should. */
function unlessUnseen(scene: Scene, unseen: number, absent: Verdict): Verdict {
  const { row, column } = scene.members[unseen]?.member.seat ?? { row: 0, column: 0 };
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
    const code = member.declined === true ? "declined-biometrics" : "no-template";
    return { outcome: "not-observable", confidence, reasons: because(code) };
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
  const sessions = Math.max(0, ...looked.map(({ neverSeenSessions }) => neverSeenSessions ?? 0));
  if (sessions > 0) {
    return { outcome: "review", confidence, reasons: because("seat-never-seen", { sessions }) };
  }
  return {
    outcome: "absent",
    confidence,
    reasons: because("seat-empty", { occupancy: occupied }),
  };
}

/** Somebody readable sits in the member's seat who is not the member. */
function takenByAnother(scene: Scene, index: number, sitter: number, confidence: number): Verdict {
  const { settings } = scene;
  const owner = scene.chosen.indexOf(sitter);
  const possible = scene.posterior[index]?.[sitter] ?? 0;
  const away = 1 - confidence;
  const reason = takenReason(scene, index, sitter);
  const surely = owner < 0 || (scene.posterior[owner]?.[sitter] ?? 0) >= settings.presentAt;
  if (owner >= 0 && mayHaveExchanged(scene, index)) {
    return {
      outcome: "review",
      confidence,
      reasons: [reason, { code: "may-have-exchanged", params: reason.params }],
    };
  }
  if (owner >= 0 && !isSeatCompared(scene, owner)) {
    const unseen = { code: "left-seat-unseen", params: reason.params };
    return { outcome: "not-observable", confidence, reasons: [reason, unseen] };
  }
  const person = scene.persons[sitter];
  const unlike = owner < 0 && person !== undefined ? notWholeReason(person, scene.calibration) : null;
  if (unlike !== null) return { outcome: "review", confidence, reasons: [reason, unlike] };
  if (!surely || away < settings.proxyAt) {
    return {
      outcome: "review",
      confidence,
      reasons: [reason, { code: "sitter-unclear", params: { posterior: possible } }],
    };
  }
  return { outcome: "absent", confidence, reasons: [reason] };
}

function takenReason({ chosen, evidence, members }: Scene, index: number, sitter: number): Reason {
  const owner = chosen.indexOf(sitter);
  const similarity = evidence.similarity[index]?.[sitter] ?? 0;
  return owner < 0
    ? { code: "seat-taken-by-stranger", params: { similarity } }
    : { code: "seat-taken-by-classmate", params: { other: members[owner]?.member.traineeId ?? "" } };
}

function blindReason(views: MemberView["views"]): Reason {
  const view = views[0];
  if (view === undefined) return { code: "seat-hidden", params: {} };
  if (view.gap !== null) return { code: "camera-down", params: { gap: view.gap } };
  if (view.hidden) return { code: "seat-hidden", params: {} };
  return { code: "seat-too-far", params: { widthPx: view.faceWidthPx } };
}

export function seatingOf(observed: SeatRef | null, own: SeatRef | null): MarkVerdict["seating"] {
  if (observed === null || own === null) return "unknown";
  return seatKey(observed) === seatKey(own) ? "own-seat" : "off-seat";
}

/** Who else the face could be, best first; null is somebody who is not on the roster. */
function alternativesOf(scene: Scene, chosen: number): MarkVerdict["alternatives"] {
  const named = scene.members.flatMap(({ member }, m) => {
    // Nobody compared this face with a trainee who has no template.
    if (member.templates.length === 0) return [];
    const traineeId = member.traineeId as MarkVerdict["alternatives"][number]["traineeId"];
    const posterior = scene.posterior[m]?.[chosen] ?? 0;
    return [{ traineeId, posterior, similarity: Math.max(-1, scene.evidence.similarity[m]?.[chosen] ?? -1) }];
  });
  const unknown = Math.max(0, 1 - named.reduce((sum, { posterior }) => sum + posterior, 0));
  return [...named, { traineeId: null, posterior: unknown, similarity: 0 }]
    .sort((left, right) => right.posterior - left.posterior)
    .slice(0, ALTERNATIVES);
}
