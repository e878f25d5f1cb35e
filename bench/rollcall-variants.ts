import { defaultRules } from "../config/institution.ts";
import type { SessionAttendance } from "../services/attendance/attend-session.ts";
import { attendSession } from "../services/attendance/attend-session.ts";
import type { SessionInput } from "../services/rollcall/decide-session.ts";
import { decideHeldSession } from "../services/rollcall/revise-rounds.ts";
import type { CameraRound, RosterMember, RoundDecision } from "../services/rollcall/round-input.ts";
import { seatKey } from "../services/rollcall/seats.ts";
import { cosine } from "../services/rollcall/vectors.ts";
import type { FaceObservation, MarkId, RoundId, SeatRef, TraineeId } from "../services/types.ts";
import type { SimulatedSession } from "./rollcall-class.ts";
import type { TraineeTruth } from "./rollcall-sitting.ts";
import { seatNear } from "./rollcall-sitting.ts";
import type { Said } from "./rollcall-figures.ts";
import { stockSays } from "./rollcall-stock.ts";

export type Variant = (session: SimulatedSession) => Said[];

export type VariantName = "stockFaceApi" | "rosterNearest" | "seatOnly" | "oursWithoutSeats" | "ours";

/** The benchmark's decisions on the same evidence; each answers for every trainee of the truth, in its order. */
export const variants: Record<VariantName, Variant> = {
  stockFaceApi: stock,
  rosterNearest: (session) => perRound(session, nearestInRoster),
  seatOnly: (session) => perRound(session, somebodySits),
  oursWithoutSeats: (session) => ours(session, withoutSeats(session.input)),
  ours: (session) => ours(session, session.input),
};

function stock({ truth, stock: { roster, rounds } }: SimulatedSession): Said[] {
  const seen = rounds.map((faces) => stockSays(faces, roster));
  return truth.map(({ traineeId }) => saidOf(seen, traineeId));
}

function saidOf(rounds: readonly Map<string, SeatRef | null>[], traineeId: string): Said {
  const found = rounds.find((round) => round.has(traineeId));
  return {
    outcome: found === undefined ? "absent" : "present",
    seat: found?.get(traineeId) ?? null,
    proxyNamed: false,
  };
}

function withoutSeats(input: SessionInput): SessionInput {
  return {
    ...input,
    roster: input.roster.map((member) => ({ ...member, seat: null })),
    settings: { ...input.settings, useSeats: false, absentWithoutSeat: true },
  };
}

/** What a session gets in the product: every round decided, all revised together at the session's end, and counted by the rules. */
function ours({ truth }: SimulatedSession, input: SessionInput): Said[] {
  const decided = decideHeldSession(input);
  const attendance = attended(input, decided);
  const outcomes = new Map(attendance.trainees.map(({ traineeId, outcome }) => [traineeId, outcome]));
  return truth.map((one) => {
    const marks = decided.flatMap((round) =>
      round.marks.filter(({ traineeId }) => traineeId === one.traineeId),
    );
    const outcome = outcomes.get(one.traineeId);
    // Nobody is on leave here.
    if (outcome === undefined || outcome === "excused") throw new Error(`no outcome for ${one.traineeId}`);
    const seen = marks.find((mark) => mark.outcome === "present");
    const why = marks.map((mark) => [mark.outcome, ...mark.reasons.map(({ code }) => code)].join(" "));
    return {
      outcome,
      seat: seen?.observedSeat ?? null,
      proxyNamed: outcome !== "present" && isNamed(one, decided),
      why: why.join(", "),
    };
  });
}

function attended({ roster, rounds }: SessionInput, decided: readonly RoundDecision[]): SessionAttendance {
  return attendSession({
    session: { startsAt: new Date(0), endsAt: new Date(0) },
    rounds: decided.map(({ marks }, round) => ({
      roundId: String(round) as RoundId,
      valid: rounds[round]?.cameras.some(({ status }) => status.ok) ?? false,
      marks: marks.map((mark) => ({ ...mark, markId: `${round} ${mark.traineeId}` as MarkId })),
    })),
    corrections: [],
    leaves: [],
    trainees: roster.map(({ traineeId }): TraineeId => traineeId),
    rules: defaultRules,
  });
}

/** A round says who sits in the seat: that face as somebody of no roster, or the classmate by name. */
function isNamed({ traineeId, proxy }: TraineeTruth, decided: readonly RoundDecision[]): boolean {
  return decided.some(({ marks, strangers }) =>
    proxy?.stranger === true
      ? strangers.some(({ proxyFor }) => proxyFor === traineeId)
      : marks
          .find((mark) => mark.traineeId === traineeId)
          ?.reasons.some(
            ({ code, params }) =>
              code === "seat-taken-by-classmate" && params["other"] === (proxy?.traineeId ?? null),
          ) === true,
  );
}

/** Rounds counted one by one, present when seen once, as simple systems do. */
function perRound(
  session: SimulatedSession,
  decide: (cameras: readonly CameraRound[], roster: readonly RosterMember[]) => Map<string, SeatRef | null>,
): Said[] {
  const seen = session.input.rounds.map(({ cameras }) => decide(cameras, session.input.roster));
  return session.truth.map(({ traineeId }) => saidOf(seen, traineeId));
}

/** One threshold for all, best pairs first: what open-source attendance systems do. */
const THRESHOLD = 0.35;

function nearestInRoster(
  cameras: readonly CameraRound[],
  roster: readonly RosterMember[],
): Map<string, SeatRef | null> {
  const seen = new Map<string, SeatRef | null>();
  for (const camera of cameras) {
    for (const { faces } of camera.pictures) {
      const pairs = faces.flatMap((face, at) =>
        roster.map((member) => ({ face, at, id: member.traineeId, similarity: similarity(member, face) })),
      );
      pairs.sort((a, b) => b.similarity - a.similarity);
      const usedFaces = new Set<number>();
      const usedIds = new Set<string>();
      for (const pair of pairs) {
        if (pair.similarity < THRESHOLD) break;
        if (usedFaces.has(pair.at) || usedIds.has(pair.id)) continue;
        usedFaces.add(pair.at);
        usedIds.add(pair.id);
        seen.set(pair.id, nearestSeat(camera, pair.face));
      }
    }
  }
  return seen;
}

function similarity(member: RosterMember, face: FaceObservation): number {
  return Math.max(-1, ...member.templates.map((template) => cosine(template.vector, face.embedding.vector)));
}

/** Somebody's face is at the seat: present. */
function somebodySits(
  cameras: readonly CameraRound[],
  roster: readonly RosterMember[],
): Map<string, SeatRef | null> {
  const taken = new Set(
    cameras.flatMap((camera) =>
      camera.pictures.flatMap(({ faces }) =>
        faces.flatMap((face) => {
          const seat = nearestSeat(camera, face);
          return seat === null ? [] : [seatKey(seat)];
        }),
      ),
    ),
  );
  return new Map(
    roster.flatMap(({ traineeId, seat }) =>
      seat !== null && taken.has(seatKey(seat)) ? [[traineeId as string, seat] as const] : [],
    ),
  );
}

function nearestSeat({ seats }: CameraRound, { box }: FaceObservation): SeatRef | null {
  return seatNear(seats, box.x + box.width / 2, box.y + box.height / 2);
}
