import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import type { CameraSurvey } from "../../seating/survey-camera.ts";
import { defaultSurveyLimits, sightOf, type Sight } from "../../seating/survey.ts";
import type { FaceObservation, SeatRef } from "../../types.ts";
import { seatName } from "./seat-text.ts";
import type { SurveyPicture } from "./take-picture.ts";

const colours: Record<Sight, string> = {
  good: "#00c853",
  small: "#ffc400",
  hidden: "#ff9100",
  "too-small": "#ff1744",
  "cut-off": "#ff1744",
  blocked: "#d500f9",
  "not-shown": "#ff1744",
};

/** Words of the strip below the picture, in the order of `colours`. */
const legend: [string, string][] = [
  ["#00c853", "nhìn rõ · good"],
  ["#ffc400", "mặt nhỏ · small"],
  ["#ff9100", "bị người trước che · covered"],
  ["#ff1744", "quá nhỏ, bị cắt · too small, cut off"],
  ["#d500f9", "bị đồ đạc che · furniture"],
  ["#ffffff", "khuôn mặt thấy · face seen"],
];

/**
 * The picture with every seat drawn: an ellipse as large as a sitter's face, dashed as far as the seat may be off, its name
 * and face width; crosses are the marks, white boxes the faces seen. A seat of doubt carries a question mark. Gives the path.
 */
export async function drawSurvey(
  dir: string,
  name: string,
  picture: SurveyPicture,
  survey: CameraSurvey,
  seen: { faces: readonly FaceObservation[]; doubtful: readonly SeatRef[] },
): Promise<string> {
  await mkdir(dir, { recursive: true });
  const { widthPx, heightPx } = picture;
  const strip = Math.round(widthPx / 40);
  const shapes = [
    ...seen.faces.map(({ box }) => faceBox(box, widthPx)),
    ...survey.seats.map((seat) => seatShape(seat, survey, seen.doubtful, widthPx)),
    ...survey.marks.map(({ x, y }) => cross(x, y, widthPx / 160)),
    legendShape(widthPx, heightPx, strip),
  ];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx + strip}">${shapes.join("")}</svg>`;
  const path = join(dir, `${name}.jpg`);
  const drawn = await sharp(picture.bytes)
    .extend({ bottom: strip, background: "#202020" })
    .composite([{ input: Buffer.from(svg) }])
    .jpeg({ quality: 88 })
    .toBuffer();
  await writeFile(path, drawn);
  return path;
}

function seatShape(
  seat: CameraSurvey["seats"][number],
  survey: CameraSurvey,
  doubtful: readonly SeatRef[],
  widthPx: number,
): string {
  const { x, y, faceWidthPx: w, sigmaPx } = seat;
  if (x < -w || y < -w || x > survey.widthPx + w || y > survey.heightPx + w) return "";
  const colour = colours[sightOf(seat, survey, defaultSurveyLimits)];
  const stroke = Math.max(1.5, widthPx / 900);
  const size = Math.max(widthPx / 130, Math.min(w / 2.6, widthPx / 70));
  const doubt = doubtful.some(({ row, column }) => row === seat.row && column === seat.column) ? " ?" : "";
  const ellipse = (rx: number, ry: number, more: string) =>
    `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="none" stroke="${colour}" stroke-width="${stroke}" ${more}/>`;
  const label = `${seatName(seat)} ${Math.round(w)}${doubt}`;
  return (
    ellipse(w / 2, 0.65 * w, "") +
    ellipse(
      w / 2 + sigmaPx,
      0.65 * w + sigmaPx,
      `stroke-dasharray="${3 * stroke} ${3 * stroke}" opacity="0.7"`,
    ) +
    text(x, y - 0.65 * w - 3, size, colour, label, "middle")
  );
}

function faceBox({ x, y, width, height }: FaceObservation["box"], widthPx: number): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="none" stroke="#fff" stroke-width="${widthPx / 1600}"/>`;
}

function cross(x: number, y: number, r: number): string {
  const line = `M${x - r} ${y}H${x + r}M${x} ${y - r}V${y + r}`;
  return `<path d="${line}" stroke="#000" stroke-width="${r / 2}"/><path d="${line}" stroke="#fff" stroke-width="${r / 5}"/>`;
}

function legendShape(widthPx: number, heightPx: number, strip: number): string {
  const size = strip / 2.6;
  const step = widthPx / legend.length;
  return legend
    .map(([colour, words], i) => {
      const x = i * step + size;
      const y = heightPx + strip / 2;
      return `<circle cx="${x}" cy="${y}" r="${size / 2.4}" fill="${colour}"/>${text(x + size, y + size / 3, size * 0.8, "#fff", words, "start")}`;
    })
    .join("");
}

function text(x: number, y: number, size: number, colour: string, words: string, anchor: string): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" font-family="sans-serif" font-weight="bold" font-size="${size}" fill="${colour}" stroke="#000" stroke-width="${size / 6}" paint-order="stroke">${words}</text>`;
}
