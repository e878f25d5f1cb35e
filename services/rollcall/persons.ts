import type { PackVector } from "../types.ts";
import type { Adapter } from "./adapter.ts";
import type { Calibration } from "./calibration.ts";
import { pairSeparationAt, similarityLlr } from "./calibration.ts";
import { vectorWeight } from "./effective-width.ts";
import type { CameraRound } from "./round-input.ts";
import { groupGreedily } from "./grouping.ts";
import { inPolygon, seatShares } from "./seats.ts";
import type { SeatKey } from "./seats.ts";
import type { Sighting, Tracklet } from "./tracks.ts";
import { bySighting, centre, linkBurst } from "./tracks.ts";
import { cosine, meanDirection } from "./vectors.ts";

/** Everything the cameras have of one unnamed person: tracklets of several cameras and, in a session, several rounds. */
export interface Person {
  tracklets: PlacedTracklet[];
  /** Best first. */
  sightings: Sighting[];
  vector: PackVector;
  widthPx: number;
  /** Weighted means over the tracklets. */
  effectivePx: number;
  turned: number;
  /** Rounds in which the person was seen, and how many equally good ones they are worth. */
  rounds: number[];
  worthRounds: number;
  /** Probability of sitting at each seat; what lacks to 1 is "at no seat". */
  seats: Map<SeatKey, number>;
  inFrontZone: boolean;
}

interface PlacedTracklet extends Tracklet {
  seats: Map<SeatKey, number>;
  inFrontZone: boolean;
}

/** Part of every mark's decision version. */
export const personConstants = {
  /** Log odds, before the faces are compared, that two tracklets are one person: at one seat, and anywhere. */
  SAME_SEAT_ODDS: 3.5,
  ANYWHERE_ODDS: -4,
};
const { SAME_SEAT_ODDS, ANYWHERE_ODDS } = personConstants;

/** One list of rounds, each a list of its cameras. */
export function personsOf(
  rounds: readonly (readonly CameraRound[])[],
  calibration: Calibration,
  useSeats: boolean,
): Person[] {
  const tracklets = rounds
    .flatMap((cameras, round) =>
      cameras.flatMap((camera) => placeTracklets(camera, round, calibration.adapter, useSeats)),
    )
    .sort((left, right) => compareTracklets(left, right));
  return groupGreedily(tracklets, (left, right) => affinity(left, right, calibration), together).flatMap(
    (group) => personOf(group) ?? [],
  );
}

function placeTracklets(
  camera: CameraRound,
  round: number,
  adapter: Adapter | null,
  useSeats: boolean,
): PlacedTracklet[] {
  if (!camera.status.ok) return [];
  return linkBurst(camera, round, adapter).map((tracklet) => ({
    ...tracklet,
    seats: useSeats ? seatShares(tracklet, camera.seats) : new Map<SeatKey, number>(),
    inFrontZone: inFront(tracklet, camera),
  }));
}

function inFront(tracklet: Tracklet, camera: CameraRound): boolean {
  const zone = camera.frontZone;
  return zone !== null && tracklet.sightings.every(({ face }) => inPolygon(centre(face.box), zone));
}

/** One camera's burst shows nobody twice. */
function together(left: PlacedTracklet, right: PlacedTracklet): boolean {
  return left.cameraId === right.cameraId && left.round === right.round;
}

/**
 * Log odds that both are one person; below even they stay apart. After a break somebody else may sit there: across rounds a
 * seat joins no faces that speak against each other, however little small faces can say.
 */
function affinity(left: PlacedTracklet, right: PlacedTracklet, calibration: Calibration): number {
  const separation = pairSeparationAt(calibration, Math.min(left.effectivePx, right.effectivePx));
  let sameSeat = 0;
  for (const [key, share] of left.seats) sameSeat += share * (right.seats.get(key) ?? 0);
  const before = ANYWHERE_ODDS + (SAME_SEAT_ODDS - ANYWHERE_ODDS) * Math.min(1, sameSeat);
  const alike = similarityLlr(separation, cosine(left.vector, right.vector));
  if (left.round !== right.round && alike < 0) return Number.NEGATIVE_INFINITY;
  const odds = before + alike;
  return odds < 0 ? Number.NEGATIVE_INFINITY : odds;
}

function personOf(tracklets: PlacedTracklet[]): Person | null {
  const vector = meanDirection(
    tracklets.map((tracklet) => ({ vector: tracklet.vector, weight: vectorWeight(tracklet.effectivePx) })),
  );
  if (vector === null) return null;
  const weights = tracklets.map(({ effectivePx }) => vectorWeight(effectivePx));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = (of: (tracklet: Tracklet) => number): number =>
    tracklets.reduce((sum, tracklet, i) => sum + (weights[i] ?? 0) * of(tracklet), 0) / total;
  const rounds = [...new Set(tracklets.map((tracklet) => tracklet.round))].sort((a, b) => a - b);
  const worth = total ** 2 / weights.reduce((sum, weight) => sum + weight ** 2, 0);
  const seats = new Map<SeatKey, number>();
  for (const tracklet of tracklets) {
    for (const [key, share] of tracklet.seats)
      seats.set(key, (seats.get(key) ?? 0) + share / tracklets.length);
  }
  return {
    tracklets,
    sightings: tracklets.flatMap((tracklet) => tracklet.sightings),
    vector,
    widthPx: Math.max(...tracklets.map((tracklet) => tracklet.widthPx)),
    effectivePx: mean(({ effectivePx }) => effectivePx),
    turned: mean(({ turned }) => turned),
    rounds,
    worthRounds: Math.min(worth, rounds.length),
    seats,
    inFrontZone: tracklets.every((tracklet) => tracklet.inFrontZone),
  };
}

/** The person as one round shows them: people change seats in the break. */
export function inRound(person: Person, round: number): Person | null {
  return personOf(person.tracklets.filter((tracklet) => tracklet.round === round));
}

/** The person as all other rounds show them; null when only this one does. */
export function outsideRound(person: Person, round: number): Person | null {
  return personOf(person.tracklets.filter((tracklet) => tracklet.round !== round));
}

function compareTracklets(left: Tracklet, right: Tracklet): number {
  const a = left.sightings[0];
  const b = right.sightings[0];
  return a === undefined || b === undefined ? 0 : bySighting(a, b);
}
