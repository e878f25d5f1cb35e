import type { CameraId, Point, SeatRef } from "../../services/types.ts";
import { fitHomography } from "../../services/seating/homography.ts";
import { projectSeats, type PlacedSeat } from "../../services/seating/project-seats.ts";
import { camerasOfRoom, cameraViewsAt } from "../../db/queries/campus.ts";
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
    const seats = view && chart ? inPicture(placeSeats(view.markedSeats, chart.seats), view) : [];
    return { id, code, seats, frontZone: view?.frontZone ?? null };
  });
  return { roster, chart, cameras };
}

function placeSeats(marked: (SeatRef & Point)[], seats: SeatRef[]): PlacedSeat[] {
  const points = marked.map(({ row, column, x, y }) => ({ seat: { row, column }, x, y }));
  return projectSeats(
    fitHomography(points),
    seats.map(({ row, column }) => ({ row, column })),
  );
}

/** A seat outside the frame is not one this camera can see. */
function inPicture(seats: PlacedSeat[], view: { widthPx: number; heightPx: number }): PlacedSeat[] {
  return seats.filter(({ x, y }) => x >= 0 && y >= 0 && x < view.widthPx && y < view.heightPx);
}
