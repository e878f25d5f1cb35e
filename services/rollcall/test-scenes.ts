import type {
  CameraId,
  Embedding,
  FaceObservation,
  PackId,
  PackVector,
  SeatRef,
  SnapshotId,
  TraineeId,
} from "../types.ts";
import type { Calibration } from "./calibration.ts";
import type { CameraRound, ProjectedSeat, RosterMember, RoundInput } from "./round-input.ts";
import { defaultDecision } from "./settings.ts";

/** Small rooms for tests: each person is one axis of the embedding space, so similarities are exact. */
export const testPack = "test-1" as PackId;

export const testCalibration: Calibration = {
  pack: testPack,
  source: "test",
  bands: [
    { widthPx: 16, byRounds: [separation(0.4, 0.12), separation(0.5, 0.1)], pairs: separation(0.3, 0.15) },
    { widthPx: 40, byRounds: [separation(0.65, 0.1), separation(0.75, 0.08)], pairs: separation(0.6, 0.12) },
  ],
  adapter: null,
};

function separation(mean: number, sd: number) {
  return { genuine: { mean, sd }, impostor: { mean: 0.03, sd: 0.08 }, lost: 0.001 };
}

const LENGTH = 64;

/** A face `closeness` (cosine) to person `axis`, the rest along an axis of its own. */
export function faceVector(axis: number, closeness: number, rest = LENGTH - 1): Embedding {
  const vector = new Float32Array(LENGTH);
  vector[axis] = closeness;
  vector[rest] = Math.sqrt(1 - closeness ** 2);
  return { pack: testPack, vector: vector as PackVector };
}

export function seatOf(index: number): SeatRef {
  return { row: 1 + Math.floor(index / 5), column: 1 + (index % 5) };
}

export function placed(seat: SeatRef): ProjectedSeat {
  return { ...seat, x: 200 * seat.column, y: 200 * seat.row, sigmaPx: 10, faceWidthPx: 40 };
}

export function trainee(index: number): RosterMember {
  return {
    traineeId: `t${String(index).padStart(2, "0")}` as TraineeId,
    seat: seatOf(index),
    templates: [faceVector(index, 1)],
  };
}

export function faceAt(seat: SeatRef, embedding: Embedding, widthPx = 40, shift = 0): FaceObservation {
  const { x, y } = placed(seat);
  const box = { x: x - widthPx / 2 + shift, y: y - widthPx / 2, width: widthPx, height: widthPx };
  return {
    box,
    score: 0.9999,
    landmarks: [],
    quality: { widthPx, sharpness: 100, brightness: 120, contrast: 40, yaw: 0, alignmentResidualPx: 3 },
    embedding,
  };
}

/** One camera's burst of three pictures, each with the same faces a little moved. */
export function burst(name: string, faces: FaceObservation[], roster: readonly RosterMember[]): CameraRound {
  const seats = roster.flatMap(({ seat }) => (seat === null ? [] : [placed(seat)]));
  return {
    cameraId: name as CameraId,
    status: { ok: true },
    seats,
    pictures: [0, 1, 2].map((shot) => ({
      snapshotId: `${name}-${shot}` as SnapshotId,
      widthPx: 1920,
      heightPx: 1080,
      faces: faces.map((face) => ({ ...face, box: { ...face.box, x: face.box.x + shot } })),
    })),
    frontZone: null,
    occupancy: roster.flatMap(({ seat }) =>
      seat === null
        ? []
        : [{ ...seat, probability: faces.some((face) => nearSeat(face, seat)) ? 0.97 : 0.02 }],
    ),
  };
}

function nearSeat(face: FaceObservation, seat: SeatRef): boolean {
  const { x, y } = placed(seat);
  return Math.hypot(face.box.x + face.box.width / 2 - x, face.box.y + face.box.height / 2 - y) < 60;
}

export function darkCamera(name: string, roster: readonly RosterMember[]): CameraRound {
  const lit = burst(name, [], roster);
  return { ...lit, status: { ok: false, reason: "unreachable" }, pictures: [], occupancy: [] };
}

export function roundOf(roster: RosterMember[], cameras: CameraRound[]): RoundInput {
  return {
    pack: testPack,
    roster,
    otherCourses: [],
    cameras,
    calibration: testCalibration,
    settings: defaultDecision,
  };
}
