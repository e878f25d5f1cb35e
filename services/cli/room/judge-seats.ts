import { camerasOfRoom } from "../../../db/queries/campus.ts";
import { appendLog } from "../../../db/queries/log.ts";
import { addCameraView, cameraViewsAt } from "../../../db/queries/views.ts";
import type { Context } from "../../../workers/context.ts";
import { SisoError } from "../../errors.ts";
import { withContext } from "../open-context.ts";
import type { SeatRef } from "../../types.ts";
import { findRoomByText } from "./find-room.ts";
import { neverSeenLine, neverSeenSeats } from "./never-seen.ts";
import { parseSeats, seatName } from "./seat-text.ts";
import { mergeSights } from "./survey-room.ts";
import { confirmedBy } from "../confirmed-by.ts";

/** As typed. */
export interface SeatOptions {
  room: string;
  camera: string;
  hidden?: string[];
  visible?: string[];
  by?: string;
  confirm?: boolean;
}

/** A person's word on single seats of one camera; the marks stay as they are. */
export async function judgeSeats(
  options: SeatOptions,
  env: Record<string, string | undefined>,
): Promise<string> {
  return withContext(env, (ctx) => saveJudgement(ctx, options));
}

export async function saveJudgement(ctx: Context, options: SeatOptions): Promise<string> {
  const room = await findRoomByText(ctx.db, options.room);
  const now = ctx.clock.now();
  const camera = (await camerasOfRoom(ctx.db, room.id)).find(({ code }) => code === options.camera);
  const view = (await cameraViewsAt(ctx.db, room.id, now)).find(({ cameraId }) => cameraId === camera?.id);
  if (camera === undefined || view === undefined) throw noView(options);
  const hidden = (options.hidden ?? []).flatMap(parseSeats);
  const visible = (options.visible ?? []).flatMap(parseSeats);
  const sights = mergeSights(view.seatSights, { hidden, visible });
  const said = (seen: boolean) => sights.filter(({ by, visible }) => by === "person" && visible === seen);
  const proven = sights.filter(({ by, visible }) => by === "machine" && visible);
  const shown = [
    `${room.name} · ${camera.code}`,
    `  bị che · hidden: ${names(said(false))}`,
    `  nhìn thấy · visible: ${names(said(true))}`,
    `  máy đã nhận ra học viên ở đó · a trainee was recognised there: ${proven.length} chỗ · seats`,
    ...(await neverSeenSeats(ctx.db, room.id, sights, now)).map((each) => `  ${neverSeenLine(each)}`),
  ];
  if (options.confirm !== true)
    return [...shown, "Chưa lưu gì; thêm --confirm. · Nothing stored; add --confirm."].join("\n");
  await ctx.db.transaction().execute(async (trx) => {
    const id = ctx.random.uuid();
    const version = {
      id,
      effectiveAt: now,
      seatSights: sights,
      source: "officer" as const,
      confirmedBy: confirmedBy(options.by),
    };
    await addCameraView(trx, { ...view, ...version, refines: null });
    await appendLog(trx, now, { event: "seats-judged", view: id, camera: camera.id, seats: sights.length });
  });
  return [...shown, "Đã lưu. · Stored."].join("\n");
}

function names(seats: readonly SeatRef[]): string {
  return seats.map(seatName).join(", ") || "–";
}

function noView({ camera, room }: SeatOptions): SisoError {
  return new SisoError("not-found", {
    vi: `Phòng ${room} không có camera ${camera}, hoặc camera chưa được đánh dấu chỗ ngồi. Chạy ./siso room survey trước.`,
    en: `Room ${room} has no camera ${camera}, or its seats were never marked. Run ./siso room survey first.`,
  });
}
