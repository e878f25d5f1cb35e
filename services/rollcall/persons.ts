import type { Adapter } from "./adapter.ts";
import type { CameraRound } from "./round-input.ts";
import { groupGreedily } from "./grouping.ts";
import { inPolygon, seatShares } from "./seats.ts";
import type { SeatKey } from "./seats.ts";
import type { Sighting, Tracklet } from "./tracks.ts";
import { bySighting, centre, linkBurst } from "./tracks.ts";
import { cosine, meanDirection } from "./vectors.ts";

/** Everything the cameras have of one unnamed person: tracklets of several cameras and, in a session, several rounds. */
export interface Person {
  tracklets: Tracklet[];
  /** Best first. */
  sightings: Sighting[];
  vector: Float32Array;
  widthPx: number;
  /** Rounds in which the person was seen. */
  rounds: number[];
  /** Probability of sitting at each seat; what lacks to 1 is "at no seat". */
  seats: Map<SeatKey, number>;
  inFrontZone: boolean;
}

interface PlacedTracklet extends Tracklet {
  seats: Map<SeatKey, number>;
  inFrontZone: boolean;
}

/** Two cameras see one person when the seat is the same and the faces do not disagree, or when the faces alone say so. */
const SAME_SEAT_SIMILARITY = 0.05;
const ANYWHERE_SIMILARITY = 0.6;

/** One list of rounds, each a list of its cameras. */
export function personsOf(
  rounds: readonly (readonly CameraRound[])[],
  adapter: Adapter | null,
  useSeats: boolean,
): Person[] {
  const tracklets = rounds
    .flatMap((cameras, round) =>
      cameras.flatMap((camera) => placeTracklets(camera, round, adapter, useSeats)),
    )
    .sort((left, right) => compareTracklets(left, right));
  return groupGreedily(tracklets, affinity, together).flatMap((group) => personOf(group) ?? []);
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

function affinity(left: PlacedTracklet, right: PlacedTracklet): number {
  const similarity = cosine(left.vector, right.vector);
  let sameSeat = 0;
  for (const [key, share] of left.seats) sameSeat += share * (right.seats.get(key) ?? 0);
  const needed = ANYWHERE_SIMILARITY - (ANYWHERE_SIMILARITY - SAME_SEAT_SIMILARITY) * Math.min(1, sameSeat);
  return similarity < needed ? Number.NEGATIVE_INFINITY : similarity + sameSeat;
}

function personOf(tracklets: PlacedTracklet[]): Person | null {
  const vector = meanDirection(
    tracklets.map((tracklet) => ({ vector: tracklet.vector, weight: tracklet.widthPx })),
  );
  if (vector === null) return null;
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
    rounds: [...new Set(tracklets.map((tracklet) => tracklet.round))].sort((a, b) => a - b),
    seats,
    inFrontZone: tracklets.every((tracklet) => tracklet.inFrontZone),
  };
}

function compareTracklets(left: Tracklet, right: Tracklet): number {
  const a = left.sightings[0];
  const b = right.sightings[0];
  return a === undefined || b === undefined ? 0 : bySighting(a, b);
}
