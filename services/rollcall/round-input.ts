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
export interface RoundInput<P extends PackId = PackId> {
  pack: P;
  roster: RosterMember<P>[];
  /** Trainees of courses that have a session at this time; they explain a face nobody here claims. */
  otherCourses: CourseGallery<P>[];
  cameras: CameraRound<P>[];
  calibration: Calibration<P>;
  settings: DecisionSettings;
}

export interface RosterMember<P extends PackId = PackId> {
  traineeId: TraineeId;
  /** Chart seat in force at this round; null when the chart names none. */
  seat: SeatRef | null;
  /** None: nobody enrolled this trainee, or the trainee refused; a person decides. Other packs' embeddings are refused. */
  templates: Embedding<P>[];
  /** The trainee withdrew consent to biometrics: marks say so. */
  declined?: boolean;
}

export interface CourseGallery<P extends PackId = PackId> {
  courseId: CourseId;
  trainees: { traineeId: TraineeId; templates: Embedding<P>[] }[];
}

export interface CameraRound<P extends PackId = PackId> {
  cameraId: CameraId;
  /** `gap`: no picture of this round is usable, and why. */
  status: { ok: true } | { ok: false; reason: GapReason };
  /** `projectSeats` of this camera, every chart seat it can see; empty when the room was never marked. */
  seats: ProjectedSeat[];
  pictures: BurstPicture<P>[];
  /** Lecturer's area in picture pixels; null when none was drawn. */
  frontZone: Point[] | null;
  /** Seats compared with the empty room. A seat left out is unknown. */
  occupancy: SeatOccupancy[];
}

export interface BurstPicture<P extends PackId = PackId> {
  snapshotId: SnapshotId;
  widthPx: number;
  heightPx: number;
  faces: FaceObservation<P>[];
}

/** Where a seat's sitter's face is expected in a picture. */
export interface ProjectedSeat extends SeatRef {
  /** Centre of the face, picture pixels. */
  x: number;
  y: number;
  /** One standard deviation of the face's centre around it, pixels. */
  sigmaPx: number;
  faceWidthPx: number;
  /** Nobody was ever seen there in so many earlier sessions: the seat may be hidden. Left out where there is no doubt. */
  neverSeenSessions?: number;
  /** A trainee was recognised there by this camera once, or a person said that it sees the seat: nothing stands before it. */
  proven?: true;
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
