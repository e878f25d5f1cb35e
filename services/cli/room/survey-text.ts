import { defaultSurveyLimits, isObservable, type SurveyedSeat } from "../../seating/survey.ts";
import type { Bilingual, CameraId, SeatRef } from "../../types.ts";
import { seatName } from "./seat-text.ts";
import { turnNeeded, type RoomSurvey, type SurveyedView } from "./survey-room.ts";

export const turnWords = {
  mirrored: { vi: "lật trái–phải", en: "mirrored left to right" },
  turned: { vi: "xoay nửa vòng", en: "turned by half a turn" },
  "upside-down": { vi: "lật trước–sau", en: "turned front to back" },
} as const;

/** What an officer reads: each camera, then every seat that is not seen well, the worst first. */
export function surveyText(survey: RoomSurvey, pictures: ReadonlyMap<CameraId, string>): string {
  const { room, course, chart, views, seats, doubtful } = survey;
  const unseen = seats.filter(({ sight }) => !isObservable(sight));
  const small = seats.filter(({ sight }) => sight === "small");
  const lines: string[] = [
    `${room.name} (${room.code}) · ${course.code} · sơ đồ phiên bản ${chart.version}: ${chart.seats.length} chỗ · chart version ${chart.version}: ${chart.seats.length} seats`,
    "",
    ...views.flatMap((view) => cameraLines(view, pictures.get(view.camera.id))),
    "",
    `Nhìn rõ ${seats.length - unseen.length - small.length}, mặt nhỏ ${small.length}, không quan sát được ${unseen.length} · seen well, small, not observable`,
    ...seatLines(unseen, survey),
    ...seatLines(small, survey),
  ];
  if (doubtful.length > 0) {
    lines.push(
      "",
      `? Không thấy ai ở ${doubtful.map(seatName).join(", ")}, trong khi phần lớn các chỗ khác có người: trống, hay bị che? Nếu bị đồ đạc che, thêm --hidden ${doubtful.map(seatName).join(",")}.`,
      `  Nobody is seen at these seats while most others are taken: empty, or hidden? If furniture hides them, add --hidden.`,
    );
  }
  return lines.join("\n");
}

function cameraLines(view: SurveyedView, path: string | undefined): string[] {
  const { camera, picture, survey, marks, faces } = view;
  const preset = camera.presetToken === null ? "" : ` (vị trí đặt sẵn ${camera.presetToken} · preset)`;
  const head = `${camera.code}${preset}: ảnh ${picture.widthPx}×${picture.heightPx}, ${faces.length} khuôn mặt · ${faces.length} faces`;
  const drawn = path === undefined ? [] : [`  ảnh · picture: ${path}`];
  if (survey === null) {
    const need = `  ✗ Mới có ${marks.length} điểm đánh dấu, cần ít nhất 4 chỗ, tốt nhất ở các góc của mỗi dãy: --mark "${camera.code}:R1C1=x,y" …`;
    return [
      head,
      need,
      `    ${marks.length} mark(s); at least 4 seats are needed, best the corners of each block.`,
      ...drawn,
    ];
  }
  const shown = survey.seats.length;
  const pitch = survey.faceSize.perColumnPitch.toFixed(2);
  return [
    head,
    `  ${marks.length} điểm đánh dấu, lệch trung bình ${survey.residualPx.toFixed(1)} điểm ảnh; ${shown} chỗ đặt được vào ảnh · marks, mean residual in px, seats placed`,
    survey.sizeMeasured
      ? `  cỡ mặt đo từ các khuôn mặt thấy được (${pitch} khoảng cách chỗ) · face size measured from the faces seen`
      : `  cỡ mặt ước theo ${pitch} khoảng cách chỗ, chưa đo được từ ảnh này · face size assumed, not measured in this picture`,
    ...survey.oddMarks.map(
      ({ seat, offPx }) =>
        `  ! Điểm ${seatName(seat)} lệch ${offPx} điểm ảnh so với các điểm khác: đánh nhầm chỗ? · this mark is ${offPx} px off the others`,
    ),
    ...turnLines(view),
    ...drawn,
  ];
}

function turnLines({ survey, camera }: SurveyedView): string[] {
  const turn = survey === null ? null : turnNeeded(survey.turn);
  if (turn === null) return [];
  const words: Bilingual = turnWords[turn];
  return [
    `  ! Các điểm của ${camera.code} bị ${words.vi} so với khung của phòng (hàng 1 gần bục giảng, cột 1 bên trái người đứng bục nhìn xuống lớp).`,
    `    Nếu camera treo cuối lớp: thêm --camera-at back. Nếu đánh dấu theo sơ đồ vẽ ngược: --turn-marks đổi lại các điểm, rồi ./siso room turn --as ${turn} nếu sơ đồ cũng ngược.`,
    `    The marks are ${words.en}. A camera at the back: --camera-at back. Marks read off a turned chart: --turn-marks, and ./siso room turn --as ${turn} for the chart itself.`,
  ];
}

function seatLines(seats: readonly SurveyedSeat[], { views }: RoomSurvey): string[] {
  const codes = new Map(views.map(({ camera }) => [camera.id, camera.code]));
  const marks = { true: "  ~", false: "  ✗" } as const;
  return [...seats]
    .sort((a, b) => a.faceWidthPx - b.faceWidthPx || compareSeats(a, b))
    .map((seat) => {
      const sure =
        seat.sigmaPx === null
          ? ""
          : ` [${codes.get(seat.cameraId as CameraId) ?? ""}, ±${seat.sigmaPx.toFixed(0)} px]`;
      return `${marks[`${isObservable(seat.sight)}`]} ${seatName(seat)}: ${seat.words.vi} · ${seat.words.en}${sure}`;
    });
}

function compareSeats(a: SeatRef, b: SeatRef): number {
  return a.row - b.row || a.column - b.column;
}

/** The same for a program. */
export function surveyJson(survey: RoomSurvey, pictures: ReadonlyMap<CameraId, string>, stored: boolean) {
  const codes = new Map(survey.views.map(({ camera }) => [camera.id, camera.code]));
  return {
    room: survey.room.code,
    course: survey.course.code,
    chartVersion: survey.chart.version,
    effectiveAt: survey.effectiveAt.toISOString(),
    limits: defaultSurveyLimits,
    stored,
    cameras: survey.views.map(({ camera, picture, faces, marks, survey: found, sights }) => ({
      camera: camera.code,
      preset: camera.presetToken,
      widthPx: picture.widthPx,
      heightPx: picture.heightPx,
      faces: faces.length,
      marks: marks.map(({ seat, x, y }) => ({ ...seat, x, y })),
      residualPx: found?.residualPx ?? null,
      aisleWidth: found?.aisleWidth ?? null,
      facePerColumnPitch: found?.faceSize.perColumnPitch ?? null,
      turn: found === null ? null : turnNeeded(found.turn),
      oddMarks: found?.oddMarks ?? [],
      sights,
      picture: pictures.get(camera.id) ?? null,
    })),
    seats: survey.seats.map(({ cameraId, ...seat }) => ({
      ...seat,
      observable: isObservable(seat.sight),
      camera: cameraId === null ? null : (codes.get(cameraId) ?? null),
      doubtful: survey.doubtful.some(({ row, column }) => row === seat.row && column === seat.column),
    })),
  };
}
