import { appendLog } from "../../../db/queries/log.ts";
import { addCameraView } from "../../../db/queries/views.ts";
import type { Context } from "../../../workers/context.ts";
import { SisoError } from "../../errors.ts";
import type { CameraId, SeatRef } from "../../types.ts";
import { withContext } from "../open-context.ts";
import { say } from "../say.ts";
import { drawSurvey } from "./draw-survey.ts";
import type { SurveyOptions } from "./survey-options.ts";
import { surveyRoom, turnNeeded, type RoomSurvey, type SurveyedView } from "./survey-room.ts";
import { surveyJson, surveyText } from "./survey-text.ts";
import { confirmedBy } from "../confirmed-by.ts";

/** Surveys, draws, prints, and with `--confirm` stores; false asks for a non-zero exit code. */
export async function runSurvey(
  options: SurveyOptions,
  env: Record<string, string | undefined>,
): Promise<boolean> {
  return withContext(env, async (ctx) => {
    const survey = await surveyRoom(ctx, options);
    const pictures = await drawAll(survey, options.out);
    const marked = survey.views.every((view) => view.survey !== null);
    const stored = options.confirm === true && marked;
    if (stored) await storeSurvey(ctx, survey, options);
    if (options.json) {
      process.stdout.write(`${JSON.stringify(surveyJson(survey, pictures, stored), null, 2)}\n`);
    } else process.stdout.write(`${surveyText(survey, pictures)}\n\n`);
    sayClosing(survey, options, stored);
    return marked;
  });
}

async function drawAll(survey: RoomSurvey, dir: string): Promise<Map<CameraId, string>> {
  const paths = new Map<CameraId, string>();
  for (const { camera, picture, faces, survey: found } of survey.views) {
    const { cameraId, seats, marks } = found ?? { cameraId: camera.id, seats: [], marks: [] };
    const drawn = { ...unmarked, ...found, cameraId, seats, marks, ...sizeOf(picture) };
    const name = `${survey.room.code}-${camera.code}`;
    paths.set(camera.id, await drawSurvey(dir, name, picture, drawn, { faces, doubtful: survey.doubtful }));
  }
  return paths;
}

const sizeOf = ({ widthPx, heightPx }: SurveyedView["picture"]) => ({ widthPx, heightPx });

/** A camera without marks is drawn with its faces only. */
const unmarked = {
  residualPx: 0,
  aisleWidth: 0,
  faceSize: { perColumnPitch: 0 },
  sizeMeasured: false,
  turn: { mirrored: false, rowsReversed: false },
  oddMarks: [],
  seatsWithFace: [],
  faces: 0,
};

/** A new version of every surveyed camera's view; sessions that have begun keep theirs. Throws `input-invalid`. */
export async function storeSurvey(ctx: Context, survey: RoomSurvey, options: SurveyOptions): Promise<void> {
  const turned = survey.views.find((view) => view.survey !== null && turnNeeded(view.survey.turn) !== null);
  if (turned !== undefined) throw stillTurned(turned.camera.code);
  await ctx.db.transaction().execute(async (trx) => {
    for (const { camera, picture, marks, sights, before, survey: found } of survey.views) {
      if (found === null) continue;
      const added = await addCameraView(trx, {
        id: ctx.random.uuid(),
        cameraId: camera.id,
        effectiveAt: survey.effectiveAt,
        ...sizeOf(picture),
        markedSeats: marks.map(({ seat, x, y }) => ({ ...seat, x, y })),
        seenSeats: [],
        // From new marks on seats lie elsewhere in the picture: what was seen before proves nothing of them.
        seatSights: sights.filter(
          ({ by, visible }) => by === "person" || (visible && isMarkedAs(before, marks)),
        ),
        facePerColumnPitch: found.faceSize.perColumnPitch,
        frontZone: before?.frontZone ?? null,
        source: "officer",
        confirmedBy: confirmedBy(options.by),
        refines: null,
      });
      if (!added) throw sameInstant(camera.code);
      await appendLog(trx, ctx.clock.now(), {
        event: "view-surveyed",
        camera: camera.id,
        effectiveAt: survey.effectiveAt.toISOString(),
        marks: marks.length,
        residualPx: Number(found.residualPx.toFixed(1)),
      });
    }
  });
}

function isMarkedAs(before: SurveyedView["before"], marks: SurveyedView["marks"]): boolean {
  const old = before?.markedSeats.map(markKey).toSorted() ?? [];
  return (
    old.join() ===
    marks
      .map(({ seat, x, y }) => markKey({ ...seat, x, y }))
      .toSorted()
      .join()
  );
}

function markKey({ row, column, x, y }: SeatRef & { x: number; y: number }): string {
  return [row, column, x, y].join(" ");
}

function sayClosing({ views, effectiveAt }: RoomSurvey, options: SurveyOptions, stored: boolean): void {
  if (stored) {
    say({
      vi: `Đã lưu vị trí chỗ ngồi của ${views.length} camera, hiệu lực từ ${effectiveAt.toISOString()}.`,
      en: `The seats of ${views.length} camera(s) are stored, in force from ${effectiveAt.toISOString()}.`,
    });
    return;
  }
  const missing = views.filter(({ survey }) => survey === null).map(({ camera }) => camera.code);
  if (missing.length > 0) {
    say({
      vi: `Chưa lưu gì: còn thiếu điểm đánh dấu của ${missing.join(", ")}. Mở ảnh vừa ghi, đọc tọa độ giữa khuôn mặt ở vài chỗ góc phòng.`,
      en: `Nothing was stored: ${missing.join(", ")} still lack(s) marks. Open the picture just written and read where faces are at some corner seats.`,
    });
  } else if (options.confirm !== true) {
    say({
      vi: "Chưa lưu gì. Xem ảnh, rồi thêm --confirm để lưu.",
      en: "Nothing was stored. Look at the picture(s), then add --confirm.",
    });
  }
}

function stillTurned(code: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `Chưa lưu gì: các điểm của camera ${code} bị ngược so với khung của phòng. Thêm --camera-at back hoặc --turn-marks (xem giải thích ở trên).`,
    en: `Nothing was stored: the marks of camera ${code} are turned against the room's frame. Add --camera-at back or --turn-marks.`,
  });
}

function sameInstant(code: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `Camera ${code} đã có vị trí chỗ ngồi hiệu lực đúng từ lúc đó; chọn --effective-at khác.`,
    en: `Camera ${code} already has a view in force from that very instant; choose another --effective-at.`,
  });
}
