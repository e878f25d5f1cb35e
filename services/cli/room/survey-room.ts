import { readFile } from "node:fs/promises";
import { camerasOfRoom, type CameraRow, type RoomRow } from "../../../db/queries/campus.ts";
import type { ChartVersion, Course } from "../../../db/queries/courses.ts";
import { cameraViewsAt, type CameraView } from "../../../db/queries/views.ts";
import type { Context } from "../../../workers/context.ts";
import { seatPoints } from "../../../workers/jobs/room-views.ts";
import { SisoError } from "../../errors.ts";
import type { SeatPoint } from "../../seating/homography.ts";
import { turnSeat, type ChartTurn, type MarkedTurn } from "../../seating/orientation.ts";
import { surveyCameras, type CameraSurvey } from "../../seating/survey-camera.ts";
import { surveySeats, type SurveyedSeat } from "../../seating/survey.ts";
import type { FaceObservation, SeatRef, SeatSight } from "../../types.ts";
import { chartOfRoom } from "./chart-of-room.ts";
import { forCamera, parseMark, parseMarksFile, parseSeats, seatName } from "./seat-text.ts";
import type { SurveyOptions } from "./survey-options.ts";
import { readPicture, takeLivePicture, type SurveyPicture } from "./take-picture.ts";

export interface SurveyedView {
  camera: CameraRow;
  picture: SurveyPicture;
  faces: FaceObservation[];
  /** In force until now; null when nobody marked this camera yet. */
  before: CameraView | null;
  marks: SeatPoint[];
  sights: SeatSight[];
  /** Null with fewer than four marks. */
  survey: CameraSurvey | null;
}

export interface RoomSurvey {
  room: RoomRow;
  course: Course;
  chart: ChartVersion;
  effectiveAt: Date;
  views: SurveyedView[];
  seats: SurveyedSeat[];
  /** Marked seats where most others show a face and they do not: empty, or hidden. */
  doubtful: SeatRef[];
}

/** Takes or reads a picture of every camera and lays the chart's seats over it; nothing is stored. */
export async function surveyRoom(ctx: Context, options: SurveyOptions): Promise<RoomSurvey> {
  const { room, course, chart, effectiveAt } = await chartOfRoom(ctx, options);
  const cameras = chosenCameras(await camerasOfRoom(ctx.db, room.id), options.camera, room);
  const inForce = await cameraViewsAt(ctx.db, room.id, effectiveAt);
  const typed = await typedMarks(
    options,
    cameras.map(({ code }) => code),
  );
  const views: SurveyedView[] = [];
  for (const camera of cameras) {
    const before = inForce.find(({ cameraId }) => cameraId === camera.id) ?? null;
    views.push(await viewOf(ctx, camera, before, typed, options, cameras));
  }
  const marked = views.filter(({ marks }) => marks.length >= 4);
  if (options.turnMarks === true) turnBack(marked, chart, options.cameraAt);
  const surveys = surveyCameras(
    marked.map(toSurvey),
    checkKnown(chart, marked),
    chart.aislesAfter,
    options.cameraAt,
  );
  for (const survey of surveys) {
    const view = views.find(({ camera }) => camera.id === survey.cameraId);
    if (view) view.survey = survey;
  }
  const seats = surveySeats(chart.seats, surveys);
  return { room, course, chart, effectiveAt, views, seats, doubtful: doubtfulSeats(chart, surveys, seats) };
}

async function viewOf(
  ctx: Context,
  camera: CameraRow,
  before: CameraView | null,
  typed: Map<string, SeatPoint[]>,
  options: SurveyOptions,
  cameras: readonly CameraRow[],
): Promise<SurveyedView> {
  const codes = cameras.map(({ code }) => code);
  const given = (options.picture ?? [])
    .map((text) => forCamera(text, "=", codes))
    .find((each) => each.camera === camera.code);
  const picture = given === undefined ? await takeLivePicture(ctx, camera) : await readPicture(given.rest);
  const { faces } = await ctx.faces.analyse(picture.bytes);
  const marks = typed.get(camera.code) ?? seatPoints(before?.markedSeats ?? []);
  const sights = mergeSights(before?.seatSights ?? [], {
    hidden: seatsFor(options.hidden, camera.code, codes),
    visible: seatsFor(options.visible, camera.code, codes),
  });
  return { camera, picture, faces, before, marks, sights, survey: null };
}

function seatsFor(texts: readonly string[] = [], code: string, codes: readonly string[]): SeatRef[] {
  return texts
    .map((text) => forCamera(text, ":", codes))
    .filter(({ camera }) => camera === code)
    .flatMap(({ rest }) => parseSeats(rest));
}

/** A person's new word replaces what was said before about a seat. */
export function mergeSights(
  before: readonly SeatSight[],
  said: { hidden: readonly SeatRef[]; visible: readonly SeatRef[] },
): SeatSight[] {
  const fresh = [...personsWord(said.hidden, false), ...personsWord(said.visible, true)];
  const kept = before.filter(
    (old) => !fresh.some(({ row, column }) => row === old.row && column === old.column),
  );
  return [...kept, ...fresh];
}

function personsWord(seats: readonly SeatRef[], visible: boolean): SeatSight[] {
  return seats.map((seat) => ({ ...seat, visible, by: "person" }));
}

async function typedMarks(
  { mark, marks }: SurveyOptions,
  codes: readonly string[],
): Promise<Map<string, SeatPoint[]>> {
  const lines = marks === undefined ? [] : parseMarksFile(await readText(marks), codes);
  const flags = (mark ?? []).map((text) => {
    const { camera, rest } = forCamera(text, ":", codes);
    return { camera, mark: parseMark(rest) };
  });
  const byCamera = new Map<string, SeatPoint[]>();
  for (const { camera, mark: point } of [...lines, ...flags]) {
    byCamera.set(camera, [...(byCamera.get(camera) ?? []), point]);
  }
  return byCamera;
}

async function readText(path: string): Promise<string> {
  return readFile(path, "utf8").catch((cause: unknown) => {
    const words = { vi: `Không đọc được tệp ${path}.`, en: `The file ${path} cannot be read.` };
    throw new SisoError("file-unreadable", words, cause);
  });
}

function toSurvey({ camera, picture, faces, marks, sights, before }: SurveyedView) {
  return {
    cameraId: camera.id,
    widthPx: picture.widthPx,
    heightPx: picture.heightPx,
    marks,
    faces: faces.map(({ box: { x, y, width, height } }) => ({
      x: x + width / 2,
      y: y + height / 2,
      widthPx: width,
    })),
    sights,
    faceSize: before === null ? null : { perColumnPitch: before.facePerColumnPitch },
  };
}

/** A mark of a seat the chart does not have is a slip of the hand. */
function checkKnown(chart: ChartVersion, views: readonly SurveyedView[]): SeatRef[] {
  const known = new Set(chart.seats.map(({ row, column }) => `${row},${column}`));
  for (const { marks, camera } of views) {
    const odd = marks.find(({ seat }) => !known.has(`${seat.row},${seat.column}`));
    if (odd === undefined) continue;
    const { row, column } = odd.seat;
    throw new SisoError("input-invalid", {
      vi: `Camera ${camera.code}: sơ đồ không có chỗ hàng ${row}, cột ${column} (sơ đồ có ${chart.rowCount} hàng, ${chart.columnCount} cột).`,
      en: `Camera ${camera.code}: the chart has no seat row ${row}, column ${column} (it has ${chart.rowCount} rows, ${chart.columnCount} columns).`,
    });
  }
  return chart.seats.map(({ row, column }) => ({ row, column }));
}

/** Share of the seats in sight that must show a face before one without means something. */
const FULL_SHARE = 0.6;

function doubtfulSeats(
  chart: ChartVersion,
  surveys: readonly CameraSurvey[],
  seats: readonly SurveyedSeat[],
): SeatRef[] {
  const withFace = new Set(surveys.flatMap(({ seatsWithFace }) => seatsWithFace.map(seatName)));
  const owned = new Set(chart.seats.filter(({ traineeId }) => traineeId !== null).map(seatName));
  const expected = seats.filter(
    (seat) => owned.has(seatName(seat)) && (seat.sight === "good" || seat.sight === "small"),
  );
  const empty = expected.filter((seat) => !withFace.has(seatName(seat)));
  return empty.length <= (1 - FULL_SHARE) * expected.length
    ? empty.map(({ row, column }) => ({ row, column }))
    : [];
}

function turnBack(views: readonly SurveyedView[], chart: ChartVersion, cameraAt: "front" | "back"): void {
  for (const view of views) {
    const [survey] = surveyCameras([toSurvey(view)], chart.seats, chart.aislesAfter, cameraAt);
    const turn = survey === undefined ? null : turnNeeded(survey.turn);
    if (turn === null) continue;
    view.marks = view.marks.map((mark) => ({
      ...mark,
      seat: turnSeat(mark.seat, turn, chart.rowCount, chart.columnCount),
    }));
  }
}

/** How marks must be turned to lie in the room's frame. */
export function turnNeeded({ mirrored, rowsReversed }: MarkedTurn): Exclude<ChartTurn, "as-drawn"> | null {
  if (mirrored && rowsReversed) return "turned";
  if (mirrored) return "mirrored";
  return rowsReversed ? "upside-down" : null;
}

function chosenCameras(cameras: CameraRow[], code: string | undefined, room: RoomRow): CameraRow[] {
  const chosen = cameras.filter((camera) => code === undefined || camera.code === code);
  if (chosen.length > 0) return chosen;
  const codes = cameras.map((camera) => camera.code).join(", ");
  throw new SisoError("not-found", {
    vi: `Phòng ${room.code} không có camera ${code ?? ""}. Có: ${codes || "chưa khai camera nào"}.`,
    en: `Room ${room.code} has no camera ${code ?? ""}. It has: ${codes || "none yet"}.`,
  });
}
