import type { Embedding, PackVector, TraineeId } from "../types.ts";
import { bestAssignment } from "./assignment.ts";
import { pairMarginals } from "./association.ts";
import type { Calibration } from "./calibration.ts";
import { pairSeparationAt, separationAt, similarityLlr } from "./calibration.ts";
import { vectorWeight } from "./effective-width.ts";
import { modelOf } from "./evidence.ts";
import { groupGreedily } from "./grouping.ts";
import { cosine, meanDirection } from "./vectors.ts";

/** One unnamed person of one session. */
export interface UnnamedPerson {
  id: string;
  /** 0-based, in time. */
  session: number;
  vector: PackVector;
  effectivePx: number;
  /** Rounds the person was seen in. */
  rounds: number;
  /** Trainees whose chart seat the faces were at; what lacks to 1 is elsewhere. */
  seatOwners: { traineeId: TraineeId; share: number }[];
}

export interface EnrolmentProposal {
  traineeId: TraineeId;
  /** The same face across sessions, best first. */
  people: UnnamedPerson[];
  vector: PackVector;
  /** Probability that this is the trainee, from the seats and what is enrolled; a person decides. */
  posterior: number;
  /** Natural-log likelihood ratio of the faces against what is enrolled of the trainee; null when nothing is. */
  likeEnrolled: number | null;
  sessions: number;
  rounds: number;
}

/** Share of those present who sit in their own seat, as in a decision's settings. */
const OWN_SEAT = 0.92;
/** Somebody who is not on the roster: a guest, an observer. */
const STRANGER = 0.03;
/** Who changed seats once likes to do so again: later sessions count less than the first. */
const LATER_SESSIONS = 0.6;
/** Log odds, before faces are compared, that the sitter of one seat in two sessions is one person; and anybody else. */
const SAME_SEAT_ODDS = 2.4;
const ANYWHERE_ODDS = -4;
/** Seen in fewer rounds, or less sharp, nobody is proposed: a template must be better than what it is compared with. */
const LEAST_ROUNDS = 2;
const LEAST_EFFECTIVE_PX = 16;
const LEAST_POSTERIOR = 0.5;
/** A portrait may be the wrong one: what it says against a seat's regular sitter is bounded so that two sessions outweigh it, not one. */
const PORTRAIT_BOUND = 4.5;

/**
 * Who the unnamed faces of some sessions most likely are: the same faces are found again across sessions, the seats they
 * were at and the likeness to what is enrolled already vote, one trainee a face. Nothing is enrolled by this. `forbidden`
 * remembers "not this person", by trainee and person id joined with a space.
 */
export function proposePeople(
  people: readonly UnnamedPerson[],
  trainees: readonly TraineeId[],
  calibration: Calibration,
  forbidden: ReadonlySet<string> = new Set(),
  enrolled: ReadonlyMap<TraineeId, readonly Embedding[]> = new Map(),
): EnrolmentProposal[] {
  const faces = groupGreedily(people, (a, b) => sameFace(a, b, calibration), sameSession);
  const likeness = likenessOf(faces, trainees, calibration, enrolled);
  const weights = trainees.map((trainee, t) =>
    faces.map((face, f) =>
      isForbidden(face, trainee, forbidden)
        ? NEVER
        : seatVote(face, trainee, trainees.length) + Math.max(likeness[t]?.[f] ?? 0, -PORTRAIT_BOUND),
    ),
  );
  const chosen = bestAssignment(weights);
  const marginals = pairMarginals(weights);
  return trainees.flatMap((traineeId, t) => {
    const at = chosen[t] ?? -1;
    const face = faces[at];
    if (face === undefined) return [];
    return proposal(traineeId, face, marginals[t]?.[at] ?? 0, likeness[t]?.[at] ?? null) ?? [];
  });
}

/** Per trainee and face; null for a trainee of whom nothing is enrolled. */
function likenessOf(
  faces: readonly UnnamedPerson[][],
  trainees: readonly TraineeId[],
  calibration: Calibration,
  enrolled: ReadonlyMap<TraineeId, readonly Embedding[]>,
): (number | null)[][] {
  const seen = faces.map((face) => {
    const rounds = face.reduce((sum, person) => sum + person.rounds, 0);
    const effectivePx = face.reduce((sum, person) => sum + person.effectivePx * person.rounds, 0) / rounds;
    return { vector: meanOfFace(face), separation: separationAt(calibration, effectivePx, rounds) };
  });
  return trainees.map((trainee) => {
    const model = modelOf(enrolled.get(trainee) ?? [], calibration.adapter);
    return seen.map(({ vector, separation }) =>
      model === null || vector === null ? null : similarityLlr(separation, cosine(model, vector)),
    );
  });
}

function meanOfFace(face: readonly UnnamedPerson[]): PackVector | null {
  return meanDirection(
    face.map((person) => ({
      vector: person.vector,
      weight: vectorWeight(person.effectivePx) * person.rounds,
    })),
  );
}

/** Never chosen by the assignment. */
const NEVER = -60;

function sameSession(a: UnnamedPerson, b: UnnamedPerson): boolean {
  return a.session === b.session;
}

function sameFace(a: UnnamedPerson, b: UnnamedPerson, calibration: Calibration): number {
  const separation = pairSeparationAt(calibration, Math.min(a.effectivePx, b.effectivePx));
  const shared = a.seatOwners.reduce((sum, { traineeId, share }) => sum + share * shareOf(b, traineeId), 0);
  const before = ANYWHERE_ODDS + (SAME_SEAT_ODDS - ANYWHERE_ODDS) * Math.min(1, shared);
  const odds = before + similarityLlr(separation, cosine(a.vector, b.vector));
  return odds < 0 ? Number.NEGATIVE_INFINITY : odds;
}

function shareOf({ seatOwners }: UnnamedPerson, trainee: TraineeId): number {
  return seatOwners.find(({ traineeId }) => traineeId === trainee)?.share ?? 0;
}

function isForbidden(
  face: readonly UnnamedPerson[],
  trainee: TraineeId,
  forbidden: ReadonlySet<string>,
): boolean {
  return face.some(({ id }) => forbidden.has(`${trainee} ${id}`));
}

/** Log weight that this face is the trainee against somebody of no roster, from where it sat in each session. */
function seatVote(face: readonly UnnamedPerson[], trainee: TraineeId, count: number): number {
  const elsewhere = (1 - OWN_SEAT) / Math.max(1, count - 1);
  const votes = face
    .map((person) => {
      const own = shareOf(person, trainee);
      return Math.log((own * OWN_SEAT + (1 - own) * elsewhere) * count);
    })
    .sort((a, b) => Math.abs(b) - Math.abs(a));
  return votes.reduce(
    (sum, vote, i) => sum + vote * LATER_SESSIONS ** Math.min(i, 1),
    -Math.log(STRANGER * count),
  );
}

function proposal(
  traineeId: TraineeId,
  face: readonly UnnamedPerson[],
  posterior: number,
  likeEnrolled: number | null,
): EnrolmentProposal | null {
  const rounds = face.reduce((sum, person) => sum + person.rounds, 0);
  const people = face.toSorted((a, b) => b.effectivePx - a.effectivePx);
  const vector = meanOfFace(people);
  const sharpest = people[0]?.effectivePx ?? 0;
  if (vector === null || rounds < LEAST_ROUNDS || sharpest < LEAST_EFFECTIVE_PX) return null;
  if (posterior < LEAST_POSTERIOR) return null;
  return { traineeId, people, vector, posterior, likeEnrolled, sessions: face.length, rounds };
}
