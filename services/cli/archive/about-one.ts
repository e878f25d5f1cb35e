import type { Box } from "../../types.ts";
import type { PlacedSeat } from "../../seating/project-seats.ts";

/** A sitter's head and shoulders, and how far off the seat may be; the next seat is five face widths away. */
export function seatBox({ x, y, sigmaPx, faceWidthPx }: PlacedSeat): Box {
  const half = faceWidthPx + Math.min(sigmaPx, faceWidthPx / 2);
  return { x: x - half, y: y - half, width: 2 * half, height: 2 * half };
}

/** Faces of one picture whose middle lies in none of the boxes shown. */
export function othersIn<F extends Box>(faces: readonly F[], shown: readonly Box[]): F[] {
  return faces.filter((face) => {
    const [x, y] = [face.x + face.width / 2, face.y + face.height / 2];
    return !shown.some(
      (box) => x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height,
    );
  });
}
