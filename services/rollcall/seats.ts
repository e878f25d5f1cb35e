import type { Box, GapReason, Point, SeatRef, SnapshotId } from "../types.ts";
import type { BurstPicture, CameraRound, ProjectedSeat } from "./round-input.ts";
import type { Tracklet } from "./tracks.ts";
import { centre, compareText } from "./tracks.ts";

/** `row,column`: a seat as a map's key. */
export type SeatKey = string;

export function seatKey(seat: SeatRef): SeatKey {
  return `${seat.row},${seat.column}`;
}

/** Part of every mark's decision version. */
export const seatConstants = {
  /** Own movement of a sitter, in face widths, on top of the seat's own uncertainty. */
  LEANING_WIDTHS: 0.35,
  /** Beyond this many standard deviations a face is at no seat. */
  OFF_SEAT_SIGMAS: 3,
  /** Spread of the log of a sitter's face width around the expected one, and the most standard deviations' square it may cost. */
  WIDTH_SPREAD: 0.35,
  MOST_WIDTH_SQUARES: 9,
  /** Smaller shares of a seat are left out. */
  LEAST_SEAT_SHARE: 1e-3,
  /** Head and shoulders of whoever would sit there, in face widths around the expected face: to the sides, up, down. */
  LOOK_ASIDE: 1.4,
  LOOK_UP: 1.2,
  LOOK_DOWN: 2.4,
};
const {
  LEANING_WIDTHS,
  OFF_SEAT_SIGMAS,
  WIDTH_SPREAD,
  MOST_WIDTH_SQUARES,
  LEAST_SEAT_SHARE,
  LOOK_ASIDE,
  LOOK_UP,
  LOOK_DOWN,
} = seatConstants;

/** Probability that a tracklet's face sits at each seat of its camera; what lacks to 1 is "at no seat". */
export function seatShares(tracklet: Tracklet, seats: readonly ProjectedSeat[]): Map<SeatKey, number> {
  const likelihoods = seats.map((seat) => ({ key: seatKey(seat), value: seatLikelihood(tracklet, seat) }));
  const background = Math.exp(-(OFF_SEAT_SIGMAS ** 2) / 2);
  const total = likelihoods.reduce((sum, { value }) => sum + value, background);
  return new Map(
    likelihoods
      .filter(({ value }) => value / total > LEAST_SEAT_SHARE)
      .map(({ key, value }) => [key, value / total]),
  );
}

function seatLikelihood(tracklet: Tracklet, seat: ProjectedSeat): number {
  const sigma = Math.hypot(seat.sigmaPx, LEANING_WIDTHS * seat.faceWidthPx);
  const squares = tracklet.sightings.map(({ face }) => {
    const at = centre(face.box);
    const size = Math.log(face.box.width / seat.faceWidthPx) / WIDTH_SPREAD;
    return (
      ((at.x - seat.x) / sigma) ** 2 +
      ((at.y - seat.y) / sigma) ** 2 +
      Math.min(size ** 2, MOST_WIDTH_SQUARES)
    );
  });
  return Math.exp(-squares.reduce((sum, square) => sum + square, 0) / squares.length / 2);
}

/** What the cameras could see of a seat in one round. */
export interface SeatView {
  /** Somebody could have been seen there. */
  visible: boolean;
  /** Largest face the cameras that worked would have shown there, pixels; 0 when none shows the seat. */
  faceWidthPx: number;
  /** Probability that it is taken, from comparison with the empty room; null when unknown. */
  occupancy: number | null;
  /** Why no camera that shows this seat gave a picture. */
  gap: GapReason | null;
  /** No camera of the room, working or not, shows it. */
  hidden: boolean;
  /** Earlier sessions in which nobody was ever seen there, so that an empty seat may be a hidden one; null without that doubt. */
  neverSeenSessions: number | null;
  /** Where it was looked for, the nearest camera's pictures first. */
  looks: { snapshotId: SnapshotId; box: Box }[];
}

export function seatView(cameras: readonly CameraRound[], seat: SeatRef, readableWidthPx: number): SeatView {
  const key = seatKey(seat);
  const { showing, neverSeenSessions } = lookedAtBy(cameras, key, readableWidthPx);
  const working = showing.filter(({ camera }) => camera.status.ok && camera.pictures.length > 0);
  const dark = showing.find(({ camera }) => !camera.status.ok)?.camera.status;
  const faceWidthPx = Math.max(0, ...working.map(({ projected }) => projected.faceWidthPx));
  return {
    visible: faceWidthPx >= readableWidthPx,
    faceWidthPx,
    occupancy: occupancyAt(working, key),
    gap: dark !== undefined && !dark.ok ? dark.reason : null,
    hidden: showing.length === 0,
    neverSeenSessions,
    looks: working
      .toSorted(
        (left, right) =>
          right.projected.faceWidthPx - left.projected.faceWidthPx ||
          compareText(left.camera.cameraId, right.camera.cameraId),
      )
      .flatMap(({ camera, projected }) => byTaking(camera).map((picture) => seatLook(picture, projected))),
  };
}

interface Showing {
  camera: CameraRound;
  projected: ProjectedSeat;
}

/** A camera that is known to see the seat speaks alone, down or not; only where none is, those that may look at furniture do. */
function lookedAtBy(
  cameras: readonly CameraRound[],
  key: SeatKey,
  readableWidthPx: number,
): { showing: Showing[]; neverSeenSessions: number | null } {
  const showing = cameras.flatMap((camera) => {
    const projected = camera.seats.find((candidate) => seatKey(candidate) === key);
    return projected === undefined ? [] : [{ camera, projected }];
  });
  const sure = showing.filter(({ projected }) => projected.neverSeenSessions === undefined);
  const readable = sure.some(({ projected }) => projected.faceWidthPx >= readableWidthPx);
  if (readable || sure.length === showing.length) return { showing: sure, neverSeenSessions: null };
  const doubts = showing.flatMap(({ projected }) => projected.neverSeenSessions ?? []);
  return { showing, neverSeenSessions: Math.max(...doubts) };
}

function byTaking({ pictures }: CameraRound): BurstPicture[] {
  return pictures.toSorted((left, right) => compareText(left.snapshotId, right.snapshotId));
}

/** Head and shoulders of whoever would sit there. */
function seatLook(
  { snapshotId, widthPx, heightPx }: BurstPicture,
  seat: ProjectedSeat,
): SeatView["looks"][number] {
  const left = Math.max(0, seat.x - LOOK_ASIDE * seat.faceWidthPx);
  const top = Math.max(0, seat.y - LOOK_UP * seat.faceWidthPx);
  const width = Math.min(widthPx, seat.x + LOOK_ASIDE * seat.faceWidthPx) - left;
  const height = Math.min(heightPx, seat.y + LOOK_DOWN * seat.faceWidthPx) - top;
  return { snapshotId, box: { x: left, y: top, width, height } };
}

/** For somebody without a seat: the room was looked at when every camera worked. */
export function roomView(cameras: readonly CameraRound[]): SeatView {
  const dark = cameras.find(({ status }) => !status.ok)?.status;
  return {
    visible: cameras.length > 0 && dark === undefined,
    faceWidthPx: 0,
    occupancy: null,
    gap: dark !== undefined && !dark.ok ? dark.reason : null,
    hidden: cameras.length === 0,
    neverSeenSessions: null,
    looks: cameras.toSorted(byName).flatMap((camera) =>
      byTaking(camera).map(({ snapshotId, widthPx, heightPx }) => ({
        snapshotId,
        box: { x: 0, y: 0, width: widthPx, height: heightPx },
      })),
    ),
  };
}

function byName(left: CameraRound, right: CameraRound): number {
  return compareText(left.cameraId, right.cameraId);
}

/**
 * A seat one camera sees taken is taken: a pillar may stand before the other. Cameras that are known to see the seat speak before the
 * rest, and of them the one to which it looks emptiest: whoever sat there would be seen by each, but behind an empty seat one of them
 * sees the people of the next rows.
 */
function occupancyAt(working: readonly Showing[], key: SeatKey): number | null {
  const known = working.flatMap(({ camera, projected }) =>
    camera.occupancy
      .filter((seat) => seatKey(seat) === key)
      .map(({ probability }) => ({ probability, proven: projected.proven === true })),
  );
  const proven = known.filter((one) => one.proven).map(({ probability }) => probability);
  if (proven.length > 0) return Math.min(...proven);
  return known.length === 0 ? null : Math.max(...known.map(({ probability }) => probability));
}

/** Even-odd rule; the border counts as outside. */
export function inPolygon(point: Point, polygon: readonly Point[]): boolean {
  let inside = false;
  for (const [index, a] of polygon.entries()) {
    const b = polygon[(index + 1) % polygon.length] ?? a;
    const crosses = a.y > point.y !== b.y > point.y;
    if (crosses && point.x < ((b.x - a.x) * (point.y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
  }
  return inside;
}
