import type { MarkEvidence, MarkOutcome, MarkVerdict, Reason, StrangerVerdict } from "../types.ts";
import { checkPacks, decideRound, decideScene, sceneOf } from "./decide-round.ts";
import type { SessionInput } from "./decide-session.ts";
import { similarityLlr } from "./calibration.ts";
import { modelOf, separationOf } from "./evidence.ts";
import { faceEvidence, placeEvidence } from "./mark-evidence.ts";
import { likeness, seatingOf } from "./marks.ts";
import type { Person } from "./persons.ts";
import { inRound, outsideRound } from "./persons.ts";
import type { RoundDecision } from "./round-input.ts";
import type { Scene } from "./scene.ts";
import { likeliestSeat, sitterOf } from "./sitters.ts";
import { strangersOf, suspectsStranger } from "./strangers.ts";
import { strayReason } from "./stray-faces.ts";
import { unlessMeasured } from "./unmeasured.ts";
import { cosine } from "./vectors.ts";

/** Part of every mark's decision version. */
export const revisionConstants = {
  /** Persons less likely the member than this do not enter a sum. */
  LEAST_SHARE: 0.05,
  /** Posterior of all rounds from which a round's presence stands although their faces together say less than they must. */
  STANDS_FROM: 0.9,
};
const { LEAST_SHARE, STANDS_FROM } = revisionConstants;

/**
 * Every round of a held session, each first alone and then revised by what all of them show together: a face doubtful in
 * each may be certain in both, and a certainty of one may not survive the other. Presence still has to be seen round by
 * round, so that the rule of how many sightings make a session keeps its meaning; with one round nothing is revised.
 */
export function decideHeldSession(input: SessionInput): RoundDecision[] {
  const { rounds, ...basis } = input;
  const alone = rounds.map(({ cameras }) => decideRound({ ...basis, cameras }));
  if (rounds.length < 2) return alone;
  const cameras = rounds.map((round) => round.cameras);
  checkPacks(basis, cameras.flat());
  const scene = sceneOf(basis, cameras);
  const { marks: together } = decideScene(scene);
  const revised = together.map((verdict, index) => {
    const stood = alone.map(({ marks }) => marks[index]).filter((mark) => mark !== undefined);
    return reviseMember(scene, index, { ...verdict, ...facesOf(scene, index, verdict) }, stood);
  });
  return rounds.map((_, round) => {
    const marks = revised.flatMap((perRound) => perRound[round] ?? []);
    const strangers = withSitters(strangersOf(scene, marks, round), alone[round]?.strangers ?? [], marks);
    return unlessMeasured(basis.calibration, { marks, strangers });
  });
}

/**
 * The session's strangers of a round, and whom that round alone saw in an absentee's seat: where its mark stands, so does who sat
 * there, also when all rounds together take the face for the absentee's, in doubt, or the absentee came in another round. A face
 * by which this round's mark is present is no stranger's.
 */
function withSitters(
  known: readonly StrangerVerdict[],
  seen: readonly StrangerVerdict[],
  marks: readonly MarkVerdict[],
): StrangerVerdict[] {
  const faces = marks.flatMap(({ outcome, evidence }) => (outcome === "present" ? evidence : []));
  const sitters = seen.filter((stranger) => {
    const mark = marks.find(({ traineeId }) => traineeId === stranger.proxyFor);
    const taken = mark?.reasons.some(({ code }) => code === "seat-taken-by-stranger") === true;
    const stands = mark !== undefined && (taken || suspectsStranger(mark));
    const told = known.some(({ proxyFor }) => proxyFor === stranger.proxyFor);
    return stands && !told && !faces.some((face) => isFace(stranger, face));
  });
  const others = known.filter((one) => ![...sitters, ...faces].some((face) => isFace(one, face)));
  return [...others, ...sitters];
}

type FacePlace = Pick<MarkEvidence, "snapshotId" | "box">;

function isFace(one: FacePlace, other: FacePlace): boolean {
  return one.snapshotId === other.snapshotId && one.box.x === other.box.x && one.box.y === other.box.y;
}

/** A session's verdict on a member and the persons whose faces it takes for the member's. */
interface SessionVerdict extends MarkVerdict {
  persons: { p: number; person: Person }[];
}

type FacesOf = Pick<SessionVerdict, "persons"> & Partial<Pick<SessionVerdict, "outcome" | "confidence">>;

/**
 * Which persons are the member. Usually the chosen one; but a person whom two rounds show so differently that they were not
 * found to be one splits the belief in two, each half too small to be certain: then it is their sum that counts.
 */
function facesOf(scene: Scene, index: number, verdict: MarkVerdict): FacesOf {
  const chosen = scene.chosen[index] ?? -1;
  const person = scene.persons[chosen];
  if (person === undefined) return { persons: [] };
  if (verdict.outcome === "present") return { persons: [{ p: chosen, person }] };
  const persons = scene.persons
    .map((one, p) => ({ p, person: one, share: scene.posterior[index]?.[p] ?? 0 }))
    .filter(({ p, share }) => share >= LEAST_SHARE && faceAlone(scene, index, p))
    .filter(
      (one) => strayReason(one.person, scene.members[index]?.member.seat ?? null, scene.calibration) === null,
    );
  const rounds = persons.flatMap((one) => one.person.rounds);
  const confidence = persons.reduce((sum, { share }) => sum + share, 0);
  const apart = new Set(rounds).size === rounds.length;
  if (!apart || persons.length < 2 || confidence < scene.settings.presentAt) {
    return { persons: [{ p: chosen, person }] };
  }
  return { outcome: "present", confidence: Math.min(1, confidence), persons };
}

function faceAlone({ evidence, settings }: Scene, index: number, p: number): boolean {
  return (evidence.faceLlr[index]?.[p] ?? 0) >= settings.faceFloor;
}

/** One member's marks of all rounds; `stood` are those of each round alone, `verdict` that of the session. */
function reviseMember(
  scene: Scene,
  index: number,
  verdict: SessionVerdict,
  stood: readonly MarkVerdict[],
): MarkVerdict[] {
  const absentThroughout = stood.every(({ outcome }) => outcome === "absent");
  return stood.map((mark, round) => {
    const face = verdict.persons.find(({ person }) => person.rounds.includes(round)) ?? null;
    const revised: Revised = { scene, index, verdict, round, mark, face };
    if (verdict.outcome === "present") return ifPresent(revised);
    if (mark.outcome === "present") return standsAlone(revised) ? mark : doubted(revised);
    if (verdict.outcome === "absent") return ifAbsent(revised);
    if (mark.outcome === "absent") return absentThroughout ? fromSession(revised) : mark;
    return verdict.outcome === "review" && face !== null ? fromSession(revised) : ratherAnother(revised);
  });
}

interface Revised {
  scene: Scene;
  index: number;
  verdict: SessionVerdict;
  round: number;
  /** Of the round alone. */
  mark: MarkVerdict;
  /** The member's face in this round, as the session knows it; null when it was not seen. */
  face: { p: number; person: Person } | null;
}

function ifPresent(revised: Revised): MarkVerdict {
  const { mark, face } = revised;
  const present = mark.outcome === "present";
  if (present && face !== null && restsOn(mark, face.person)) return mark;
  if (face !== null && ownFaceSpeaks(revised, face.person)) return fromSession(revised);
  return present && claimedByAnother(revised) ? doubted(revised) : mark;
}

/**
 * Another round's certainty is no sighting. Where one person of several rounds is the member, this round's own face must speak
 * for the member as well, or make what the others show more certain: somebody else's makes it less.
 */
function ownFaceSpeaks(
  { scene, index, round }: Pick<Revised, "scene" | "index" | "round">,
  person: Person,
): boolean {
  const [own, others] = [inRound(person, round), outsideRound(person, round)];
  if (others === null) return true;
  if (own === null) return false;
  return (
    llrOf(scene, index, own) >= scene.settings.faceFloor ||
    llrOf(scene, index, person) > llrOf(scene, index, others)
  );
}

function llrOf({ members, calibration }: Scene, index: number, person: Person): number {
  const model = modelOf(members[index]?.member.templates ?? [], calibration.adapter);
  if (model === null) return Number.NEGATIVE_INFINITY;
  return similarityLlr(separationOf(person, calibration), cosine(model, person.vector));
}

/** This round's own face says what a face must; a poor face of another round unsays it only by making the whole doubtful. */
function standsAlone({ verdict, mark, face }: Revised): boolean {
  return verdict.confidence >= STANDS_FROM && face !== null && restsOn(mark, face.person);
}

/**
 * An absence of the session settles a round whose seat shows nobody and is not clearly taken, one that only feared an unseen
 * sitter whom another round shows, and one in which a classmate sits there whom all rounds together know. A round that doubted
 * whether a stranger sits there stays doubtful: a covered face looks like a stranger's in every round, and is not evidence twice.
 */
function ifAbsent(revised: Revised): MarkVerdict {
  const { scene, index, round, mark } = revised;
  if (mark.outcome !== "review") return mark;
  if (mark.reasons.some(({ code }) => code === "may-be-the-unseen-sitter")) return fromSession(revised);
  const view = scene.members[index]?.views[round];
  const notTaken = view !== undefined && view.visible && (view.occupancy ?? 1) < scene.settings.takenAbove;
  const seated = scene.persons[sitterOf(scene, index)]?.rounds.includes(round) ?? false;
  return (notTaken && !seated) || takenByKnown(revised) ? fromSession(revised) : ratherAnother(revised);
}

/** A classmate of whom this round's face speaks as well sits in the seat. */
function takenByKnown({ scene, index, round }: Revised): boolean {
  const sitter = sitterOf(scene, index);
  const person = scene.persons[sitter];
  const classmate = scene.chosen.indexOf(sitter);
  if (person === undefined || classmate < 0 || !person.rounds.includes(round)) return false;
  return ownFaceSpeaks({ scene, index: classmate, round }, person);
}

/** A round's doubt about a face that all rounds together take for somebody else's: the person who looks must be told whose. */
function ratherAnother({ scene, index, verdict, round, mark }: Revised): MarkVerdict {
  const [said] = verdict.reasons;
  const told = mark.reasons.some(({ code }) => isTaken(code));
  const seated = scene.persons[sitterOf(scene, index)]?.rounds.includes(round) ?? false;
  if (mark.outcome !== "review" || said === undefined || !isTaken(said.code) || told || !seated) return mark;
  return { ...mark, reasons: [...mark.reasons, { code: "rather-another", params: {} }, said] };
}

function isTaken(code: string): boolean {
  return code === "seat-taken-by-stranger" || code === "seat-taken-by-classmate";
}

/** The session's verdict with this round's faces or places. */
function fromSession({ scene, index, verdict, round, mark, face }: Revised): MarkVerdict {
  const { persons: _, ...said } = verdict;
  const decides = because("session-decides", mark.outcome);
  if (face === null) {
    return { ...said, reasons: [decides, ...said.reasons], evidence: placeEvidence(scene, index, round) };
  }
  const { p, person } = face;
  const present = said.outcome === "present";
  const observedSeat = likeliestSeat(inRound(person, round) ?? person);
  return {
    ...said,
    reasons: [decides, ...(present ? [likeness(scene, index, p, person)] : said.reasons)],
    seating: present ? seatingOf(observedSeat, scene.members[index]?.member.seat ?? null) : "unknown",
    observedSeat,
    evidence: faceEvidence(person, scene.evidence.similarity[index]?.[p] ?? 0, round),
  };
}

/** This round alone was certain; all together are not, so a person looks at this round's own evidence. */
function doubted({ verdict, mark }: Revised): MarkVerdict {
  const reasons = [because("session-doubts", mark.outcome), ...verdict.reasons, ...mark.reasons];
  return { ...mark, outcome: "review", seating: "unknown", confidence: verdict.confidence, reasons };
}

function because(code: string, was: MarkOutcome): Reason {
  return { code, params: { was } };
}

function restsOn(mark: MarkVerdict, person: Person): boolean {
  const [first] = mark.evidence;
  return first !== undefined && holds(person, first);
}

function claimedByAnother({ scene, index, mark }: Revised): boolean {
  const [first] = mark.evidence;
  if (first === undefined) return false;
  return scene.chosen.some((p, other) => {
    const person = scene.persons[p];
    return other !== index && person !== undefined && holds(person, first);
  });
}

function holds(person: Person, place: FacePlace): boolean {
  return person.sightings.some(({ snapshotId, face: { box } }) => isFace({ snapshotId, box }, place));
}
