import type {
  CameraId,
  CourseId,
  Embedding,
  FaceObservation,
  GapReason,
  MarkVerdict,
  PackId,
  Point,
  SeatRef,
  SnapshotId,
  StrangerVerdict,
  TraineeId,
} from "../types.ts";
import type { Calibration } from "./calibration.ts";
import type { DecisionSettings } from "./settings.ts";

/** Everything a decision may look at: one round of one session. Order of any list never changes a mark. */
export interface RoundInput {
  pack: PackId;
  roster: RosterMember[];
  /** Trainees of courses that have a session at this time; they explain a face nobody here claims. */
  otherCourses: CourseGallery[];
  cameras: CameraRound[];
  calibration: Calibration;
  settings: DecisionSettings;
}

export interface RosterMember {
  traineeId: TraineeId;
  /** Chart seat in force at this round; null when the chart names none. */
  seat: SeatRef | null;
  /** None: nobody enrolled this trainee, or the trainee refused; a person decides. Other packs' embeddings are refused. */
  templates: Embedding[];
}

export interface CourseGallery {
  courseId: CourseId;
  trainees: { traineeId: TraineeId; templates: Embedding[] }[];
}

export interface CameraRound {
  cameraId: CameraId;
  /** `gap`: no picture of this round is usable, and why. */
  status: { ok: true } | { ok: false; reason: GapReason };
  /** `projectSeats` of this camera, every chart seat it can see; empty when the room was never marked. */
  seats: ProjectedSeat[];
  pictures: BurstPicture[];
  /** Lecturer's area in picture pixels; null when none was drawn. */
  frontZone: Point[] | null;
  /** Seats compared with the empty room. A seat left out is unknown. */
  occupancy: SeatOccupancy[];
}

export interface BurstPicture {
  snapshotId: SnapshotId;
  widthPx: number;
  heightPx: number;
  faces: FaceObservation[];
}

/** Where a seat's sitter's face is expected in a picture. */
export interface ProjectedSeat extends SeatRef {
  /** Centre of the face, picture pixels. */
  x: number;
  y: number;
  /** One standard deviation of the face's centre around it, pixels. */
  sigmaPx: number;
  faceWidthPx: number;
}

export interface SeatOccupancy extends SeatRef {
  /** Probability that somebody sits there, 0…1. */
  probability: number;
}

export interface RoundDecision {
  /** One per roster member, in roster order by id. */
  marks: MarkVerdict[];
  /** One per tracked face that no roster member claims. */
  strangers: StrangerVerdict[];
}
