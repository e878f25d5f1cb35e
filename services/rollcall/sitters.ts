import type { SeatRef } from "../types.ts";
import type { Person } from "./persons.ts";
import type { Scene } from "./scene.ts";
import type { SeatKey } from "./seats.ts";
import { seatKey } from "./seats.ts";

/** Part of every mark's decision version. */
export const sitterConstants = {
  /** Who is at a seat is there for more than this share. */
  LEAST_SITTING: 0.5,
};
const { LEAST_SITTING } = sitterConstants;

/** The person who most likely sits in the member's seat, or -1. */
export function sitterOf(scene: Scene, index: number): number {
  const seat = scene.members[index]?.member.seat;
  if (seat === null || seat === undefined) return -1;
  const key = seatKey(seat);
  let best = -1;
  let share = LEAST_SITTING;
  for (const [p, person] of scene.persons.entries()) {
    const here = person.seats.get(key) ?? 0;
    if (here > share) {
      share = here;
      best = p;
    }
  }
  return best;
}

/** The seat a person, or one tracklet of a person, is at; null when at none. */
export function likeliestSeat(person: Pick<Person, "seats">): SeatRef | null {
  let best: SeatKey | null = null;
  let share = LEAST_SITTING;
  for (const [key, value] of person.seats) {
    if (value > share) {
      best = key;
      share = value;
    }
  }
  if (best === null) return null;
  const [row, column] = best.split(",").map(Number);
  return { row: row ?? 0, column: column ?? 0 };
}
