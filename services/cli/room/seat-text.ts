import { SisoError } from "../../errors.ts";
import type { SeatPoint } from "../../seating/homography.ts";
import type { SeatRef } from "../../types.ts";

/** `R2C5`: how a person types a seat. */
export function seatName({ row, column }: SeatRef): string {
  return `R${row}C${column}`;
}

/** `R1C3,R2C3`, upper or lower case. Throws `input-invalid`. */
export function parseSeats(text: string): SeatRef[] {
  return text
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map(parseSeat);
}

function parseSeat(text: string): SeatRef {
  const [, row, column] = /^r(\d{1,2})c(\d{1,2})$/i.exec(text) ?? [];
  const seat = { row: Number(row), column: Number(column) };
  if (seat.row >= 1 && seat.column >= 1) return seat;
  throw new SisoError("input-invalid", {
    vi: `“${text}” không phải một chỗ ngồi; viết như R1C3 (hàng 1 gần bục giảng nhất, cột 3)`,
    en: `“${text}” is not a seat; write it as R1C3 (row 1 is nearest the front, column 3)`,
  });
}

/** `R1C1=412,655`. Throws `input-invalid`. */
export function parseMark(text: string): SeatPoint {
  const [seat = "", at = ""] = text.split("=");
  const [, x, y] = /^\s*(\d+(?:\.\d+)?)\s*[,; ]\s*(\d+(?:\.\d+)?)\s*$/.exec(at) ?? [];
  if (x !== undefined && y !== undefined) {
    return { seat: parseSeat(seat.trim()), x: Number(x), y: Number(y) };
  }
  throw new SisoError("input-invalid", {
    vi: `“${text}” không phải một điểm đánh dấu; viết như R1C1=412,655 (điểm ảnh giữa khuôn mặt)`,
    en: `“${text}” is not a mark; write it as R1C1=412,655 (the pixel in the middle of the face)`,
  });
}

/** A value that may name its camera before `separator`; with one camera it need not. Throws `input-invalid`. */
export function forCamera(
  text: string,
  separator: ":" | "=",
  codes: readonly string[],
): { camera: string; rest: string } {
  const named = codes.find((code) => text.toLowerCase().startsWith(`${code.toLowerCase()}${separator}`));
  if (named !== undefined) return { camera: named, rest: text.slice(named.length + 1) };
  const [only, ...others] = codes;
  if (only !== undefined && others.length === 0) return { camera: only, rest: text };
  throw new SisoError("input-invalid", {
    vi: `“${text}”: phòng có nhiều camera, ghi mã camera ở trước, ví dụ ${codes[0] ?? "C1"}${separator}${text}, hoặc thêm --camera`,
    en: `“${text}”: the room has several cameras; put the camera's code first, e.g. ${codes[0] ?? "C1"}${separator}${text}, or add --camera`,
  });
}

/** Lines `camera R1C1 x y`; the camera may be left out where there is one; `#` starts a comment. */
export function parseMarksFile(
  text: string,
  codes: readonly string[],
): { camera: string; mark: SeatPoint }[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(/#.*/, "").trim())
    .filter(Boolean)
    .map((line) => {
      const parts = line.split(/[\s,;=:]+/);
      const [camera, seat, x, y] = parts.length === 3 ? ["", ...parts] : parts;
      const mark = parseMark(`${seat}=${x},${y}`);
      if (camera === "" || camera === undefined)
        return { camera: forCamera(seat ?? "", ":", codes).camera, mark };
      const known = codes.find((code) => code.toLowerCase() === camera.toLowerCase());
      if (known !== undefined) return { camera: known, mark };
      throw new SisoError("input-invalid", {
        vi: `Dòng “${line}”: không có camera ${camera} trong phòng (có ${codes.join(", ")})`,
        en: `Line “${line}”: the room has no camera ${camera} (it has ${codes.join(", ")})`,
      });
    });
}
