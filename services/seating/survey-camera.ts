import type { CameraId, SeatRef, SeatSight } from "../types.ts";
import type { SeatPoint } from "./homography.ts";
import { turnOfMarks, type MarkedTurn } from "./orientation.ts";
import { defaultFaceSize, type FaceSizeModel, type PlacedSeat } from "./project-seats.ts";
import { matchFaces, refineFromFaces, type SeenFace } from "./refine.ts";
import { isHidden } from "./seat-sights.ts";
import { fitSeatPlanes, seatsOnPlane } from "./seat-plane.ts";
import type { SurveyedCamera } from "./survey.ts";

/** What is known of one camera before a survey. */
export interface CameraToSurvey {
  cameraId: CameraId;
  widthPx: number;
  heightPx: number;
  marks: SeatPoint[];
  faces: readonly SeenFace[];
  sights: readonly SeatSight[];
  /** Measured before; null when nobody measured the room from faces. */
  faceSize: FaceSizeModel | null;
}

export interface CameraSurvey extends SurveyedCamera {
  marks: SeatPoint[];
  residualPx: number;
  aisleWidth: number;
  faceSize: FaceSizeModel;
  /** Measured from the faces of this picture. */
  sizeMeasured: boolean;
  turn: MarkedTurn;
  /** Marks that lie far from where the others put their seat, worst first. */
  oddMarks: { seat: SeatRef; offPx: number }[];
  /** Seats whose sitter's face this picture shows. */
  seatsWithFace: SeatRef[];
  faces: number;
}

/** A mark this many standard deviations off is probably of another seat. */
const ODD_SIGMAS = 3;
const AT_SEAT_WIDTHS = 1.5;

/** Seats of every marked camera of a room, in one frame. Throws `input-invalid` for marks that determine nothing. */
export function surveyCameras(
  cameras: readonly CameraToSurvey[],
  seats: readonly SeatRef[],
  aislesAfter: readonly number[],
  cameraAt: "front" | "back",
): CameraSurvey[] {
  const planes = fitSeatPlanes(
    cameras.map(({ marks }) => marks),
    aislesAfter,
  );
  return cameras.flatMap((camera, index) => {
    const plane = planes[index];
    if (plane === undefined) return [];
    const before = camera.faceSize ?? defaultFaceSize;
    const refined = refineFromFaces(camera.marks, seats, camera.faces, before, aislesAfter);
    const faceSize = refined?.faceSize ?? before;
    const placed = seatsOnPlane(plane, seats, faceSize);
    return [
      {
        cameraId: camera.cameraId,
        widthPx: camera.widthPx,
        heightPx: camera.heightPx,
        seats: placed,
        hidden: camera.sights.filter((seat) => isHidden(seat, camera.sights)),
        marks: camera.marks,
        residualPx: plane.homography.residualPx,
        aisleWidth: plane.aisleWidth,
        faceSize,
        sizeMeasured: refined !== null,
        turn: turnOfMarks(camera.marks, cameraAt),
        oddMarks: oddMarks(camera.marks, placed),
        seatsWithFace: seatsWithFace(placed, camera.faces),
        faces: camera.faces.length,
      },
    ];
  });
}

function oddMarks(marks: readonly SeatPoint[], placed: readonly PlacedSeat[]): CameraSurvey["oddMarks"] {
  // Four marks are met exactly and cannot contradict each other.
  if (marks.length < 5) return [];
  return marks
    .flatMap(({ seat, x, y }) => {
      const at = placed.find(({ row, column }) => row === seat.row && column === seat.column);
      const offPx = at === undefined ? 0 : Math.hypot(at.x - x, at.y - y);
      return at !== undefined && offPx > Math.max(ODD_SIGMAS * 5, 0.8 * at.faceWidthPx)
        ? [{ seat, offPx: Math.round(offPx) }]
        : [];
    })
    .sort((a, b) => b.offPx - a.offPx);
}

function seatsWithFace(placed: readonly PlacedSeat[], faces: readonly SeenFace[]): SeatRef[] {
  const near = matchFaces(placed, faces).filter(({ away }) => away <= AT_SEAT_WIDTHS);
  const keys = new Map(near.map(({ seat: { row, column } }) => [`${row},${column}`, { row, column }]));
  return [...keys.values()];
}
