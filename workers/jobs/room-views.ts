import type { CameraId, CourseId, Point, SeatSight } from "../../services/types.ts";
import type { ProjectedSeat } from "../../services/rollcall/round-input.ts";
import type { SeatPoint } from "../../services/seating/homography.ts";
import type { PlacedSeat } from "../../services/seating/project-seats.ts";
import { isHidden, isProven, sessionsUnseen } from "../../services/seating/seat-sights.ts";
import { fitSeatPlanes, seatsOnPlane, weighted } from "../../services/seating/seat-plane.ts";
import { camerasOfRoom } from "../../db/queries/campus.ts";
import { cameraViewsAt, type CameraView } from "../../db/queries/views.ts";
import { chartAt, rosterAt, type ChartVersion, type RosterVersion } from "../../db/queries/courses.ts";
import type { Session } from "../../db/queries/sessions.ts";
import type { Db } from "../../db/client.ts";

export interface RoomCamera {
  id: CameraId;
  code: string;
  /** Chart seats this camera can see; empty when nobody marked the room for it. */
  seats: ProjectedSeat[];
  /** Those and the ones said to be hidden from it, where they would be. */
  placed: PlacedSeat[];
  frontZone: Point[] | null;
}

/** What a session is decided with: roster, chart and camera views in force when it started. */
export interface SessionSetting {
  roster: RosterVersion | null;
  chart: ChartVersion | null;
  cameras: RoomCamera[];
}

export async function sessionSetting(db: Db, session: Session): Promise<SessionSetting> {
  const at = session.frame.startsAt;
  const roster = await rosterAt(db, session.courseId, at);
  const chart = await chartAt(db, session.courseId, session.roomId, at);
  const rows = await camerasOfRoom(db, session.roomId);
  const views = await cameraViewsAt(db, session.roomId, at);
  const seats = chart === null ? new Map<CameraId, PlacedSeat[]>() : placeSeats(views, chart);
  const cameras = rows.map(({ id, code }) => {
    const view = views.find(({ cameraId }) => cameraId === id);
    const placed = view === undefined ? [] : inPicture(seats.get(id) ?? [], view);
    const visible = visibleSeats(placed, view?.seatSights ?? [], session.courseId);
    return { id, code, seats: visible, placed, frontZone: view?.frontZone ?? null };
  });
  return { roster, chart, cameras };
}

type Seating = Pick<CameraView, "cameraId" | "markedSeats" | "seenSeats" | "facePerColumnPitch">;

/** The chart's seats in every camera's picture, in the room's one frame: aisles are as wide for all of them. */
export function placeSeats(
  views: readonly Seating[],
  chart: Pick<ChartVersion, "aislesAfter" | "seats">,
): Map<CameraId, PlacedSeat[]> {
  const points = views.map((view) => weighted(seatPoints(view.markedSeats), seatPoints(view.seenSeats)));
  const planes = fitSeatPlanes(points, chart.aislesAfter);
  return new Map(
    views.map((view, index) => {
      const plane = planes[index];
      const size = { perColumnPitch: view.facePerColumnPitch };
      return [view.cameraId, plane === undefined ? [] : seatsOnPlane(plane, chart.seats, size)];
    }),
  );
}

export function seatPoints(seats: CameraView["markedSeats"]): SeatPoint[] {
  return seats.map(({ row, column, x, y }) => ({ seat: { row, column }, x, y }));
}

/** A seat outside the frame is not one this camera can see. */
function inPicture(seats: PlacedSeat[], view: { widthPx: number; heightPx: number }): PlacedSeat[] {
  return seats.filter(({ x, y }) => x >= 0 && y >= 0 && x < view.widthPx && y < view.heightPx);
}

function visibleSeats(
  placed: readonly PlacedSeat[],
  sights: readonly SeatSight[],
  courseId: CourseId,
): ProjectedSeat[] {
  return placed
    .filter((seat) => !isHidden(seat, sights))
    .map((seat) => {
      if (isProven(seat, sights)) return { ...seat, proven: true };
      const sessions = sessionsUnseen(seat, sights, courseId);
      return sessions === null ? seat : { ...seat, neverSeenSessions: sessions };
    });
}
