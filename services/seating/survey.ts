import type { Bilingual, CameraId, SeatRef } from "../types.ts";
import type { PlacedSeat } from "./project-seats.ts";

/** What one camera of a room shows. */
export interface SurveyedCamera {
  cameraId: CameraId;
  widthPx: number;
  heightPx: number;
  seats: PlacedSeat[];
  /** Seats a person said to be hidden by furniture from this camera. */
  hidden?: readonly SeatRef[];
}

export type Sight = "good" | "small" | "too-small" | "cut-off" | "hidden" | "blocked" | "not-shown";

const observable: ReadonlySet<Sight> = new Set(["good", "small"]);

/** Every other seat is "not observable from these cameras". */
export function isObservable(sight: Sight): boolean {
  return observable.has(sight);
}

export interface SurveyedSeat extends SeatRef {
  sight: Sight;
  /** Camera that shows it best; null when none does. */
  cameraId: CameraId | null;
  /** Widest face any camera would show there, pixels. */
  faceWidthPx: number;
  /** One standard deviation of where the face is expected, pixels of that camera; null when none shows it. */
  sigmaPx: number | null;
  words: Bilingual;
}

export interface SurveyLimits {
  /** Below this no face is readable, and below the other many go to review (docs/accuracy.md). */
  readableWidthPx: number;
  goodWidthPx: number;
}

export const defaultSurveyLimits: SurveyLimits = { readableWidthPx: 18, goodWidthPx: 28 };

/** Two heads closer than this many of the rear one's face widths cover each other. */
const COVERING_WIDTHS = 0.75;

/** Names, before the course starts, every seat that cannot be observed from a room's cameras, and those at the limit. */
export function surveySeats(
  seats: readonly SeatRef[],
  cameras: readonly SurveyedCamera[],
  limits: SurveyLimits = defaultSurveyLimits,
): SurveyedSeat[] {
  return seats.map((seat) => {
    const views = cameras.flatMap((camera) => viewOf(seat, camera, limits) ?? []);
    const best = views.sort((a, b) => rank(a.sight) - rank(b.sight) || b.faceWidthPx - a.faceWidthPx)[0];
    const sight = best?.sight ?? "not-shown";
    const faceWidthPx = best?.faceWidthPx ?? 0;
    return {
      row: seat.row,
      column: seat.column,
      sight,
      cameraId: best?.cameraId ?? null,
      faceWidthPx,
      sigmaPx: best?.sigmaPx ?? null,
      words: wordsFor(seat, sight, faceWidthPx),
    };
  });
}

const order: readonly Sight[] = ["good", "small", "hidden", "too-small", "blocked", "cut-off", "not-shown"];

function rank(sight: Sight): number {
  return order.indexOf(sight);
}

interface View {
  cameraId: CameraId;
  sight: Sight;
  faceWidthPx: number;
  sigmaPx: number;
}

function viewOf(seat: SeatRef, camera: SurveyedCamera, limits: SurveyLimits): View | null {
  const placed = camera.seats.find(({ row, column }) => row === seat.row && column === seat.column);
  if (placed === undefined) return null;
  return {
    cameraId: camera.cameraId,
    faceWidthPx: placed.faceWidthPx,
    sigmaPx: placed.sigmaPx,
    sight: sightOf(placed, camera, limits),
  };
}

/** What one camera makes of one of its seats. */
export function sightOf(placed: PlacedSeat, camera: SurveyedCamera, limits: SurveyLimits): Sight {
  if (camera.hidden?.some(({ row, column }) => row === placed.row && column === placed.column)) {
    return "blocked";
  }
  const reach = placed.faceWidthPx / 2 + placed.sigmaPx;
  const inside =
    placed.x - reach >= 0 &&
    placed.y - reach >= 0 &&
    placed.x + reach <= camera.widthPx &&
    placed.y + reach <= camera.heightPx;
  if (!inside) return "cut-off";
  if (placed.faceWidthPx < limits.readableWidthPx) return "too-small";
  if (camera.seats.some((other) => covers(other, placed))) return "hidden";
  return placed.faceWidthPx < limits.goodWidthPx ? "small" : "good";
}

/** A nearer head, which looks larger, in front of this one. */
function covers(other: PlacedSeat, seat: PlacedSeat): boolean {
  if (other.faceWidthPx <= seat.faceWidthPx * 1.02) return false;
  const reach = COVERING_WIDTHS * seat.faceWidthPx;
  return Math.abs(other.x - seat.x) < reach && other.y - seat.y < reach && other.y > seat.y - reach;
}

function wordsFor({ row, column }: SeatRef, sight: Sight, widthPx: number): Bilingual {
  const at = { vi: `Chỗ hàng ${row}, cột ${column}`, en: `Seat row ${row}, column ${column}` };
  const px = widthPx.toFixed(0);
  const said: Record<Sight, Bilingual> = {
    good: { vi: `nhìn rõ (mặt rộng ${px} điểm ảnh)`, en: `is seen well (face ${px} px wide)` },
    small: {
      vi: `nhìn được nhưng mặt nhỏ (${px} điểm ảnh): nhiều kết quả sẽ cần người xem lại`,
      en: `is seen but faces are small (${px} px): many results will need a person`,
    },
    hidden: {
      vi: "bị người ngồi trước che: không quan sát được từ các camera này",
      en: "is covered by a sitter in front: not observable from these cameras",
    },
    blocked: {
      vi: "bị đồ đạc che: không quan sát được từ các camera này",
      en: "is hidden by furniture: not observable from these cameras",
    },
    "too-small": {
      vi: `quá xa (mặt chỉ rộng ${px} điểm ảnh): không quan sát được từ các camera này`,
      en: `is too far (face only ${px} px wide): not observable from these cameras`,
    },
    "cut-off": {
      vi: "nằm ở mép ảnh hoặc ngoài ảnh: không quan sát được từ các camera này",
      en: "lies at or beyond the picture's edge: not observable from these cameras",
    },
    "not-shown": {
      vi: "không có camera nào nhìn thấy: không quan sát được từ các camera này",
      en: "is shown by no camera: not observable from these cameras",
    },
  };
  return { vi: `${at.vi} ${said[sight].vi}.`, en: `${at.en} ${said[sight].en}.` };
}
