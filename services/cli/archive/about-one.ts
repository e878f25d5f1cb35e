import type { Box } from "../../types.ts";
import type { PlacedSeat } from "../../seating/project-seats.ts";

/** A sitter's head and shoulders, and how far off the seat may be; the next seat is five face widths away. */
export function seatBox({ x, y, sigmaPx, faceWidthPx }: PlacedSeat): Box {
  const half = faceWidthPx + Math.min(sigmaPx, faceWidthPx / 2);
  return { x: x - half, y: y - half, width: 2 * half, height: 2 * half };
}

/**
 * Faces of one picture that are somebody else's: their middle lies in none of the boxes shown, or another trainee was recognised by
 * them (`claimed`), as who sits in front of an empty seat is, and no box shows that very face.
 */
export function othersIn<F extends Box>(
  faces: readonly F[],
  shown: readonly Box[],
  claimed: readonly Box[],
): F[] {
  return faces.filter((face) => {
    const [x, y] = [face.x + face.width / 2, face.y + face.height / 2];
    const inside = shown.some(
      (box) => x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height,
    );
    const known = claimed.some((box) => isFace(face, box)) && !shown.some((box) => isFace(face, box));
    return !inside || known;
  });
}

/** Boxes are stored with fewer digits here than there. */
function isFace(one: Box, other: Box): boolean {
  return Math.max(...(["x", "y", "width"] as const).map((side) => Math.abs(one[side] - other[side]))) <= 1;
}
