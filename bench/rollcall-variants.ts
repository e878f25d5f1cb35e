import type { SessionInput } from "../services/rollcall/decide-session.ts";
import { decideSession } from "../services/rollcall/decide-session.ts";
import type { CameraRound, RosterMember } from "../services/rollcall/round-input.ts";
import { seatKey } from "../services/rollcall/seats.ts";
import { cosine } from "../services/rollcall/vectors.ts";
import type { FaceObservation, SeatRef } from "../services/types.ts";
import type { SimulatedSession } from "./rollcall-class.ts";
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

function ours(session: SimulatedSession, input: SessionInput): Said[] {
  const { marks, strangers } = decideSession(input);
  const byId = new Map(marks.map((mark) => [mark.traineeId, mark]));
  return session.truth.map((truth) => {
    const mark = byId.get(truth.traineeId);
    if (mark === undefined) throw new Error(`no mark for ${truth.traineeId}`);
    const named =
      truth.proxy !== null &&
      mark.outcome === "absent" &&
      (truth.proxy.stranger
        ? strangers.some((stranger) => stranger.proxyFor === truth.traineeId)
        : mark.reasons.some((reason) => reason.params["other"] === truth.proxy?.traineeId));
    const why = mark.reasons.map(({ code }) => code).join(" ");
    return { outcome: mark.outcome, seat: mark.observedSeat, proxyNamed: named, why };
  });
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
