import type { Scene } from "./scene.ts";
import { seatKey } from "./seats.ts";

/** The person who most likely sits in the member's seat, or -1. */
export function sitterOf(scene: Scene, index: number): number {
  const seat = scene.members[index]?.member.seat;
  if (seat === null || seat === undefined) return -1;
  const key = seatKey(seat);
  let best = -1;
  let share = 0.5;
  for (const [p, person] of scene.persons.entries()) {
    const here = person.seats.get(key) ?? 0;
    if (here > share) {
      share = here;
      best = p;
    }
  }
  return best;
}
