import type { Box, CameraId, FaceObservation, PackVector, SnapshotId } from "../types.ts";
import type { Adapter } from "./adapter.ts";
import { adaptProbe } from "./adapter.ts";
import type { CameraRound } from "./round-input.ts";
import { effectiveWidthPx, isTurned, vectorWeight } from "./effective-width.ts";
import { groupGreedily } from "./grouping.ts";
import { cosine, meanDirection } from "./vectors.ts";

/** One face in one picture. */
export interface Sighting {
  round: number;
  cameraId: CameraId;
  snapshotId: SnapshotId;
  face: FaceObservation;
  /** The picture's edge runs through the face or so close that some of it is not shown. */
  cutOff: boolean;
  /** Pictures of the burst it was seen in. */
  burst: number;
  /** Its width as a share of a sitter's face at the nearest seat; null where no seat is known. */
  ofSitter: number | null;
  /** The face's embedding after the pack's adapter. */
  vector: PackVector;
}

/** The same person's faces in the pictures of one camera's burst. */
export interface Tracklet {
  cameraId: CameraId;
  round: number;
  /** Best first. */
  sightings: Sighting[];
  /** Quality-weighted mean direction of its faces. */
  vector: PackVector;
  /** Quality-weighted means over its faces: width, effective width, share turned away. */
  widthPx: number;
  effectivePx: number;
  turned: number;
}

/** Part of every mark's decision version. */
export const trackConstants = {
  /** Faces of consecutive pictures further apart than this many face widths are different people. */
  REACH_WIDTHS: 0.9,
  /** Below this similarity two faces at one place are different people: one left, the other came. */
  SAME_PLACE_SIMILARITY: 0.25,
  /** From this similarity two faces at one place of one picture are one face found twice: people in one place are strangers to each other. */
  FOUND_TWICE_SIMILARITY: 0.5,
  /** What a face width of distance takes off the similarity when faces are joined. */
  DISTANCE_WEIGHT: 0.3,
  /** What a turned face counts among the pictures of a burst. */
  TURNED_WEIGHT: 0.3,
  /** A face nearer to the picture's edge than this share of its box is cut off: boxes end at the edge, or a little before. */
  EDGE_SHARE: 0.1,
};
const {
  REACH_WIDTHS,
  SAME_PLACE_SIMILARITY,
  FOUND_TWICE_SIMILARITY,
  DISTANCE_WEIGHT,
  TURNED_WEIGHT,
  EDGE_SHARE,
} = trackConstants;

/** Links the faces of a burst; nobody is twice in one picture. */
export function linkBurst(camera: CameraRound, round: number, adapter: Adapter | null): Tracklet[] {
  const sightings = camera.pictures
    .flatMap((picture) =>
      picture.faces.map((face) => ({
        round,
        cameraId: camera.cameraId,
        snapshotId: picture.snapshotId,
        face,
        cutOff: isCutOff(face.box, picture),
        burst: camera.pictures.length,
        ofSitter: shareOfSitter(face.box, camera),
        vector: adaptProbe(adapter, face.embedding.vector, effectiveWidthPx(face.quality)),
      })),
    )
    .sort(bySighting);
  const groups = groupGreedily(
    eachFaceOnce(sightings),
    affinity,
    (left, right) => left.snapshotId === right.snapshotId,
  );
  return groups.flatMap((group) => {
    const tracklet = trackletOf(group);
    return tracklet === null ? [] : [tracklet];
  });
}

/**
 * The detector's boxes of one face can lie too far apart for it to see that they are one. As two people they would share the belief
 * in whoever it is, and a face that is certain would end in doubt. The surer one stays.
 */
function eachFaceOnce(sightings: readonly Sighting[]): Sighting[] {
  const surest = sightings.toSorted(
    (left, right) => right.face.score - left.face.score || bySighting(left, right),
  );
  const kept: Sighting[] = [];
  for (const sighting of surest) if (!kept.some((other) => isSameFace(sighting, other))) kept.push(sighting);
  return kept.sort(bySighting);
}

function isSameFace(left: Sighting, right: Sighting): boolean {
  return (
    left.snapshotId === right.snapshotId &&
    reachOf(left, right) <= REACH_WIDTHS &&
    cosine(left.vector, right.vector) >= FOUND_TWICE_SIMILARITY
  );
}

function isCutOff({ x, y, width, height }: Box, picture: { widthPx: number; heightPx: number }): boolean {
  const [besides, above] = [EDGE_SHARE * width, EDGE_SHARE * height];
  return (
    x < besides || y < above || x + width > picture.widthPx - besides || y + height > picture.heightPx - above
  );
}

function shareOfSitter(box: Box, { seats }: CameraRound): number | null {
  const { x, y } = centre(box);
  const away = (seat: { x: number; y: number }) => Math.hypot(seat.x - x, seat.y - y);
  const [first, ...others] = seats;
  if (first === undefined) return null;
  const nearest = others.reduce((best, seat) => (away(seat) < away(best) ? seat : best), first);
  return box.width / nearest.faceWidthPx;
}

/** How much a face counts among the pictures of a burst. */
function sightingWeight({ face }: Sighting): number {
  return (
    vectorWeight(effectiveWidthPx(face.quality)) * face.score * (isTurned(face.quality) ? TURNED_WEIGHT : 1)
  );
}

function trackletOf(group: Sighting[]): Tracklet | null {
  const weighted = group.map((sighting) => ({ sighting, weight: sightingWeight(sighting) }));
  weighted.sort((left, right) => right.weight - left.weight || bySighting(left.sighting, right.sighting));
  const vector = meanDirection(weighted.map(({ sighting, weight }) => ({ vector: sighting.vector, weight })));
  const best = weighted[0]?.sighting;
  if (vector === null || best === undefined) return null;
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  const mean = (of: (face: FaceObservation) => number): number =>
    weighted.reduce((sum, { sighting, weight }) => sum + weight * of(sighting.face), 0) / total;
  return {
    cameraId: best.cameraId,
    round: best.round,
    sightings: weighted.map(({ sighting }) => sighting),
    vector,
    widthPx: mean(({ quality }) => quality.widthPx),
    effectivePx: mean(({ quality }) => effectiveWidthPx(quality)),
    turned: mean(({ quality }) => (isTurned(quality) ? 1 : 0)),
  };
}

function affinity(left: Sighting, right: Sighting): number {
  const reach = reachOf(left, right);
  if (reach > REACH_WIDTHS) return Number.NEGATIVE_INFINITY;
  const similarity = cosine(left.vector, right.vector);
  return similarity < SAME_PLACE_SIMILARITY ? Number.NEGATIVE_INFINITY : similarity - DISTANCE_WEIGHT * reach;
}

/** How far apart two faces are, in widths of the wider. */
function reachOf(left: Sighting, right: Sighting): number {
  const a = centre(left.face.box);
  const b = centre(right.face.box);
  return Math.hypot(a.x - b.x, a.y - b.y) / Math.max(left.face.box.width, right.face.box.width);
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
