import type { CameraId, Point, RoomId, SeatSight } from "../../services/types.ts";
import type { Db } from "../client.ts";
import { json, type MarkedSeat } from "../stored.ts";
import type { CameraView as ViewTable } from "../tables.ts";

/** Where a room's seats are in one camera's picture, from an instant on. */
export interface CameraView {
  id: string;
  cameraId: CameraId;
  effectiveAt: Date;
  widthPx: number;
  heightPx: number;
  /** Set by a person; no machine changes them. */
  markedSeats: MarkedSeat[];
  /** Where faces of each seat were seen since; empty until the first sessions. */
  seenSeats: MarkedSeat[];
  seatSights: SeatSight[];
  facePerColumnPitch: number;
  frontZone: Point[] | null;
  source: ViewTable["source"];
  confirmedBy: string | null;
  /** The person's view a machine's one refines. */
  refines: string | null;
}

/** False when the camera already has a view from that very instant on; nothing is changed then. */
export async function addCameraView(db: Db, view: CameraView): Promise<boolean> {
  const result = await db
    .insertInto("cameraView")
    .values({
      ...view,
      markedSeats: json(view.markedSeats),
      seenSeats: json(view.seenSeats),
      seatSights: json(view.seatSights),
      frontZone: json(view.frontZone),
    })
    .onConflict((c) => c.columns(["cameraId", "effectiveAt"]).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** The view of each camera of a room in force at an instant: a person's last one, as refined by then. */
export async function cameraViewsAt(db: Db, roomId: RoomId, at: Date): Promise<CameraView[]> {
  return db
    .selectFrom("cameraView as view")
    .innerJoin("camera", "camera.id", "view.cameraId")
    .innerJoin("cameraView as base", (join) =>
      join.on((e) => e("base.id", "=", e.fn.coalesce("view.refines", "view.id"))),
    )
    .distinctOn("view.cameraId")
    .selectAll("view")
    .where("camera.roomId", "=", roomId)
    .where("view.effectiveAt", "<=", at)
    .where("base.effectiveAt", "<=", at)
    .orderBy("view.cameraId")
    .orderBy("base.effectiveAt", "desc")
    .orderBy("view.effectiveAt", "desc")
    .execute();
}

export async function viewById(db: Db, id: string): Promise<CameraView> {
  return db.selectFrom("cameraView").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
}
