import type { Box, CameraId, FaceObservation, SnapshotId } from "../types.ts";
import type { Adapter } from "./adapter.ts";
import { adaptProbe } from "./adapter.ts";
import type { CameraRound } from "./round-input.ts";
import { groupGreedily } from "./grouping.ts";
import { cosine, meanDirection } from "./vectors.ts";

/** One face in one picture. */
export interface Sighting {
  round: number;
  cameraId: CameraId;
  snapshotId: SnapshotId;
  face: FaceObservation;
  /** The face's embedding after the pack's adapter. */
  vector: Float32Array;
}

/** The same person's faces in the pictures of one camera's burst. */
export interface Tracklet {
  cameraId: CameraId;
  round: number;
  /** Best first. */
  sightings: Sighting[];
  /** Quality-weighted mean direction of its faces. */
  vector: Float32Array;
  /** Quality-weighted mean width. */
  widthPx: number;
}

/** Faces of consecutive pictures further apart than this many face widths are different people. */
const REACH_WIDTHS = 0.9;
/** Below this similarity two faces at one place are different people: one left, the other came. */
const SAME_PLACE_SIMILARITY = 0.25;

/** Links the faces of a burst; nobody is twice in one picture. */
export function linkBurst(camera: CameraRound, round: number, adapter: Adapter | null): Tracklet[] {
  const sightings = camera.pictures
    .flatMap((picture) =>
      picture.faces.map((face) => ({
        round,
        cameraId: camera.cameraId,
        snapshotId: picture.snapshotId,
        face,
        vector: adaptProbe(adapter, face.embedding.vector, face.quality.widthPx),
      })),
    )
    .sort(bySighting);
  const groups = groupGreedily(sightings, affinity, (left, right) => left.snapshotId === right.snapshotId);
  return groups.flatMap((group) => {
    const tracklet = trackletOf(group);
    return tracklet === null ? [] : [tracklet];
  });
}

/** How much a face tells, by what limits it: width first, then focus, pose and the detector's own doubt. */
export function faceWeight(face: FaceObservation): number {
  const { widthPx, sharpness, yaw, alignmentResidualPx } = face.quality;
  const size = Math.min(widthPx, 64) / 64;
  const focus = sharpness / (sharpness + 60);
  const pose = Math.exp(-((yaw / 0.6) ** 2));
  const fit = Math.exp(-((alignmentResidualPx / 12) ** 2));
  return Math.max(1e-4, size ** 2 * (0.3 + 0.7 * focus) * pose * fit * face.score);
}

function trackletOf(group: Sighting[]): Tracklet | null {
  const weighted = group.map((sighting) => ({ sighting, weight: faceWeight(sighting.face) }));
  weighted.sort((left, right) => right.weight - left.weight || bySighting(left.sighting, right.sighting));
  const vector = meanDirection(weighted.map(({ sighting, weight }) => ({ vector: sighting.vector, weight })));
  const best = weighted[0]?.sighting;
  if (vector === null || best === undefined) return null;
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  const widthPx =
    weighted.reduce((sum, { sighting, weight }) => sum + weight * sighting.face.quality.widthPx, 0) / total;
  return {
    cameraId: best.cameraId,
    round: best.round,
    sightings: weighted.map(({ sighting }) => sighting),
    vector,
    widthPx,
  };
}

function affinity(left: Sighting, right: Sighting): number {
  const a = centre(left.face.box);
  const b = centre(right.face.box);
  const reach = Math.hypot(a.x - b.x, a.y - b.y) / Math.max(left.face.box.width, right.face.box.width);
  if (reach > REACH_WIDTHS) return Number.NEGATIVE_INFINITY;
  const similarity = cosine(left.vector, right.vector);
  return similarity < SAME_PLACE_SIMILARITY ? Number.NEGATIVE_INFINITY : similarity - 0.3 * reach;
}

export function centre(box: Box): { x: number; y: number } {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** A total order of faces that depends on nothing but the faces. */
export function bySighting(left: Sighting, right: Sighting): number {
  return (
    left.round - right.round ||
    compareText(left.cameraId, right.cameraId) ||
    compareText(left.snapshotId, right.snapshotId) ||
    left.face.box.y - right.face.box.y ||
    left.face.box.x - right.face.box.x ||
    left.face.box.width - right.face.box.width
  );
}

export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
