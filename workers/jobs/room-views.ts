import type { CameraId, Point } from "../../services/types.ts";
import type { PlacedSeat } from "../../services/seating/project-seats.ts";
import { fitSeatPlane, seatsOnPlane } from "../../services/seating/seat-plane.ts";
import { camerasOfRoom, cameraViewsAt, type CameraView } from "../../db/queries/campus.ts";
import { chartAt, rosterAt, type ChartVersion, type RosterVersion } from "../../db/queries/courses.ts";
import type { Session } from "../../db/queries/sessions.ts";
import type { Db } from "../../db/client.ts";

export interface RoomCamera {
  id: CameraId;
  code: string;
  /** Chart seats in this camera's picture; empty when nobody marked the room for it. */
  seats: PlacedSeat[];
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
  const views = new Map((await cameraViewsAt(db, session.roomId, at)).map((view) => [view.cameraId, view]));
  const cameras = rows.map(({ id, code }) => {
    const view = views.get(id);
    const seats = view && chart ? inPicture(placeSeats(view, chart), view) : [];
    return { id, code, seats, frontZone: view?.frontZone ?? null };
  });
  return { roster, chart, cameras };
}

function placeSeats(view: CameraView, chart: ChartVersion): PlacedSeat[] {
  const points = view.markedSeats.map(({ row, column, x, y }) => ({ seat: { row, column }, x, y }));
  const plane = fitSeatPlane(points, chart.aislesAfter);
  return seatsOnPlane(plane, chart.seats, { perColumnPitch: view.facePerColumnPitch });
}

/** A seat outside the frame is not one this camera can see. */
function inPicture(seats: PlacedSeat[], view: { widthPx: number; heightPx: number }): PlacedSeat[] {
  return seats.filter(({ x, y }) => x >= 0 && y >= 0 && x < view.widthPx && y < view.heightPx);
}
